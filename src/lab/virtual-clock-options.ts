import type { Drift } from "./drift.ts";

/** What a `VirtualClock` starts from. */
export interface VirtualClockOptions {
  /** Monotonic time at the start, in ms. @default 0 */
  readonly start?: number | undefined;
  /** Wall time at the start. @default 2026-01-01T00:00:00Z */
  readonly date?: Date | number | undefined;
  /**
   * How far timers stray, as they do on real machines: chances, or a function of a timer's delay in ms that says how many
   * ms it fires late (or, below 0, early). @default they fire when they are due
   */
  readonly drift?: Drift | ((delay: number) => number) | undefined;
  /**
   * Draws a number for each timer that is set: of those of one time the one with the lowest fires first. Give it
   * something random to see that nothing hangs on that order. @default the order in which they were set
   */
  readonly ties?: (() => number) | undefined;
}
