import type { World } from "./world.ts";

/** What servers say of when to come again: garbage, too. */
const SECONDS: Readonly<Record<string, number>> = { "0": 0, "1": 1000, "3": 3000, "120": 120_000 };
const GARBAGE = ["abc", "-5", "1.5", "", "Thu, 01 Jan 1970 00:00:01 GMT"];

/** The headers by which a server asks for quiet, or seems to. */
export function quietHeaders({ random, timeline }: World): Record<string, string> {
  if (random.chance(0.4)) return {};
  if (random.chance(0.2)) return { ratelimit: `"x";r=${random.pick([0, 0, 1])};t=${random.pick([0, 1, 30])}` };
  if (random.chance(0.15)) return { "retry-after": random.pick(GARBAGE) };
  if (random.chance(0.8)) return { "retry-after": random.pick(Object.keys(SECONDS)) };
  const at = Math.ceil(timeline.date() / 1000) + random.between(-1, 3);
  return { "retry-after": new Date(at * 1000).toUTCString() };
}

/** How long a response asks to wait, in ms, as servers of this world say it. */
export function retryAfterOf({ headers }: Response, date: number): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (Object.hasOwn(SECONDS, value)) return SECONDS[value];
  const ms = Date.parse(value) - date;
  return value.endsWith("GMT") && ms >= 0 ? ms : undefined;
}

/** For how long a response holds its lane, in ms. 0: not at all. */
export function holdOf(response: Response, date: number): number {
  const { status, headers } = response;
  const after = status === 429 || status === 503 ? retryAfterOf(response, date) : undefined;
  if (after !== undefined) return after;
  const [, time = "0"] = /r=0;t=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? [];
  return Number(time) * 1000;
}
