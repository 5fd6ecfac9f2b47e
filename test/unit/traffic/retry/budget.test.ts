import { array, assert, boolean, constantFrom, float, integer, nat, oneof, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget } from "../../../../src/traffic/retry/budget.ts";

/** How many retries in a row a budget gives. */
function takeAll(budget: Budget, lane?: string): number {
  let count = 0;
  while (count < 1000 && budget.take(lane)) count++;
  return count;
}

function firsts(budget: Budget, count: number, lane?: string): void {
  for (let i = 0; i < count; i++) budget.onFirst(lane);
}

describe("a budget", () => {
  test.each([
    [0.2, 10, 10],
    [0, 3, 3],
    [1, 0, 0],
    [0.5, 0.9, 0],
    [0.5, 2.5, 2],
  ])("of a ratio of %d and a reserve of %d gives, full as it is at first, %i", (ratio, reserve, count) => {
    expect(takeAll(new Budget({ ratio, reserve }))).toBe(count);
  });

  test.each([
    [0.1, 10, 1],
    [0.1, 9, 0],
    [0.1, 30, 3],
    [0.2, 5, 1],
    [0.2, 4, 0],
    [0.7, 10, 7],
    [1 / 3, 3, 1],
    [3, 2, 6],
    [0, 100, 0],
  ])("that is empty, of a ratio of %d, gives after %i first attempts %i more", (ratio, count, more) => {
    const budget = new Budget({ ratio, reserve: 10 });
    takeAll(budget);
    firsts(budget, count);
    expect(takeAll(budget)).toBe(more);
  });

  test("has no more than its reserve, however many first attempts there were", () => {
    const budget = new Budget({ ratio: 0.5, reserve: 4 });
    firsts(budget, 1000);
    expect(takeAll(budget)).toBe(4);
    firsts(budget, 1000);
    expect(takeAll(budget)).toBe(4);
  });

  test("is one for each lane, and for a pool without", () => {
    const budget = new Budget({ ratio: 0.5, reserve: 2 });
    expect(takeAll(budget, "a")).toBe(2);
    firsts(budget, 2, "b");
    expect([takeAll(budget, "a"), takeAll(budget, "b"), takeAll(budget, ""), takeAll(budget)]).toEqual([0, 2, 2, 2]);
    firsts(budget, 2, "a");
    expect([takeAll(budget, "a"), takeAll(budget)]).toEqual([1, 0]);
  });

  test("keeps the 10,000 lanes that retried last", () => {
    const budget = new Budget({ ratio: 0, reserve: 2 });
    budget.take("first");
    budget.take("second");
    for (let i = 0; i < 9998; i++) budget.take(`lane-${i}`);
    // It retried again, so it is not the one to go.
    budget.take("first");
    budget.take("one more");
    expect([takeAll(budget, "first"), takeAll(budget, "second")]).toEqual([0, 2]);
  });
});

describe("over any run", () => {
  const run = array(oneof({ weight: 3, arbitrary: constantFrom("first") }, constantFrom("retry")), { maxLength: 300 });

  test("retries never exceed the reserve and the share of the first attempts", () => {
    const ratios = oneof(
      float({ min: 0, max: 3, noNaN: true }),
      integer({ min: 0, max: 100 }).map((n) => n / 100),
    );
    assert(
      property(ratios, oneof(nat(12), float({ min: 0, max: 5, noNaN: true })), run, (ratio, reserve, deeds) => {
        const budget = new Budget({ ratio, reserve });
        let all = 0;
        let retries = 0;
        for (const deed of deeds) {
          if (deed === "retry") {
            if (budget.take(undefined)) retries++;
          } else {
            budget.onFirst(undefined);
            all++;
          }
          // Only as much too many as sums of fractions are off.
          expect(retries).toBeLessThanOrEqual(reserve + ratio * all + 1e-9);
        }
      }),
    );
  });

  test("there are exactly as many as a bucket holds, in each lane", () => {
    const deeds = array(tuple(boolean(), constantFrom("a", "b", undefined)), { maxLength: 300 });
    // Shares that a binary fraction tells without a remainder.
    assert(
      property(
        record({ ratio: nat(40).map((n) => n / 16), reserve: nat(48).map((n) => n / 16) }),
        deeds,
        (limits, all) => {
          const budget = new Budget(limits);
          const buckets = new Map<string | undefined, number>();
          for (const [isFirst, lane] of all) {
            const level = buckets.get(lane) ?? limits.reserve;
            if (isFirst) {
              budget.onFirst(lane);
              buckets.set(lane, Math.min(limits.reserve, level + limits.ratio));
            } else {
              expect(budget.take(lane)).toBe(level >= 1);
              if (level >= 1) buckets.set(lane, level - 1);
            }
          }
        },
      ),
    );
  });
});
