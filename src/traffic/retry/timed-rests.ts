import type { Rests } from "../../api/policies.ts";
import { Heap, type Heaped } from "../../lib/heap.ts";

/** A task at rest. */
interface Rest<Item> extends Heaped {
  readonly item: Item;
}

/** Tasks at rest, in order of when their rests end. What a rest needs is kept here, so that a task that never rests has nothing of it. */
export class TimedRests<Item> implements Rests<Item> {
  readonly #rests = new Map<Item, Rest<Item>>();
  readonly #heap = new Heap<Rest<Item>>();
  #turns = 0;

  get due(): number {
    return this.#heap.first?.rank ?? Infinity;
  }

  add(item: Item, due: number): void {
    // Of rests that end at once, the one that began first is first.
    const rest = { item, rank: due, turn: this.#turns++, index: 0 };
    this.#rests.set(item, rest);
    this.#heap.push(rest);
  }

  takeDue(now: number): Item | undefined {
    const { first } = this.#heap;
    if (first === undefined || first.rank > now) return undefined;
    this.remove(first.item);
    return first.item;
  }

  remove(item: Item): boolean {
    const rest = this.#rests.get(item);
    if (rest !== undefined) this.#heap.remove(rest);
    return this.#rests.delete(item);
  }
}
