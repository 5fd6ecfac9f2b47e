import type { Waiter } from "../../api/policies.ts";
import { Heap, type Heaped } from "../../lib/heap.ts";
import { Line } from "../../lib/line.ts";

/** The tasks of one priority: those that come back from a rest, then those that never ran. */
export class Level<Item extends Waiter<Item>> extends Line<Item> implements Heaped {
  index = 0;
  priority = 0;
  /** The last of those that come back. */
  #back: Item | undefined;

  override push(item: Item): void {
    if (item.attempts === 0) {
      super.push(item);
    } else {
      this.insert(item, this.#back);
      this.#back = item;
    }
  }

  override remove(item: Item): void {
    if (item === this.#back) this.#back = item.previous;
    super.remove(item);
  }
}

/**
 * A line in which a higher priority goes first, and what comes back from a rest before what never ran. To leave from
 * anywhere takes no longer than to come. Where all have one priority it is as good as a plain line.
 */
export class PriorityLine<Item extends Waiter<Item>> {
  /** Those with somebody in them. The last one stays when it is empty, and is used again. */
  readonly #levels = new Heap<Level<Item>>((a, b) => a.priority > b.priority);
  /** undefined while there is only one. */
  #byPriority: Map<number, Level<Item>> | undefined;
  #length = 0;

  constructor() {
    this.#levels.push(new Level());
  }

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#top.first;
  }

  /** @returns Where the item is now, which {@link remove} asks for. */
  push(item: Item, priority: number): Level<Item> {
    const level = this.#levelOf(priority);
    level.push(item);
    this.#length++;
    return level;
  }

  /** Takes out an item, which must be in this line. */
  remove(item: Item, level: Level<Item>): void {
    level.remove(item);
    this.#length--;
    if (level.length > 0 || this.#byPriority === undefined) return;
    this.#levels.remove(level);
    this.#byPriority.delete(level.priority);
    if (this.#byPriority.size === 1) this.#byPriority = undefined;
  }

  get #top(): Level<Item> {
    return this.#levels.first as Level<Item>; // there is always one
  }

  #levelOf(priority: number): Level<Item> {
    const top = this.#top;
    if (this.#length === 0) top.priority = priority;
    if (top.priority === priority) return top;
    this.#byPriority ??= new Map([[top.priority, top]]);
    let level = this.#byPriority.get(priority);
    if (level === undefined) {
      level = new Level();
      level.priority = priority;
      this.#byPriority.set(priority, level);
      this.#levels.push(level);
    }
    return level;
  }
}
