import type { Rests } from "../../api/policies.ts";
import { Line, type Linked } from "../../lib/line.ts";

interface Rest<Item> extends Linked<Rest<Item>> {
  readonly item: Item;
  readonly due: number;
}

/** Tasks at rest, by when their rests end. Who never rests pays nothing. */
export class TaskRests<Item> implements Rests<Item> {
  readonly #line = new Line<Rest<Item>>();
  readonly #byItem = new Map<Item, Rest<Item>>();

  get size(): number {
    return this.#line.length;
  }

  get due(): number {
    return this.#line.first?.due ?? Infinity;
  }

  /** Cheapest for what ends last, as most do. */
  add(item: Item, due: number): void {
    const rest: Rest<Item> = { item, due, previous: undefined, next: undefined };
    let { last: before } = this.#line;
    while (before !== undefined && before.due > due) before = before.previous;
    this.#line.insert(rest, before);
    this.#byItem.set(item, rest);
  }

  takeDue(now: number): Item | undefined {
    const { first } = this.#line;
    if (first === undefined || first.due > now) return undefined;
    this.remove(first.item);
    return first.item;
  }

  remove(item: Item): boolean {
    const rest = this.#byItem.get(item);
    if (rest !== undefined) this.#line.remove(rest);
    return this.#byItem.delete(item);
  }
}
