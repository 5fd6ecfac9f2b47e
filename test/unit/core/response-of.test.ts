import { expect, test } from "vitest";
import { responseOf } from "../../../src/core/response-of.ts";

const headers = new Headers();

test("null and undefined are no response, a Response is itself, also one of another package", () => {
  const [own, foreign] = [new Response(), { status: 200, headers }];
  expect([responseOf(null), responseOf(undefined)]).toEqual([undefined, undefined]);
  expect(responseOf(own)).toBe(own);
  expect(responseOf(foreign)).toBe(foreign);
});

test.each([0, "", false, "ok", {}, [], { status: 200 }, { headers }, { status: "200", headers }])(
  "%o is none",
  (answer) => {
    expect(() => responseOf(answer)).toThrow(new TypeError("Expected the handler to resolve to a Response or nothing"));
  },
);
