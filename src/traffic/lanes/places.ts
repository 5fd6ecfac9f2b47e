import type { Waiter } from "../../api/policies.ts";
import type { Lane } from "./lane.ts";

/** Who has the waiting places of a pool with lanes: how many tasks wait, all in all and in each lane. */
export class Places<Item extends Waiter<Item>> {
  readonly #size: number;
  /** Tasks queued that never ran, and as many of them as their lanes tell of. */
  #fresh = 0;
  #told = 0;
  /** Tasks at rest, and tasks queued that come back from one. */
  #back = 0;

  /** @param size How many places there are. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Tasks queued and at rest. */
  get taken(): number {
    return this.#fresh + this.#back;
  }

  /** As many of them as are told of: what a slot is about to take has no place of its own. */
  get told(): number {
    return this.#back + Math.min(this.#told, this.#size);
  }

  /** How many of those that the lanes tell of are not told of. */
  get untold(): number {
    return Math.max(0, this.#told - this.#size);
  }

  /**
   * Whether one more that is let in might find no place to rest. Without this there is no end to them: while all that waits
   * rests, slots are free.
   *
   * @param running Tasks that run, less those that may rest without a place.
   */
  isFull(running: number): boolean {
    return this.#back > 0 && this.taken + running >= this.#size;
  }

  /** Counts a task that waits, or waits no more. */
  count(lane: Lane<Item>, item: Item, by: 1 | -1): void {
    if (item.attempts > 0) {
      lane.back += by;
      this.#back += by;
      return;
    }
    this.#told -= lane.told;
    lane.fresh += by;
    this.#fresh += by;
    this.#told += lane.told;
  }
}
