import type { Backlog, LaneState, Rests, Waiter, Wish } from "../api/policies.ts";
import { Line } from "../lib/line.ts";

/**
 * A bounded first-in-first-out queue, and the line of senders before its door. Whoever comes while somebody stands in
 * line stands behind them: no barging.
 */
export class FifoBacklog<Item extends Waiter<Item>> implements Backlog<Item> {
  readonly #size: number;
  readonly #rests: Rests<Item> | undefined;
  readonly #queue = new Line<Item>();
  /** Those whose rest has ended. They go first. */
  readonly #returned = new Line<Item>();
  readonly #senders = new Line<Item>();
  /** How many are at rest, or back from it. */
  #resting = 0;

  /**
   * @param size Places in the queue.
   * @param rests Where tasks rest. undefined: none ever does.
   */
  constructor(size: number, rests?: Rests<Item>) {
    this.#size = size;
    this.#rests = rests;
  }

  get waiting(): number {
    return Math.min(this.#queue.length, this.#size) + this.#resting;
  }

  get senders(): number {
    return this.#senders.length;
  }

  place(wish: Wish | undefined): undefined {
    if (wish?.lane !== undefined || wish?.priority !== undefined) {
      throw new TypeError("`lane` and `priority` are for a client with `lanes`");
    }
  }

  hasRoom(_place: undefined, ready: number): boolean {
    return this.#senders.length === 0 && this.#queue.length + this.#resting < this.#size + ready;
  }

  push(item: Item): void {
    this.#queue.push(item);
  }

  standInLine(item: Item): void {
    this.#senders.push(item);
  }

  admit(): Item | undefined {
    return this.#queue.length + this.#resting < this.#size ? this.#letIn() : undefined;
  }

  due(): number {
    if (this.#queue.length > 0) return -Infinity;
    if (this.#resting === 0) return Infinity;
    if (this.#returned.length > 0 || this.#isKeptOut) return -Infinity;
    return (this.#rests as Rests<Item>).due;
  }

  take(now: number): Item | undefined {
    if (this.#resting === 0) return this.#queue.shift();
    return this.#takeReturned(now) ?? this.#queue.shift() ?? (this.#isKeptOut ? this.#letIn() : undefined);
  }

  rest(item: Item, due: number): void {
    this.#resting++;
    this.#rests?.add(item, due);
  }

  remove(item: Item): void {
    if (item.attempts === 0) return this.#queue.remove(item);
    this.#resting--;
    if (!this.#rests?.remove(item)) this.#returned.remove(item);
  }

  leave(item: Item): void {
    this.#senders.remove(item);
  }

  removeFirst(): Item | undefined {
    // Only this one: a slot that comes free while others are taken out must not find them as if their rests were over.
    const item = this.#returned.shift() ?? this.#rests?.takeDue(Infinity);
    if (item === undefined) return this.#queue.shift();
    this.#resting--;
    return item;
  }

  leaveFirst(): Item | undefined {
    return this.#senders.shift();
  }

  // A queue without lanes has no pace and no holds of its own.

  onStart(): void {}

  onEnd(): void {}

  onResponse(): void {}

  lanes(): ReadonlyMap<string, LaneState> {
    return new Map();
  }

  /** Whether somebody stands in line only since all places are taken by rests: a slot may take them all the same. */
  get #isKeptOut(): boolean {
    return this.#senders.length > 0 && this.#resting <= this.#size;
  }

  #letIn(): Item | undefined {
    const sender = this.#senders.shift();
    if (sender !== undefined) this.#queue.push(sender);
    return sender;
  }

  #takeReturned(now: number): Item | undefined {
    for (let item = this.#rests?.takeDue(now); item !== undefined; item = this.#rests?.takeDue(now)) {
      this.#returned.push(item);
    }
    const item = this.#returned.shift();
    if (item !== undefined) this.#resting--;
    return item;
  }
}
