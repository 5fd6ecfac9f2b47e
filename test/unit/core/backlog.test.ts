import { expect, test } from "vitest";
import { Backlog } from "../../../src/core/backlog.ts";
import type { Linked } from "../../../src/lib/line.ts";

class Item implements Linked<Item> {
  previous: Item | undefined = undefined;
  next: Item | undefined = undefined;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const items = (names: string): Item[] => names.split("").map((name) => new Item(name));

function emptied(shift: () => Item | undefined): string {
  let names = "";
  for (let item = shift(); item !== undefined; item = shift()) names += item.name;
  return names;
}

test("has room for `size` items, and for as many more as are about to be taken", () => {
  const backlog = new Backlog<Item>(2);
  expect(backlog.hasRoom(0)).toBe(true);
  backlog.push(new Item("a"));
  expect(backlog.hasRoom(0)).toBe(true);
  backlog.push(new Item("b"));
  expect([backlog.waiting, backlog.hasRoom(0), backlog.hasRoom(1)]).toEqual([2, false, true]);
  backlog.push(new Item("c"));
  // Whom a slot is about to take is not told of.
  expect([backlog.waiting, backlog.hasRoom(1), backlog.hasRoom(2)]).toEqual([2, false, true]);
});

test("has no room for anybody while somebody stands in line, whatever is about to be taken", () => {
  const backlog = new Backlog<Item>(2);
  backlog.senders.push(new Item("a"));
  expect([backlog.senders.length, backlog.waiting, backlog.hasRoom(0), backlog.hasRoom(9)]).toEqual([
    1,
    0,
    false,
    false,
  ]);
});

test("takes the oldest first", () => {
  const backlog = new Backlog<Item>(3);
  for (const item of items("abc")) backlog.push(item);
  expect(emptied(() => backlog.take())).toBe("abc");
  expect(backlog.waiting).toBe(0);
});

test("admits the first in line, one by one, as long as there is room", () => {
  const backlog = new Backlog<Item>(2);
  backlog.push(new Item("a"));
  for (const item of items("bcd")) backlog.senders.push(item);
  expect(backlog.admit()?.name).toBe("b");
  expect([backlog.waiting, backlog.senders.length]).toEqual([2, 2]);
  expect(backlog.admit()).toBeUndefined();
  expect([backlog.waiting, backlog.senders.length]).toEqual([2, 2]);
  backlog.take();
  expect(backlog.admit()?.name).toBe("c");
  expect(emptied(() => backlog.take())).toBe("bc");
});

test("admits nobody when nobody is there", () => {
  const backlog = new Backlog<Item>(2);
  expect([backlog.admit(), backlog.waiting]).toEqual([undefined, 0]);
});

test("admits nobody while it is over its size", () => {
  const backlog = new Backlog<Item>(1);
  for (const item of items("ab")) backlog.push(item);
  backlog.senders.push(new Item("c"));
  backlog.take();
  expect(backlog.admit()).toBeUndefined();
  backlog.take();
  expect(backlog.admit()?.name).toBe("c");
});

test("lets the first leave the line, and the queue alone", () => {
  const backlog = new Backlog<Item>(1);
  backlog.push(new Item("a"));
  for (const item of items("bc")) backlog.senders.push(item);
  expect(emptied(() => backlog.senders.shift())).toBe("bc");
  expect([backlog.senders.length, backlog.waiting, backlog.hasRoom(1)]).toEqual([0, 1, true]);
});

test("lets out of the queue and out of the line, also from the middle", () => {
  const backlog = new Backlog<Item>(3);
  const queued = items("abc");
  const line = items("def");
  for (const item of queued) backlog.push(item);
  for (const item of line) backlog.senders.push(item);
  backlog.remove(queued[1] as Item);
  backlog.senders.remove(line[1] as Item);
  expect([backlog.waiting, backlog.senders.length]).toEqual([2, 2]);
  expect(emptied(() => backlog.take())).toBe("ac");
  expect(emptied(() => backlog.senders.shift())).toBe("df");
});
