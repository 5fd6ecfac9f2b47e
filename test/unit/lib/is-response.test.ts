import { expect, test } from "vitest";
import { isNativeResponse } from "../../../src/lib/runtime/native.ts";
import { isResponse } from "../../../src/lib/is-response.ts";

const headers = new Headers();

test("a Response of the platform's is native, and a response", () => {
  const response = new Response();
  expect([isNativeResponse(response), isResponse(response)]).toEqual([true, true]);
});

test("one of another realm or package is a response by its status and headers, and not native", () => {
  const foreign = { status: 200, headers };
  expect([isNativeResponse(foreign), isResponse(foreign)]).toEqual([false, true]);
});

test.each([null, undefined, 5, "ok", {}, { status: 200 }, { headers }, { status: "200", headers }])(
  "%o is none",
  (value) => {
    expect([isNativeResponse(value), isResponse(value)]).toEqual([false, false]);
  },
);
