import { afterEach, expect, test, vi } from "vitest";
import { markPoolFetch, platformFetch } from "../../../../src/lib/runtime/platform-fetch.ts";

const fetchLike = (): typeof fetch => () => Promise.resolve(new Response());
const atImport = globalThis.fetch;
const MARK = Symbol.for("httppool.platformFetch");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

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
  const copy = await import("../../../../src/lib/runtime/platform-fetch.ts");
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
  const copy = await import("../../../../src/lib/runtime/platform-fetch.ts");
  expect(() => copy.platformFetch()).toThrow(TypeError);
  expect(() => copy.platformFetch()).toThrow(/`fetch`.*`handler`/);
  const late = fetchLike();
  vi.stubGlobal("fetch", late);
  expect(copy.platformFetch()).toBe(late);
});
