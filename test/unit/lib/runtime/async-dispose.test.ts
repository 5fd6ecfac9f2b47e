import { expect, test } from "vitest";
import { asyncDispose } from "../../../../src/lib/runtime/async-dispose.ts";

test("is the runtime's symbol", () => {
  expect(asyncDispose).toBe(Symbol.asyncDispose);
});
