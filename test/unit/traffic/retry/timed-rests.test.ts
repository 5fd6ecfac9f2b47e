import { expect, test } from "vitest";
import { TimedRests } from "../../../../src/traffic/retry/timed-rests.ts";

function restsOf(dues: Readonly<Record<string, number>>): TimedRests<string> {
  const rests = new TimedRests<string>();
  for (const [item, due] of Object.entries(dues)) rests.add(item, due);
  return rests;
}

function takenOf(take: () => string | undefined): string {
  let taken = "";
  for (let item = take(); item !== undefined; item = take()) taken += item;
  return taken;
}

test("is empty at first", () => {
  const rests = new TimedRests<string>();
  expect([rests.due, rests.takeDue(Infinity), rests.remove("a")]).toEqual([Infinity, undefined, false]);
});

test("gives out what is due, the first due first", () => {
  const rests = restsOf({ a: 30, b: 10, c: 20, d: 40 });
  expect(rests.due).toBe(10);
  expect(rests.takeDue(9)).toBeUndefined();
  expect(takenOf(() => rests.takeDue(30))).toBe("bca");
  expect(rests.due).toBe(40);
});

test("rests that end at once end in the order in which they began", () => {
  const rests = restsOf({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 0, g: 1 });
  expect(takenOf(() => rests.takeDue(1))).toBe("fabcdeg");
});

test.each(["a", "b", "c", "d"])("%s may leave before its time, once", (item) => {
  const rests = restsOf({ a: 30, b: 10, c: 20, d: 40 });
  expect([rests.remove(item), rests.remove(item)]).toEqual([true, false]);
  expect(takenOf(() => rests.takeDue(40))).toBe("bcad".replace(item, ""));
});

test("a task may rest again", () => {
  const rests = restsOf({ a: 1 });
  rests.takeDue(1);
  rests.add("a", 5);
  expect([rests.due, rests.remove("a"), rests.due]).toEqual([5, true, Infinity]);
});
