/* A number of slots that changes: what `workers` may be in the place of a number. */
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** A request that has its answer, or will have none. One object, filled anew for each: it is valid during the call only. */
export interface LimitSample {
  /** From when it was sent to the headers, or to the error, in ms. */
  readonly ms: number;
  /** When that was, on the monotonic clock of the pool. */
  readonly now: number;
  /** The HTTP status. 0: there was no answer. */
  readonly status: number;
  /** What the handler failed with, or the pool's `TransactionTimeoutError`. undefined when there was an answer. */
  readonly error: unknown;
  /** Slots taken, that of this request included. */
  readonly running: number;
  /**
   * Free slots that are in use and do nothing meanwhile: `period` keeps them from starting now, or `spread` does, where those
   * before them have started one right after the other.
   */
  readonly resting: number;
}

/** How many slots there are now. */
export interface Limit {
  /** The most there will ever be, a whole number of 1 or more. It stays the same. */
  readonly max: number;
  /**
   * How many there are: a finite number, which is rounded down and counts as 1 at least and as `max` at most. It is looked at
   * after each sample, and when {@link LimitHost.changed} is called.
   */
  readonly current: number;
  /**
   * Hears of each request that was sent, when its headers are there, or when it has failed or timed out before. A request
   * that its caller gave up is none, nor is what a task or a consumer fails with. What it throws, or its promise rejects with, is logged.
   */
  sample?(sample: LimitSample): void;
}

/** The pool, as a limit sees it. */
export interface LimitHost {
  /** The time of the pool. */
  readonly clock: Clock;
  /** The log of the pool. */
  readonly logger: Logger;
  /** The lane whose slots it is for. undefined: the pool's. */
  readonly lane: string | undefined;
  /** ms between two starts of the same slot. 0: it has no pace. */
  readonly period: number;
  /** Has `current` looked at now. Bound, so that it may be passed around. */
  readonly changed: () => void;
}

/**
 * Slots whose number changes, given as `workers`: what `adaptive()` of `httppool/adaptive` gives, or a few lines of your own. A
 * slot taken away aborts nothing: the number sinks as requests end.
 *
 * @example
 * ```ts
 * const limit = { current: 10, max: 50 };
 * const pool = new Client({ workers: { limit: () => limit } }).start();
 * limit.current = 20; // from the next answer on, or from `changed()` of what `limit` is called with
 * ```
 */
export interface Adaptive {
  /** Makes the limit of one pool, when it starts, or of one lane, when it comes up. @throws What the call then throws or rejects with. */
  limit(host: LimitHost): Limit;
}
