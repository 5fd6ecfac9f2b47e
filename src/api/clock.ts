/**
 * The time a pool lives by. Give your own to test without waiting.
 *
 * @example
 * ```ts
 * const pool = new Client({ clock: fakeClock }).start();
 * ```
 */
export interface Clock {
  /** Monotonic time in ms: it never jumps when the wall clock is set. */
  now(): number;
  /**
   * Calls back after about `ms` milliseconds. Firing early or late is allowed: the pool looks again. Where it throws, that is
   * logged, and the platform's timer is used.
   */
  setTimeout(callback: () => void, ms: number): unknown;
  /** Forgets a timer that `setTimeout` returned. */
  clearTimeout(handle: unknown): void;
  /** Wall time in ms since 1970, for expiry. Default: `Date.now()`. */
  date?(): number;
}
