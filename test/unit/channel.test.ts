import { describe, expect, test } from "vitest";
import { Backlog } from "../../src/core/backlog.ts";
import { Line, type Linked } from "../../src/lib/line.ts";

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

function lineOf(all: readonly Item[]): Line<Item> {
  const line = new Line<Item>();
  for (const item of all) line.push(item);
  return line;
}

describe("Line", () => {
  test("is empty at first", () => {
    const line = new Line<Item>();
    expect([line.length, line.shift(), line.length]).toEqual([0, undefined, 0]);
  });

  test("gives out in the order it took", () => {
    const line = lineOf(items("abc"));
    expect(line.length).toBe(3);
    expect(line.shift()?.name).toBe("a");
    expect(line.length).toBe(2);
    line.push(new Item("d"));
    expect(emptied(() => line.shift())).toBe("bcd");
    expect(line.length).toBe(0);
  });

  test.each([
    ["first", 0, "bcd"],
    ["second", 1, "acd"],
    ["third", 2, "abd"],
    ["last", 3, "abc"],
  ])("lets the %s leave, and others come behind", (_, index, rest) => {
    const all = items("abcd");
    const line = lineOf(all);
    line.remove(all[index] as Item);
    expect(line.length).toBe(3);
    line.push(new Item("e"));
    expect(emptied(() => line.shift())).toBe(`${rest}e`);
  });

  test("lets the only one leave, and goes on", () => {
    const [a, b] = items("ab") as [Item, Item];
    const line = lineOf([a]);
    line.remove(a);
    expect([line.length, line.shift()]).toEqual([0, undefined]);
    line.push(b);
    expect([line.length, line.shift()]).toEqual([1, b]);
  });

  test("links both ways while in line, and not at all afterwards", () => {
    const [a, b, c] = items("abc") as [Item, Item, Item];
    const line = lineOf([a, b, c]);
    expect([a.previous, a.next, b.previous, b.next, c.previous, c.next]).toEqual([undefined, b, a, c, b, undefined]);
    line.remove(b);
    expect([b.previous, b.next]).toEqual([undefined, undefined]);
    expect([a.previous, a.next, c.previous, c.next]).toEqual([undefined, c, a, undefined]);
    line.shift();
    expect([a.next, c.previous]).toEqual([undefined, undefined]);
  });

  test("takes back one that has left", () => {
    const [a, b] = items("ab") as [Item, Item];
    const line = lineOf([a, b]);
    line.remove(a);
    line.push(a);
    expect(emptied(() => line.shift())).toBe("ba");
  });
});

describe("Backlog", () => {
  test("has room for `size` items, and for as many more as are about to be taken", () => {
    const channel = new Backlog<Item>(2);
    expect(channel.hasRoom(0)).toBe(true);
    channel.push(new Item("a"));
    expect(channel.hasRoom(0)).toBe(true);
    channel.push(new Item("b"));
    expect([channel.length, channel.hasRoom(0), channel.hasRoom(1)]).toEqual([2, false, true]);
    channel.push(new Item("c"));
    expect([channel.length, channel.hasRoom(1), channel.hasRoom(2)]).toEqual([3, false, true]);
  });

  test("has no room for anybody while somebody stands in line, whatever is about to be taken", () => {
    const channel = new Backlog<Item>(2);
    channel.standInLine(new Item("a"));
    expect([channel.senders, channel.length, channel.hasRoom(0), channel.hasRoom(9)]).toEqual([1, 0, false, false]);
  });

  test("takes the oldest first", () => {
    const channel = new Backlog<Item>(3);
    for (const item of items("abc")) channel.push(item);
    expect(emptied(() => channel.take())).toBe("abc");
    expect(channel.length).toBe(0);
  });

  test("admits the first in line, one by one, as long as there is room", () => {
    const channel = new Backlog<Item>(2);
    channel.push(new Item("a"));
    for (const item of items("bcd")) channel.standInLine(item);
    expect(channel.admit()?.name).toBe("b");
    expect([channel.length, channel.senders]).toEqual([2, 2]);
    expect(channel.admit()).toBeUndefined();
    expect([channel.length, channel.senders]).toEqual([2, 2]);
    channel.take();
    expect(channel.admit()?.name).toBe("c");
    expect(emptied(() => channel.take())).toBe("bc");
  });

  test("admits nobody when nobody is there", () => {
    const channel = new Backlog<Item>(2);
    expect([channel.admit(), channel.length]).toEqual([undefined, 0]);
  });

  test("admits nobody while it is over its size", () => {
    const channel = new Backlog<Item>(1);
    for (const item of items("ab")) channel.push(item);
    channel.standInLine(new Item("c"));
    channel.take();
    expect(channel.admit()).toBeUndefined();
    channel.take();
    expect(channel.admit()?.name).toBe("c");
  });

  test("turns away from the front of the line, and leaves the queue alone", () => {
    const channel = new Backlog<Item>(1);
    channel.push(new Item("a"));
    for (const item of items("bc")) channel.standInLine(item);
    expect(emptied(() => channel.turnAway())).toBe("bc");
    expect([channel.senders, channel.length, channel.hasRoom(1)]).toEqual([0, 1, true]);
  });

  test("drops from the queue, and lets leave the line, also from the middle", () => {
    const channel = new Backlog<Item>(3);
    const queued = items("abc");
    const line = items("def");
    for (const item of queued) channel.push(item);
    for (const item of line) channel.standInLine(item);
    channel.drop(queued[1] as Item);
    channel.leave(line[1] as Item);
    expect([channel.length, channel.senders]).toEqual([2, 2]);
    expect(emptied(() => channel.take())).toBe("ac");
    expect(emptied(() => channel.turnAway())).toBe("df");
  });
});
