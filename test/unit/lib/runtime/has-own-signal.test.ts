import { afterEach, expect, test, vi } from "vitest";
import { hasOwnSignal } from "../../../../src/lib/runtime/has-own-signal.ts";
import { request } from "../../../support/lab.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("the platform's requests have a signal of their own, others' may have the caller's", () => {
  class Mine extends Request {}
  const { signal } = new AbortController();
  expect(hasOwnSignal(request("/", { signal }))).toBe(true);
  expect(hasOwnSignal(new Mine("https://example.com/", { signal }))).toBe(false);
});

test.each([
  ["hands back the signal that a request was made with", (signal: AbortSignal) => signal],
  [
    "can't make a request with one",
    () => {
      throw new TypeError("no");
    },
  ],
])("where the platform %s, it is the caller's", async (_, signalOf) => {
  class Mine {
    readonly signal: AbortSignal;
    constructor(_url: string, { signal }: { readonly signal: AbortSignal }) {
      this.signal = signalOf(signal);
    }
  }
  vi.resetModules();
  vi.stubGlobal("Request", Mine);
  const copy = await import("../../../../src/lib/runtime/has-own-signal.ts");
  expect(copy.hasOwnSignal(Object.create(Mine.prototype) as Request)).toBe(false);
});
