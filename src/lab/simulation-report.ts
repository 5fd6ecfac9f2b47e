import type { ServerCounts } from "./server-record.ts";

/** Of some times, in ms, rounded to a thousandth. All 0 when there are none. */
export interface Quantiles {
  /** Half of them are no longer. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What came of a {@link simulate}d load: plain data, the same for the same seed in every runtime. */
export interface SimulationReport {
  /** Calls made. */
  readonly calls: number;
  /** What callers got, by status: with retries, of the last attempts. */
  readonly answers: Readonly<Record<number, number>>;
  /** Calls that failed, by the names of their errors. */
  readonly failures: Readonly<Record<string, number>>;
  /** Calls that a full pool refused: of `offer` only. */
  readonly refused: number;
  /** Calls that were not over in the end, and were aborted. */
  readonly unfinished: number;
  /** ms from the start until the last call was over. */
  readonly ms: number;
  /** Answers with a status below 400, a second of that time. */
  readonly perSecond: number;
  /** From the call until the task was called for the first time: in line, in the queue, for its pace. */
  readonly waits: Quantiles;
  /** From then until the call was over, retries and their rests included. */
  readonly durations: Quantiles;
  /** What the server has counted, every attempt: since it was made. */
  readonly server: ServerCounts;
}

/** @param times Will be sorted. */
export function quantilesOf(times: number[]): Quantiles {
  times.sort((a, b) => a - b);
  // By the nearest rank.
  const at = (share: number): number => rounded(times[Math.max(Math.ceil(share * times.length) - 1, 0)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** To a thousandth: sums and quotients of times are off by less. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
