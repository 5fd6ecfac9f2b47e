import { expect, test } from "vitest";
import { Budget } from "../../../../src/traffic/retry/budget.ts";

/** Takes until there is none left. */
function takenOf(budget: Budget, lane?: string): number {
  let taken = 0;
  while (taken < 1000 && budget.take(lane)) taken++;
  return taken;
}

function begin(budget: Budget, times: number, lane?: string): void {
  for (let i = 0; i < times; i++) budget.onFirst(lane);
}

test("is full at first, and no fuller by first attempts", () => {
  const budget = new Budget({ ratio: 0.2, reserve: 10 });
  begin(budget, 100);
  expect(takenOf(budget)).toBe(10);
});

test.each([
  [0.2, 4, 0],
  [0.2, 5, 1],
  [0.1, 9, 0],
  [0.1, 10, 1],
  [0.7, 10, 7],
  [1 / 3, 3, 1],
  [1 / 3, 8, 2],
  [1, 4, 4],
  [2.5, 2, 5],
  [0, 1000, 0],
])("of a ratio of %f, %i first attempts give %i retries", (ratio, firsts, retries) => {
  const budget = new Budget({ ratio, reserve: 10 });
  takenOf(budget);
  begin(budget, firsts);
  expect(takenOf(budget)).toBe(retries);
});

test("rounding loses no retry over a long time", () => {
  const budget = new Budget({ ratio: 0.1, reserve: 10 });
  takenOf(budget);
  let retries = 0;
  for (let i = 0; i < 100_000; i++) {
    budget.onFirst(undefined);
    retries += takenOf(budget);
  }
  expect(retries).toBe(10_000);
});

test("never holds more than its reserve", () => {
  const budget = new Budget({ ratio: 0.5, reserve: 3 });
  takenOf(budget);
  begin(budget, 100);
  expect(takenOf(budget)).toBe(3);
});

test.each([0, 0.5, 0.99])("a reserve of %f gives nothing", (reserve) => {
  const budget = new Budget({ ratio: 1, reserve });
  begin(budget, 10);
  expect(takenOf(budget)).toBe(0);
});

test("each lane has a bucket of its own, and so has no lane", () => {
  const budget = new Budget({ ratio: 0.5, reserve: 2 });
  expect([takenOf(budget, "a"), takenOf(budget, "b"), takenOf(budget)]).toEqual([2, 2, 2]);
  begin(budget, 2, "a");
  expect([takenOf(budget, "a"), takenOf(budget, "b"), takenOf(budget)]).toEqual([1, 0, 0]);
});

test("remembers no bucket that is full", () => {
  const budget = new Budget({ ratio: 0.5, reserve: 2 });
  begin(budget, 5, "a");
  expect(budget.size).toBe(0);
  budget.take("a");
  begin(budget, 1, "a");
  expect(budget.size).toBe(1);
  begin(budget, 1, "a");
  expect(budget.size).toBe(0);
});

test("remembers 10,000 lanes, and forgets the one that was not used for longest", () => {
  const budget = new Budget({ ratio: 0.1, reserve: 1 });
  for (let i = 0; i < 10_000; i++) budget.take(`lane ${i}`);
  budget.onFirst("lane 0");
  expect(budget.size).toBe(10_000);
  budget.take("one more");
  expect(budget.size).toBe(10_000);
  expect(budget.take("lane 0")).toBe(false);
  expect(budget.take("lane 2")).toBe(false);
  expect(budget.take("lane 1")).toBe(true);
});
