import { assert, array, constantFrom, integer, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { Heap, type Heaped } from "../../../src/lib/heap.ts";

class Item implements Heaped {
  index = 0;
  rank: number;
  readonly turn: number;
  constructor(rank: number, turn: number) {
    this.rank = rank;
    this.turn = turn;
  }
}

const order = (a: Item, b: Item): number => a.rank - b.rank || a.turn - b.turn;

test("nothing is first in an empty heap", () => {
  const heap = new Heap<Item>();
  expect([heap.first, heap.items.length]).toEqual([undefined, 0]);
});

test("is a sorted array, whatever comes, goes and changes", () => {
  const step = tuple(
    constantFrom("push", "remove", "update"),
    integer({ min: 0, max: 20 }),
    integer({ min: 0, max: 1000 }),
  );
  assert(
    property(array(step, { maxLength: 200 }), (steps) => {
      const heap = new Heap<Item>();
      const model: Item[] = [];
      let ids = 0;
      for (const [deed, key, place] of steps) {
        const item = model[place % model.length];
        if (deed === "push") {
          const fresh = new Item(key, ++ids);
          heap.push(fresh);
          model.push(fresh);
        } else if (item !== undefined && deed === "remove") {
          heap.remove(item);
          model.splice(model.indexOf(item), 1);
        } else if (item !== undefined) {
          item.rank = key;
          heap.update(item);
        }
        model.sort(order);
        expect(heap.first).toBe(model[0]);
        expect(heap.items.toSorted(order)).toEqual(model);
        expect(heap.items.every((one, index) => one.index === index)).toBe(true);
      }
    }),
  );
});
