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
    if (this.#queue.length + this.#resting >= this.#size) return undefined;
    const sender = this.#senders.shift();
    if (sender !== undefined) this.#queue.push(sender);
    return sender;
  }

  due(): number {
    const isEmpty = this.#queue.length + this.#returned.length === 0;
    return isEmpty ? (this.#rests?.due ?? Infinity) : -Infinity;
  }

  take(now: number): Item | undefined {
    const { due = Infinity } = this.#rests ?? {};
    if (due <= now)
      for (let item = this.#rests?.takeDue(now); item; item = this.#rests?.takeDue(now)) this.#returned.push(item);
    return this.#returned.shift() ?? this.#queue.shift();
  }

  rest(item: Item, due: number): void {
    this.#rests?.add(item, due);
  }

  remove(item: Item): void {
    if (item.attempts === 0) this.#queue.remove(item);
    else if (!this.#rests?.remove(item)) this.#returned.remove(item);
  }

  leave(item: Item): void {
    this.#senders.remove(item);
  }

  removeFirst(): Item | undefined {
    return this.#returned.shift() ?? this.#rests?.removeFirst() ?? this.#queue.shift();
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

  /** Tasks at rest, or back from it. */
  get #resting(): number {
    return this.#returned.length + (this.#rests === undefined ? 0 : this.#rests.size);
  }
}
