import { expect, test } from "vitest";
import { orElse } from "../../../src/lib/or-else.ts";

test("gives what the function returns", () => {
  expect(orElse(() => undefined, "other")).toBeUndefined();
});

test("gives something else when the function throws", () => {
  const fail = (): never => {
    throw new Error("own");
  };
  expect(orElse(fail, "other")).toBe("other");
});
