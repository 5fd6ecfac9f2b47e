import type { Heaped } from "../lib/heap.ts";

/** A call that is due at a time of a virtual clock. */
export class Timer implements Heaped {
  index = 0;
  isSet = true;
  readonly at: number;
  /** Of timers of the same time the one with the lowest fires first. */
  readonly tie: number;
  readonly order: number;
  readonly callback: () => void;

  constructor(at: number, tie: number, order: number, callback: () => void) {
    this.at = at;
    this.tie = tie;
    this.order = order;
    this.callback = callback;
  }
}

/** Timers fire in order of their times, those of one time by their ties, or else in the order in which they were set. */
export function isBefore(one: Timer, other: Timer): boolean {
  if (one.at !== other.at) return one.at < other.at;
  return one.tie === other.tie ? one.order < other.order : one.tie < other.tie;
}
