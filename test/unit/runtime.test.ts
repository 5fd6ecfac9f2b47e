import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import { asyncDispose } from "../../src/lib/runtime/async-dispose.ts";
import { AsyncScope } from "../../src/lib/runtime/async-scope.ts";
import { markPoolFetch, platformFetch } from "../../src/lib/runtime/platform-fetch.ts";
import { nextSerialNumber } from "../../src/lib/runtime/serial-number.ts";
import { onCollected } from "../../src/lib/runtime/collection.ts";
import { collectGarbage } from "../support/collect-garbage.ts";

const fetchLike = (): typeof fetch => () => Promise.resolve(new Response());
const atImport = globalThis.fetch;
const MARK = Symbol.for("httppool.platformFetch");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("AsyncScope", () => {
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
      const runtime = await import("../../src/lib/runtime/runtime.ts");
      vi.unstubAllGlobals();
      expect(runtime.AsyncScope).not.toBe(AsyncScope);
      const that = {};
      const result = new runtime.AsyncScope().runInAsyncScope(
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
});

test("AsyncScope names no trigger where the runtime refuses one", async () => {
  class AsyncResource {
    readonly trigger: unknown;
    constructor(_type: string, trigger: unknown) {
      if (trigger !== undefined) throw new TypeError("No trigger, please");
      this.trigger = trigger;
    }
  }
  vi.resetModules();
  vi.stubGlobal("process", { getBuiltinModule: () => ({ AsyncResource }) });
  const runtime = await import("../../src/lib/runtime/runtime.ts");
  vi.unstubAllGlobals();
  expect(new runtime.AsyncScope()).toBeInstanceOf(AsyncResource);
});

test("asyncDispose is the runtime's symbol", () => {
  expect(asyncDispose).toBe(Symbol.asyncDispose);
});

test("nextPoolNumber counts on, together with other copies of the package", async () => {
  const first = nextPoolNumber();
  vi.resetModules();
  const copy = await import("../../src/lib/runtime/runtime.ts");
  expect(copy.nextPoolNumber).not.toBe(nextPoolNumber);
  expect([copy.nextPoolNumber(), nextPoolNumber(), copy.nextPoolNumber()]).toEqual([first + 1, first + 2, first + 3]);
});

test("onCollected calls back once the object is gone, and not before", async () => {
  const called: string[] = [];
  const kept = {};
  onCollected(kept, () => called.push("kept"));
  (() => {
    onCollected({}, () => called.push("gone"));
  })();
  await collectGarbage(() => called.length > 0);
  expect(called).toEqual(["gone"]);
  expect(kept).toEqual({});
});

test("onCollected takes the same object again, and leaves nothing on it to be seen", () => {
  const object = Object.freeze({ seen: true });
  for (let times = 0; times < 2; times++) onCollected(object, () => undefined);
  expect(Reflect.ownKeys(object)).toEqual(["seen"]);
});

test("onCollected does nothing where the runtime does not tell", async () => {
  vi.resetModules();
  vi.stubGlobal("FinalizationRegistry", undefined);
  const runtime = await import("../../src/lib/runtime/runtime.ts");
  expect(runtime.onCollected({}, () => undefined)).toBeUndefined();
});

describe("platformFetch", () => {
  test("is looked up at each call, so that a mock is seen", () => {
    expect(platformFetch()).toBe(atImport);
    const mock = fetchLike();
    vi.stubGlobal("fetch", mock);
    expect(platformFetch()).toBe(mock);
  });

  test("sees through a pool's own fetch, of any copy of the package", async () => {
    const ours = fetchLike();
    markPoolFetch(ours);
    vi.stubGlobal("fetch", ours);
    expect(platformFetch()).toBe(atImport);
    vi.resetModules();
    const copy = await import("../../src/lib/runtime/runtime.ts");
    expect(copy.platformFetch()).toBe(atImport);
    const theirs = fetchLike();
    copy.markPoolFetch(theirs);
    vi.stubGlobal("fetch", theirs);
    expect([platformFetch(), copy.platformFetch()]).toEqual([atImport, atImport]);
  });

  test("a mark is a fixed, hidden property of the function's own", () => {
    const ours = fetchLike();
    markPoolFetch(ours);
    expect(Object.getOwnPropertyDescriptor(ours, MARK)).toEqual({
      value: atImport,
      writable: false,
      enumerable: false,
      configurable: false,
    });
    vi.stubGlobal("fetch", Object.create(ours));
    expect(platformFetch()).toBe(globalThis.fetch);
  });

  test("the mark of a copy that found no fetch gives way to ours", () => {
    const theirs = Object.defineProperty(fetchLike(), MARK, { value: undefined });
    vi.stubGlobal("fetch", theirs);
    expect(platformFetch()).toBe(atImport);
  });

  test("throws a TypeError where there is none, which a later one mends", async () => {
    vi.resetModules();
    vi.stubGlobal("fetch", undefined);
    const runtime = await import("../../src/lib/runtime/runtime.ts");
    expect(() => runtime.platformFetch()).toThrow(TypeError);
    expect(() => runtime.platformFetch()).toThrow(/`fetch`.*`handler`/);
    const late = fetchLike();
    vi.stubGlobal("fetch", late);
    expect(runtime.platformFetch()).toBe(late);
  });
});
