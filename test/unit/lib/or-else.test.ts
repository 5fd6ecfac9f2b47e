import { expect, test } from "vitest";
import { orElse } from "../../../src/lib/or-else.ts";

test("gives what the function returns", () => {
  expect(orElse(() => undefined, "other")).toBeUndefined();
});

test("gives something else when the function throws", () => {
  expect(orElse(() => decodeURI("%"), "other")).toBe("other");
});
