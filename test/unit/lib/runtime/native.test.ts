import { afterEach, expect, test, vi } from "vitest";
import { isNativeRequest, isNativeResponse } from "../../../../src/lib/runtime/native.ts";
import { request } from "../../../support/lab.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("the platform's own are native, each as what it is", () => {
  expect([isNativeRequest(request()), isNativeResponse(new Response())]).toEqual([true, true]);
  expect([isNativeResponse(request()), isNativeRequest(new Response())]).toEqual([false, false]);
});

test("a subclass's, a lookalike's and what is no object are not", () => {
  class Mine extends Request {}
  for (const value of [
    new Mine("https://example.com/"),
    { url: "https://example.com/" },
    Object.create(request()),
    null,
    undefined,
    "x",
  ])
    expect(isNativeRequest(value)).toBe(false);
});

test("the platform's are looked up on first use, not at import", async () => {
  vi.resetModules();
  const copy = await import("../../../../src/lib/runtime/native.ts");
  class Mine extends Response {}
  vi.stubGlobal("Response", Mine);
  expect([copy.isNativeResponse(new Mine()), isNativeResponse(new Mine())]).toEqual([true, false]);
});

test("where the runtime has none, nothing is native", async () => {
  vi.resetModules();
  const copy = await import("../../../../src/lib/runtime/native.ts");
  vi.stubGlobal("Request", undefined);
  expect(copy.isNativeRequest({})).toBe(false);
});
