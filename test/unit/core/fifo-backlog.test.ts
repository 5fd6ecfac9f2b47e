import { describe, expect, test } from "vitest";
import { FifoBacklog } from "../../../src/core/fifo-backlog.ts";
import type { Waiter } from "../../../src/api/policies.ts";
import { ArrayRests } from "../../support/array-rests.ts";

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

test("something may start as long as somebody is queued", () => {
  const backlog = new FifoBacklog<Item>(2);
  expect(backlog.due()).toBe(Number.POSITIVE_INFINITY);
  backlog.standInLine(new Item("a"));
  expect(backlog.due()).toBe(Number.POSITIVE_INFINITY);
  backlog.admit();
  expect(backlog.due()).toBe(Number.NEGATIVE_INFINITY);
  backlog.take(0);
  expect(backlog.due()).toBe(Number.POSITIVE_INFINITY);
});

test("has no lanes: nobody has a place of his own, and who wishes for one is told so", () => {
  const backlog = new FifoBacklog<Item>(2);
  expect([backlog.place(undefined), backlog.place({}), backlog.lanes().size]).toEqual([undefined, undefined, 0]);
  expect(backlog.place({ lane: undefined, priority: undefined })).toBeUndefined();
  for (const wish of [{ lane: "a" }, { lane: "" }, { lane: null }, { priority: 0 }, { priority: "x" }]) {
    expect(() => backlog.place(wish)).toThrow(TypeError);
    expect(() => backlog.place(wish)).toThrow("`lane` and `priority` are for a client with `lanes`");
  }
});

/** A backlog of this size in which tasks may rest, with these queued. */
function resting(size: number, names: string): { backlog: FifoBacklog<Item>; queued: Item[] } {
  const backlog = new FifoBacklog<Item>(size, new ArrayRests<Item>());
  const queued = items(names);
  for (const item of queued) backlog.push(item);
  return { backlog, queued };
}

/** Takes the next one, as for an attempt. */
function taken(backlog: FifoBacklog<Item>, now: number): Item {
  const item = backlog.take(now);
  if (item === undefined) throw new Error("There is nothing to take");
  item.attempts++;
  return item;
}

describe("a task at rest", () => {
  test("is taken when its rest has ended and not before, ahead of those that never ran", () => {
    const { backlog } = resting(3, "abc");
    backlog.rest(taken(backlog, 0), 100);
    expect(taken(backlog, 99).name).toBe("b");
    expect(taken(backlog, 100).name).toBe("a");
    expect(taken(backlog, 100).name).toBe("c");
  });

  test("says when something may start, where nothing else may", () => {
    const { backlog } = resting(3, "ab");
    const [a, b] = [taken(backlog, 0), taken(backlog, 0)];
    backlog.rest(a, 100);
    backlog.rest(b, 50);
    expect(backlog.due()).toBe(50);
    backlog.push(new Item("c"));
    expect(backlog.due()).toBe(Number.NEGATIVE_INFINITY);
  });

  test("comes back in the order in which the rests end, and may start from then on, at whatever time", () => {
    const { backlog } = resting(4, "abc");
    const [a, b, c] = [taken(backlog, 0), taken(backlog, 0), taken(backlog, 0)];
    backlog.rest(a, 30);
    backlog.rest(b, 10);
    backlog.rest(c, 20);
    expect([backlog.take(5), backlog.take(30)?.name]).toEqual([undefined, "b"]);
    expect([backlog.due(), backlog.waiting]).toEqual([Number.NEGATIVE_INFINITY, 2]);
    expect(emptied(() => backlog.take(0))).toBe("ca");
  });

  test("has a waiting place, also where none is free, and nobody is let in until there is room", () => {
    const { backlog } = resting(2, "abc");
    backlog.rest(taken(backlog, 0), 100);
    expect([backlog.waiting, backlog.hasRoom(undefined, 1), backlog.hasRoom(undefined, 2)]).toEqual([3, false, true]);
    backlog.standInLine(new Item("d"));
    expect(backlog.admit()).toBeUndefined();
    backlog.take(0);
    expect([backlog.admit(), backlog.waiting]).toEqual([undefined, 2]);
    backlog.take(0);
    expect([backlog.admit()?.name, backlog.waiting]).toEqual(["d", 2]);
  });

  test("has its place still when its rest has ended and no slot has taken it", () => {
    const { backlog } = resting(2, "ab");
    const [a, b] = [taken(backlog, 0), taken(backlog, 0)];
    backlog.rest(a, 10);
    backlog.rest(b, 10);
    backlog.take(10);
    expect([backlog.waiting, backlog.hasRoom(undefined, 0)]).toEqual([1, true]);
    backlog.push(new Item("c"));
    expect([backlog.waiting, backlog.hasRoom(undefined, 0)]).toEqual([2, false]);
  });

  test("can be taken out: at rest, back from it, and before it ever ran", () => {
    const { backlog, queued } = resting(4, "abcd");
    const [a, b, c] = [taken(backlog, 0), taken(backlog, 0), taken(backlog, 0)];
    for (const item of [a, b, c]) backlog.rest(item, 10);
    expect(taken(backlog, 10)).toBe(a);
    backlog.remove(c);
    expect([backlog.waiting, b.next, b.previous]).toEqual([2, undefined, undefined]);
    backlog.rest(a, 20);
    backlog.remove(a);
    expect(backlog.waiting).toBe(2);
    backlog.remove(queued[3] as Item);
    expect([backlog.waiting, emptied(() => backlog.take(99))]).toEqual([1, "b"]);
  });

  test("comes out where all are taken out", () => {
    const { backlog } = resting(4, "abcd");
    const [a, b, c] = [taken(backlog, 0), taken(backlog, 0), taken(backlog, 0)];
    for (const item of [a, b]) backlog.rest(item, 10);
    backlog.take(10);
    backlog.rest(c, 99);
    expect(
      emptied(() => backlog.removeFirst())
        .split("")
        .toSorted(),
    ).toEqual(["b", "c", "d"]);
    expect([backlog.waiting, backlog.due()]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});
