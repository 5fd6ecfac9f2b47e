import type { Heaped } from "../lib/heap.ts";

/** A call that is due at a time of a virtual clock. */
export class Timer implements Heaped {
  index = 0;
  isSet = true;
  /** When it fires. */
  readonly rank: number;
  readonly turn: number;
  readonly callback: () => void;
  /** Its place among those that set one another while time stands still. 0: time went on. */
  chain = 0;

  constructor(at: number, turn: number, callback: () => void) {
    this.rank = at;
    this.turn = turn;
    this.callback = callback;
  }
}
