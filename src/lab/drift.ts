import { isWhole, optional, own } from "../lib/checks.ts";
import { CHANCE, isChance, isTime, TIME } from "./lab-checks.ts";
import { draws } from "./luck.ts";

/** How far the timers of a clock stray, by chance. */
export interface Drift {
  /** The chance that a timer fires early, by up to 1 ms: Node and Firefox do so. @default 0 */
  readonly early?: number | undefined;
  /** The chance that a timer fires late. @default 0 */
  readonly late?: number | undefined;
  /** By how many ms a timer is late at most. @default 50 */
  readonly lateBy?: number | undefined;
  /** The same seed gives the same drift. @default 1 */
  readonly seed?: number | undefined;
}

/** @returns How many ms a timer of such a delay fires late; below 0: early. @throws {TypeError} Something is of a wrong type. */
export function driftOf(drift: Drift | undefined): (delay: number) => number {
  if (drift === undefined) return () => 0;
  const given = own(drift);
  const early = optional(given.early, "drift.early", CHANCE, isChance) ?? 0;
  const late = optional(given.late, "drift.late", CHANCE, isChance) ?? 0;
  const lateBy = optional(given.lateBy, "drift.lateBy", TIME, isTime) ?? 50;
  const random = draws(optional(given.seed, "drift.seed", "a whole number", isWhole) ?? 1, 0);
  // In steps of 1/8 ms, so that sums and differences of times are exact.
  const upTo = (ms: number): number => Math.ceil(random() * ms * 8) / 8;
  return (delay) => {
    if (random() < early) return -Math.min(upTo(1), delay);
    return random() < late ? upTo(lateBy) : 0;
  };
}
