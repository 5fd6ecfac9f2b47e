import { expect, test } from "vitest";
import { FifoBacklog } from "../../../src/core/fifo-backlog.ts";
import type { Waiter } from "../../../src/api/policies.ts";

class Item implements Waiter<Item> {
  readonly place = undefined;
  attempts = 0;
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
  const backlog = new FifoBacklog<Item>(2);
  expect(backlog.hasRoom(undefined, 0)).toBe(true);
  backlog.push(new Item("a"));
  expect(backlog.hasRoom(undefined, 0)).toBe(true);
  backlog.push(new Item("b"));
  expect([backlog.waiting, backlog.hasRoom(undefined, 0), backlog.hasRoom(undefined, 1)]).toEqual([2, false, true]);
  backlog.push(new Item("c"));
  // Whom a slot is about to take is not told of.
  expect([backlog.waiting, backlog.hasRoom(undefined, 1), backlog.hasRoom(undefined, 2)]).toEqual([2, false, true]);
});

test("has no room for anybody while somebody stands in line, whatever is about to be taken", () => {
  const backlog = new FifoBacklog<Item>(2);
  backlog.standInLine(new Item("a"));
  expect([backlog.senders, backlog.waiting, backlog.hasRoom(undefined, 0), backlog.hasRoom(undefined, 9)]).toEqual([
    1,
    0,
    false,
    false,
  ]);
});

test("takes the oldest first", () => {
  const backlog = new FifoBacklog<Item>(3);
  for (const item of items("abc")) backlog.push(item);
  expect(emptied(() => backlog.take(0))).toBe("abc");
  expect(backlog.waiting).toBe(0);
});

test("admits the first in line, one by one, as long as there is room", () => {
  const backlog = new FifoBacklog<Item>(2);
  backlog.push(new Item("a"));
  for (const item of items("bcd")) backlog.standInLine(item);
  expect(backlog.admit()?.name).toBe("b");
  expect([backlog.waiting, backlog.senders]).toEqual([2, 2]);
  expect(backlog.admit()).toBeUndefined();
  expect([backlog.waiting, backlog.senders]).toEqual([2, 2]);
  backlog.take(0);
  expect(backlog.admit()?.name).toBe("c");
  expect(emptied(() => backlog.take(0))).toBe("bc");
});

test("admits nobody when nobody is there", () => {
  const backlog = new FifoBacklog<Item>(2);
  expect([backlog.admit(), backlog.waiting]).toEqual([undefined, 0]);
});

test("admits nobody while it is over its size", () => {
  const backlog = new FifoBacklog<Item>(1);
  for (const item of items("ab")) backlog.push(item);
  backlog.standInLine(new Item("c"));
  backlog.take(0);
  expect(backlog.admit()).toBeUndefined();
  backlog.take(0);
  expect(backlog.admit()?.name).toBe("c");
});

test("lets the first leave the line, and the queue alone", () => {
  const backlog = new FifoBacklog<Item>(1);
  backlog.push(new Item("a"));
  for (const item of items("bc")) backlog.standInLine(item);
  expect(emptied(() => backlog.leaveFirst())).toBe("bc");
  expect([backlog.senders, backlog.waiting, backlog.hasRoom(undefined, 1)]).toEqual([0, 1, true]);
});

test("lets out of the queue and out of the line, also from the middle", () => {
  const backlog = new FifoBacklog<Item>(3);
  const queued = items("abc");
  const line = items("def");
  for (const item of queued) backlog.push(item);
  for (const item of line) backlog.standInLine(item);
  backlog.remove(queued[1] as Item);
  backlog.leave(line[1] as Item);
  expect([backlog.waiting, backlog.senders]).toEqual([2, 2]);
  expect(emptied(() => backlog.take(0))).toBe("ac");
  expect(emptied(() => backlog.leaveFirst())).toBe("df");
});
