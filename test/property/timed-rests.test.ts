import { array, assert, constant, integer, nat, oneof, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { TimedRests } from "../../src/traffic/retry/timed-rests.ts";

interface Rest {
  readonly item: object;
  readonly due: number;
}

const steps = array(
  oneof(
    { weight: 4, arbitrary: tuple(constant("add" as const), integer({ min: -5, max: 60 })) },
    { weight: 2, arbitrary: tuple(constant("take due" as const), nat(60)) },
    { weight: 2, arbitrary: tuple(constant("remove" as const), nat(50)) },
  ),
  { maxLength: 120 },
);

/** A sorted array: what rests are, without their cost. */
class SortedRests {
  rests: Rest[] = [];

  add(rest: Rest): void {
    // Stable: who came first is first.
    this.rests = [...this.rests, rest].toSorted((a, b) => a.due - b.due);
  }

  remove(item: object | undefined): boolean {
    const before = this.rests.length;
    this.rests = this.rests.filter((rest) => rest.item !== item);
    return this.rests.length < before;
  }
}

test("tasks at rest are a sorted array, whoever leaves in between", () => {
  assert(
    property(steps, (taken) => {
      const rests = new TimedRests<object>();
      const model = new SortedRests();
      const gone: object[] = [];
      for (const [step, number] of taken) {
        const [first] = model.rests;
        if (step === "add") {
          const item = { number };
          rests.add(item, number);
          model.add({ item, due: number });
        } else if (step === "take due") {
          const expected = first !== undefined && first.due <= number ? first.item : undefined;
          expect(rests.takeDue(number)).toBe(expected);
          model.remove(expected);
        } else {
          const known = [...model.rests.map(({ item }) => item), ...gone, {}];
          const item = known[number % known.length] as object;
          expect(rests.remove(item)).toBe(model.remove(item));
          gone.push(item);
        }
        expect(rests.due).toBe(model.rests[0]?.due ?? Infinity);
      }
      for (const { item } of model.rests) expect(rests.takeDue(Infinity)).toBe(item);
    }),
    { numRuns: 1000 },
  );
});
