/** What a channel holds: its own link in the line, so that leaving from the middle costs the same as from the front. */
export interface Linked<Item> {
  previous: Item | undefined;
  next: Item | undefined;
}

/** A first-in-first-out line that anybody may leave at any time. */
export class Line<Item extends Linked<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    item.previous = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
    this.#length++;
  }

  shift(): Item | undefined {
    const item = this.#first;
    if (item !== undefined) this.remove(item);
    return item;
  }

  /** Takes out an item, which must be in this line. */
  remove(item: Item): void {
    const { previous, next } = item;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    // Nothing that has left may keep alive what is still in line.
    item.previous = undefined;
    item.next = undefined;
    this.#length--;
  }
}

/**
 * A bounded first-in-first-out queue, and the line of senders before its door. Whoever comes while somebody stands in
 * line stands behind them: no barging.
 */
export class Channel<Item extends Linked<Item>> {
  readonly #size: number;
  readonly #queue = new Line<Item>();
  readonly #senders = new Line<Item>();

  /** @param size Places in the queue. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Items queued. */
  get length(): number {
    return this.#queue.length;
  }

  /** Items in line before the door. */
  get senders(): number {
    return this.#senders.length;
  }

  /** Whether an item may be queued now, where `ready` items are about to be taken anyhow. */
  hasRoom(ready: number): boolean {
    return this.#senders.length === 0 && this.#queue.length < this.#size + ready;
  }

  /** Queues an item. The caller has seen that there is room. */
  push(item: Item): void {
    this.#queue.push(item);
  }

  /** Puts an item at the end of the line before the door. */
  standInLine(item: Item): void {
    this.#senders.push(item);
  }

  /** Takes the oldest item out of the queue. */
  take(): Item | undefined {
    return this.#queue.shift();
  }

  /** Lets the first in line in, if there is room for them. */
  admit(): Item | undefined {
    if (this.#queue.length >= this.#size) return undefined;
    const sender = this.#senders.shift();
    if (sender !== undefined) this.#queue.push(sender);
    return sender;
  }

  /** Turns the first in line away. */
  turnAway(): Item | undefined {
    return this.#senders.shift();
  }

  /** Takes an item out of the queue. */
  drop(item: Item): void {
    this.#queue.remove(item);
  }

  /** Takes an item out of the line before the door. */
  leave(item: Item): void {
    this.#senders.remove(item);
  }
}
