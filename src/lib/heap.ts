/** What a heap holds: an item keeps its own place, so that it can be found and taken out from anywhere. */
export interface Heaped {
  /** Where it is in the heap's array. Meaningless while it is in no heap. */
  index: number;
}

/** A binary heap: its first item at once, everything else in O(log n). An item is in one heap at a time. */
export class Heap<Item extends Heaped> {
  readonly #items: Item[] = [];
  readonly #isBefore: (a: Item, b: Item) => boolean;

  constructor(isBefore: (a: Item, b: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  /** All of them: the first is first, the others are in no order. */
  get items(): readonly Item[] {
    return this.#items;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    item.index = this.#items.length;
    this.#items.push(item);
    this.update(item);
  }

  /** Takes out an item, which must be in this heap. */
  remove(item: Item): void {
    const last = this.#items.pop() as Item; // there is one at least
    if (last === item) return;
    last.index = item.index;
    this.update(last);
  }

  /** Finds the new place of an item of this heap that goes before others now, or after others. */
  update(item: Item): void {
    const items = this.#items;
    let { index } = item;
    const put = (other: Item, at: number): void => {
      items[at] = other;
      other.index = at;
    };
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = items[up] as Item;
      if (!this.#isBefore(item, parent)) break;
      put(parent, index);
      index = up;
    }
    for (let down = 2 * index + 1; down < items.length; down = 2 * index + 1) {
      if (down + 1 < items.length && this.#isBefore(items[down + 1] as Item, items[down] as Item)) down++;
      const child = items[down] as Item;
      if (!this.#isBefore(child, item)) break;
      put(child, index);
      index = down;
    }
    put(item, index);
  }
}
