import type { Rests } from "../../src/api/policies.ts";

interface Rest<Item> {
  readonly item: Item;
  readonly due: number;
}

/** Rests as a plain array, which is looked through each time: slow, and plainly right. */
export class ArrayRests<Item> implements Rests<Item> {
  #all: Rest<Item>[] = [];

  get size(): number {
    return this.#all.length;
  }

  get due(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#all.map(({ due }) => due));
  }

  add(item: Item, due: number): void {
    this.#all.push({ item, due });
  }

  takeDue(now: number): Item | undefined {
    const { due } = this;
    const first = due <= now ? this.#all.find((rest) => rest.due === due) : undefined;
    if (first !== undefined) this.remove(first.item);
    return first?.item;
  }

  remove(item: Item): boolean {
    const { size } = this;
    this.#all = this.#all.filter((rest) => rest.item !== item);
    return this.#all.length < size;
  }

  removeFirst(): Item | undefined {
    return this.#all.shift()?.item;
  }
}
