import { Line, type Linked } from "../lib/line.ts";

/**
 * A bounded first-in-first-out queue, and the line of senders before its door. Whoever comes while somebody stands in
 * line stands behind them: no barging.
 */
export class Backlog<Item extends Linked<Item>> {
  readonly #size: number;
  readonly #queue = new Line<Item>();
  /** The line before the door. */
  readonly senders: Line<Item> = new Line<Item>();

  /** @param size Places in the queue. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Items queued. What a slot is about to take is not told of. */
  get waiting(): number {
    return Math.min(this.#queue.length, this.#size);
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether an item may be queued now, where `ready` items are about to be taken anyhow. */
  hasRoom(ready: number): boolean {
    return this.senders.length === 0 && this.#queue.length < this.#size + ready;
  }

  /** Queues an item. The caller has seen that there is room. */
  push(item: Item): void {
    this.#queue.push(item);
  }

  /** Takes the oldest item out of the queue. */
  take(): Item | undefined {
    return this.#queue.shift();
  }

  /** Lets the first in line in, if there is room for them. */
  admit(): Item | undefined {
    if (this.#queue.length >= this.#size) return undefined;
    const sender = this.senders.shift();
    if (sender !== undefined) this.#queue.push(sender);
    return sender;
  }

  /** Takes an item out of the queue. */
  remove(item: Item): void {
    this.#queue.remove(item);
  }
}
