import type { Waiter } from "../../api/policies.ts";
import { Heap, type Heaped } from "../../lib/heap.ts";
import { Line } from "../../lib/line.ts";

/** The tasks of one priority: those that come back from a rest, then those that never ran. */
export class Level<Item extends Waiter<Item>> extends Line<Item> implements Heaped {
  index = 0;
  /** The lower, the higher its priority. */
  rank = 0;
  readonly turn = 0;
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

interface Levels<Item extends Waiter<Item>> {
  readonly heap: Heap<Level<Item>>;
  readonly byRank: Map<number, Level<Item>>;
}

/**
 * A line in which a higher priority goes first, and what comes back from a rest before what never ran. To leave from
 * anywhere takes no longer than to come. Where all have one priority it is as good as a plain line.
 */
export class PriorityLine<Item extends Waiter<Item>> {
  /** The level of the highest priority. The last one stays when it is empty, and is used again. */
  #top: Level<Item> = new Level();
  /** All levels, none of them empty. undefined while there is only one, as most often. */
  #levels: Levels<Item> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#top.first;
  }

  /** @returns Where the item is now, which {@link remove} asks for. */
  push(item: Item, priority: number): Level<Item> {
    const level = this.#levelOf(-priority);
    level.push(item);
    this.#length++;
    return level;
  }

  /** Takes out an item, which must be in this line. */
  remove(item: Item, level: Level<Item>): void {
    level.remove(item);
    this.#length--;
    if (level.length > 0 || this.#levels === undefined) return;
    const { heap, byRank } = this.#levels;
    heap.remove(level);
    byRank.delete(level.rank);
    this.#top = heap.first as Level<Item>; // one is left at least
    if (byRank.size === 1) this.#levels = undefined;
  }

  #levelOf(rank: number): Level<Item> {
    const top = this.#top;
    if (this.#length === 0) top.rank = rank;
    if (top.rank === rank) return top;
    if (this.#levels === undefined) {
      this.#levels = { heap: new Heap(), byRank: new Map([[top.rank, top]]) };
      this.#levels.heap.push(top);
    }
    const { heap, byRank } = this.#levels;
    let level = byRank.get(rank);
    if (level === undefined) {
      level = new Level();
      level.rank = rank;
      byRank.set(rank, level);
      heap.push(level);
      this.#top = heap.first as Level<Item>;
    }
    return level;
  }
}
