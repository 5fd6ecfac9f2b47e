/** What a heap holds: an item keeps its own place, so that it can be found and taken out from anywhere. */
export interface Heaped {
  /** Where it is in the heap's array. Meaningless while it is in no heap. */
  index: number;
  /** The lower, the sooner it is first. */
  readonly rank: number;
  /** Of those of one rank, the lower, the sooner. */
  readonly turn: number;
}

/** A binary heap: its first item at once, everything else in O(log n). An item is in one heap at a time. */
export class Heap<Item extends Heaped> {
  readonly #items: Item[] = [];

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
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = items[up] as Item;
      if (!isBefore(item, parent)) break;
      this.#put(parent, index);
      index = up;
    }
    for (let down = 2 * index + 1; down < items.length; down = 2 * index + 1) {
      if (down + 1 < items.length && isBefore(items[down + 1] as Item, items[down] as Item)) down++;
      const child = items[down] as Item;
      if (!isBefore(child, item)) break;
      this.#put(child, index);
      index = down;
    }
    this.#put(item, index);
  }

  #put(item: Item, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }
}

/** Whether an item goes before another one. */
const isBefore = (a: Heaped, b: Heaped): boolean => a.rank < b.rank || (a.rank === b.rank && a.turn < b.turn);
