import { expect, test } from "vitest";
import { Line, type Linked } from "../../../src/lib/line.ts";

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
