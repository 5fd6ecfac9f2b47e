import type { Heaped } from "../lib/heap.ts";

/** A call that is due at a time of a virtual clock. */
export class Timer implements Heaped {
  index = 0;
  isSet = true;
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;

  constructor(at: number, order: number, callback: () => void) {
    this.at = at;
    this.order = order;
    this.callback = callback;
  }
}

/** Timers fire in order of their times, those of one time in the order in which they were set. */
export function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
