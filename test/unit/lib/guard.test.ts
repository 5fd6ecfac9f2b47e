import { expect, test } from "vitest";
import { guard } from "../../../src/lib/guard.ts";
import { settled } from "../../support/settled.ts";
import { rejectingThenable } from "../../support/thenables.ts";

const error = new Error("own");

/** Calls a guarded function, and lets promises settle. @returns What was heard of errors. */
async function heardOf(fn: () => unknown): Promise<unknown[]> {
  const heard: unknown[] = [];
  guard(fn, (failure) => heard.push(failure))();
  await settled();
  return heard;
}

test("calls the function with its `this` and its arguments, and gives nothing back", () => {
  const seen: unknown[] = [];
  const that = {};
  const guarded = guard(
    function (this: unknown, ...args: readonly number[]) {
      seen.push(this === that, ...args);
      return "result";
    },
    () => undefined,
  );
  expect(guarded.call(that, 1, 2)).toBeUndefined();
  expect(seen).toEqual([true, 1, 2]);
});

test.each([
  [
    "is thrown",
    () => {
      throw error;
    },
  ],
  ["a promise rejects with", () => Promise.reject(error)],
  ["a thenable rejects with", () => rejectingThenable(error)],
])("what %s goes to onError", async (_, fn) => {
  expect(await heardOf(fn)).toEqual([error]);
});

test("what comes to no harm is told to nobody", async () => {
  for (const result of [undefined, null, 5, {}, "then", Promise.resolve("fine")]) {
    expect(await heardOf(() => result)).toEqual([]);
  }
});
