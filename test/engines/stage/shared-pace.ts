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
  /** How many requests came in each of the server's windows. */
  readonly windows: readonly number[];
  /** The share of the limit that was used, from the first request to the last window's. */
  readonly used: number;
}

/**
 * Lets four processes send as much as they may, with more to send than they can.
 *
 * A window of the server begins with a request, as the limiter's does in Redis. It ends a quarter early: requests are on their
 * way for more or less time, and one that was allowed at the end of a window must not count for the next.
 */
export async function sharedPace(
  { origin, gated }: Stage,
  { points, duration, windows }: SharedPace,
): Promise<Counted> {
  const tasks = points * (windows + 1);
  const names = Array.from({ length: PROCESSES }, (_, index) => `process-${index}`);
  const children = await Promise.all(names.map((name) => gated({ name, points, duration, tasks })));
  for (const child of children) child.go();
  const ms = duration * 1000;
  await until(
    () =>
      windowsOf(
        origin.arrivals.map(({ at }) => at),
        ms,
      ).length > windows,
  );
  await Promise.all(children.map((child) => child.end("SIGTERM")));
  const counted = windowsOf(
    origin.arrivals.map(({ at }) => at),
    ms,
  ).slice(0, windows + 1);
  const [first, last] = [counted[0]?.from ?? 0, counted.at(-1)?.from ?? 0];
  const complete = counted.slice(0, -1);
  const sent = complete.reduce((sum, { count }) => sum + count, 0);
  return { windows: complete.map(({ count }) => count), used: sent / (points * ((last - first) / ms)) };
}

function windowsOf(times: readonly number[], ms: number): readonly { from: number; count: number }[] {
  const windows: { from: number; count: number }[] = [];
  for (const at of times) {
    const last = windows.at(-1);
    if (last === undefined || at >= last.from + ms * 0.75) windows.push({ from: at, count: 1 });
    else last.count++;
  }
  return windows;
}
