import { median } from "../statistics.ts";
import type { Log } from "./run.ts";
import { S, type World } from "./world.ts";

/** What a run comes to, in the time that is judged. */
export interface Figures {
  /** Answers but refusals, a second. */
  readonly perSecond: number;
  /** Of their times to the headers, as a multiple of {@link S}. */
  readonly p95: number;
  /** The share of refusals (429, or 503 where the server says that) in the answers. */
  readonly refused: number;
  /** The share of the pool that has the least of the server. */
  readonly share: number;
}

/** Sums a run up. */
export function figuresOf(world: World, logs: readonly Log[]): Figures {
  const { beyond, from, until } = world;
  const each = logs.map((log) => {
    const inTime = [...log.at.keys()].filter((index) => (log.at[index] ?? 0) >= from && (log.at[index] ?? 0) < until);
    const answered = inTime.filter((index) => log.status[index] !== beyond);
    return { all: inTime.length, times: answered.map((index) => log.ms[index] ?? 0) };
  });
  const times = each.flatMap((pool) => pool.times).toSorted((a, b) => a - b);
  const all = each.reduce((sum, pool) => sum + pool.all, 0);
  return {
    perSecond: (times.length * 1000) / (until - from),
    p95: (times[Math.floor(times.length * 0.95)] ?? Number.NaN) / S,
    refused: 1 - times.length / all,
    share: Math.min(...each.map((pool) => pool.times.length / times.length)),
  };
}

/** The middle one of several runs, and the worst. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
}

/** @param worse Says which of two is worse: `Math.min` where more is better. */
export function spreadOf(values: readonly number[], worse: (...values: number[]) => number): Spread {
  return { median: median(values), worst: worse(...values) };
}
