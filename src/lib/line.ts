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

  /** Whether an item is in this line. It must be in no other. */
  has(item: Item): boolean {
    return item.previous !== undefined || item === this.#first;
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
