import type { Stage } from "./stage.ts";
import { until } from "../../support/until.ts";

const PROCESSES = 4;

/** A limit that processes share, and for how many windows they do. */
export interface SharedPace {
  readonly points: number;
  /** s of a window. */
  readonly duration: number;
  readonly windows: number;
}

/** What the server has counted. */
export interface Counted {
  /** Requests beyond what the limit allows, at the worst moment: until then so many windows can have begun, and no more. */
  readonly beyond: number;
  /** The share of the limit that was used, from the first request to the last window's. */
  readonly used: number;
}

/** Lets four processes send as much as they may, with more to send than they can. */
export async function sharedPace(
  { origin, gated }: Stage,
  { points, duration, windows }: SharedPace,
): Promise<Counted> {
  const tasks = points * (windows + 1);
  const names = Array.from({ length: PROCESSES }, (_, index) => `process-${index}`);
  const children = await Promise.all(names.map((name) => gated({ name, points, duration, tasks })));
  const began = origin.now;
  for (const child of children) child.go();
  await until(() => origin.arrivals.length > points * windows);
  await Promise.all(children.map((child) => child.end("SIGTERM")));
  const ms = duration * 1000;
  // A request that comes late was let go when fewer windows had begun: it only makes for fewer than there may be.
  const excess = origin.arrivals.map(({ at }, index) => index + 1 - points * (Math.floor((at - began) / ms) + 1));
  const [first, last] = [origin.arrivals[0], origin.arrivals[points * windows]];
  const took = (last?.at ?? Infinity) - (first?.at ?? 0);
  return { beyond: Math.max(...excess), used: (windows * ms) / took };
}
