/** What a line holds: an item is its own link, so that to leave from the middle costs what leaving from the front does. */
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

  get first(): Item | undefined {
    return this.#first;
  }

  get last(): Item | undefined {
    return this.#last;
  }

  /** Whether an item is in this line. It must be in no other. */
  has(item: Item): boolean {
    return item.previous !== undefined || item === this.#first;
  }

  push(item: Item): void {
    this.insert(item, this.#last);
  }

  /** Puts an item behind another one of this line; undefined: before all of them. */
  insert(item: Item, previous: Item | undefined): void {
    const next = previous === undefined ? this.#first : previous.next;
    item.previous = previous;
    item.next = next;
    if (previous === undefined) this.#first = item;
    else previous.next = item;
    if (next === undefined) this.#last = item;
    else next.previous = item;
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
