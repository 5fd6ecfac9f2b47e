import { array, assert, boolean, double, nat, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "../../src/traffic/retry/budget.ts";

const ratios = oneof(
  nat(200).map((percent) => percent / 100),
  double({ min: 0, max: 3, noNaN: true }),
);
const reserves = oneof(nat(12), double({ min: 0, max: 12, noNaN: true }));
/** Whether each step is a first attempt, else a retry is wished. */
const runs = array(boolean(), { maxLength: 300, size: "max" });

/** Rounding, which is of no account where retries are counted. */
const TINY = 1e-9;

test("over any run there are at most reserve + ratio × first attempts, in each stretch of it too, and no fewer", () => {
  assert(
    property(ratios, reserves, runs, (ratio, reserve, steps) => {
      const budget = new Budget({ ratio, reserve });
      // Retries less what first attempts added, at the start of the stretch of the run of which the least may be spent.
      let least = 0;
      let firsts = 0;
      let retries = 0;
      for (const isFirst of steps) {
        if (isFirst) {
          budget.onFirst(undefined);
          firsts++;
        } else {
          const excess = retries - ratio * firsts - least;
          const left = reserve - excess;
          const took = budget.take(undefined);
          if (left >= 1 + TINY) expect(took).toBe(true);
          if (left < 1 - TINY) expect(took).toBe(false);
          if (took) retries++;
        }
        // What is added to a full bucket is lost.
        least = Math.min(least, retries - ratio * firsts);
        expect(retries - ratio * firsts - least).toBeLessThanOrEqual(reserve + TINY);
      }
      expect(budget.size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});
