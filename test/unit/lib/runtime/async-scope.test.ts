import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, expect, test, vi } from "vitest";
import { AsyncScope } from "../../../../src/lib/runtime/async-scope.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("runs a function in the context it was made in, with `this`, arguments and result", () => {
  const storage = new AsyncLocalStorage<string>();
  const scope = storage.run("mine", () => new AsyncScope());
  const that = {};
  const result = scope.runInAsyncScope(
    function (this: unknown, one: number, two: number) {
      return [this === that, one + two, storage.getStore()];
    },
    that,
    1,
    2,
  );
  expect(result).toEqual([true, 3, "mine"]);
});

test.each([undefined, {}, { getBuiltinModule: () => undefined }])(
  "is a plain call where the runtime has no async context (process: %o)",
  async (process) => {
    vi.resetModules();
    vi.stubGlobal("process", process);
    const copy = await import("../../../../src/lib/runtime/async-scope.ts");
    vi.unstubAllGlobals();
    expect(copy.AsyncScope).not.toBe(AsyncScope);
    const that = {};
    const result = new copy.AsyncScope().runInAsyncScope(
      function (this: unknown, one: number, two: number) {
        return [this === that, one + two];
      },
      that,
      1,
      2,
    );
    expect(result).toEqual([true, 3]);
  },
);

test("names no trigger where the runtime refuses one", async () => {
  class AsyncResource {
    readonly trigger: unknown;
    constructor(_type: string, trigger: unknown) {
      if (trigger !== undefined) throw new TypeError("No trigger, please");
      this.trigger = trigger;
    }
  }
  vi.resetModules();
  vi.stubGlobal("process", { getBuiltinModule: () => ({ AsyncResource }) });
  const copy = await import("../../../../src/lib/runtime/async-scope.ts");
  vi.unstubAllGlobals();
  expect(new copy.AsyncScope()).toBeInstanceOf(AsyncResource);
});
