import { afterEach, expect, test, vi } from "vitest";
import type * as PlatformFetch from "../../../../src/lib/runtime/platform-fetch.ts";
import { markPoolFetch, platformFetch } from "../../../../src/lib/runtime/platform-fetch.ts";
import { request } from "../../../support/lab.ts";

type Fetch = typeof globalThis.fetch;

const MARK = Symbol.for("httppool.platformFetch");
const INIT: RequestInit = { keepalive: true };

const fetchLike = (): ReturnType<typeof vi.fn<Fetch>> => vi.fn<Fetch>(async () => new Response());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The module, loaded anew where this is the platform's `fetch`. */
async function loadBeside(fetch: Fetch | undefined): Promise<typeof PlatformFetch> {
  vi.resetModules();
  vi.stubGlobal("fetch", fetch);
  return import("../../../../src/lib/runtime/platform-fetch.ts");
}

test("calls the fetch of the moment with what it is given, so that a mock is seen", async () => {
  const [atImport, mock] = [fetchLike(), fetchLike()];
  const copy = await loadBeside(atImport);
  const sent = request();
  await copy.platformFetch(sent, INIT);
  expect(atImport.mock.calls).toEqual([[sent, INIT]]);
  vi.stubGlobal("fetch", mock);
  await copy.platformFetch(sent, INIT);
  expect([atImport.mock.calls.length, mock.mock.calls]).toEqual([1, [[sent, INIT]]]);
});

test("sees through a pool's own fetch, of any copy of the package", async () => {
  const [atImport, pooled] = [fetchLike(), fetchLike()];
  const copies = [await loadBeside(atImport), await loadBeside(atImport)];
  for (const { markPoolFetch: mark } of copies) {
    vi.stubGlobal("fetch", atImport);
    vi.stubGlobal("fetch", mark({}, pooled));
    for (const { platformFetch: send } of copies) await send(request(), INIT);
  }
  expect([atImport.mock.calls.length, pooled.mock.calls.length]).toEqual([4, 0]);
});

test("a pool's own fetch calls on what it is made of, as long as nothing of the pool's comes through it", async () => {
  const pooled = fetchLike();
  const marked = markPoolFetch({}, pooled);
  const input = request();
  await marked(input, INIT);
  await marked("https://example.com/", undefined);
  expect(pooled.mock.calls).toEqual([
    [input, INIT],
    ["https://example.com/", undefined],
  ]);
});

test("what comes through it, from a wrapper that is sent through, goes to the fetch that was there before", async () => {
  const [before, pooled] = [fetchLike(), fetchLike()];
  vi.stubGlobal("fetch", before);
  const marked = markPoolFetch({}, pooled);
  vi.stubGlobal("fetch", (input: Request, init: RequestInit) => marked(input, init));
  const sent = request();
  await platformFetch(sent, INIT);
  expect([before.mock.calls, pooled.mock.calls.length]).toEqual([[[sent, INIT]], 0]);
  await marked(sent, INIT);
  expect(pooled.mock.calls).toEqual([[sent, INIT]]);
});

test("a mark is a fixed, hidden property of the function's own: what inherits from one is a wrapper", async () => {
  const [before, pooled] = [fetchLike(), fetchLike()];
  vi.stubGlobal("fetch", before);
  const marked = markPoolFetch({}, pooled);
  expect(Object.getOwnPropertyDescriptor(marked, MARK)).toEqual({
    value: before,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  const apply = vi.fn<() => Promise<Response>>(async () => new Response());
  vi.stubGlobal("fetch", Object.setPrototypeOf(apply, marked));
  await platformFetch(request(), INIT);
  expect(apply).toHaveBeenCalledTimes(1);
});

test("the mark of a copy that found no fetch gives way to ours", async () => {
  const atImport = fetchLike();
  const copy = await loadBeside(atImport);
  vi.stubGlobal("fetch", Object.defineProperty(fetchLike(), MARK, { value: undefined }));
  await copy.platformFetch(request(), INIT);
  expect(atImport).toHaveBeenCalledTimes(1);
});

test("throws a TypeError where there is none, which a later one mends", async () => {
  const copy = await loadBeside(undefined);
  expect(() => copy.platformFetch(request(), INIT)).toThrow(TypeError);
  expect(() => copy.platformFetch(request(), INIT)).toThrow(/`fetch`.*`handler`/);
  const late = fetchLike();
  vi.stubGlobal("fetch", late);
  await copy.platformFetch(request(), INIT);
  expect(late).toHaveBeenCalledTimes(1);
});

test("a pool's own fetch rejects, and does not throw, when nothing was there before", async () => {
  const copy = await loadBeside(undefined);
  const marked = copy.markPoolFetch({}, fetchLike());
  vi.stubGlobal("fetch", (input: Request, init: RequestInit) => marked(input, init));
  await expect(copy.platformFetch(request(), INIT)).rejects.toThrow(/`fetch`.*`handler`/);
});
