import { afterEach, expect, test, vi } from "vitest";
import { fetchHandler } from "../../../src/handlers/fetch.ts";
import { markPoolFetch } from "../../../src/lib/runtime/platform-fetch.ts";
import { request } from "../../support/lab.ts";

const init = { signal: new AbortController().signal };

afterEach(() => {
  vi.unstubAllGlobals();
});

test("calls the fetch of the moment, unbound, with the request and the init as they are", async () => {
  const seen: unknown[][] = [];
  const answer = new Response("x");
  vi.stubGlobal("fetch", function (this: unknown, ...args: readonly unknown[]) {
    seen.push([this, ...args]);
    return Promise.resolve(answer);
  });
  const asked = request();
  expect(await fetchHandler(asked, init)).toBe(answer);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toHaveLength(3);
  expect(seen[0]?.[0]).toBeUndefined();
  expect(seen[0]?.[1]).toBe(asked);
  expect(seen[0]?.[2]).toBe(init);
});

test("never calls a pool's own fetch", async () => {
  const ours = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", markPoolFetch({}, ours));
  const response = await fetchHandler(new Request("data:text/plain,hi"), init);
  expect([await response?.text(), ours.mock.calls.length]).toEqual(["hi", 0]);
});

test("hands the signal on", async () => {
  const signal = AbortSignal.abort("reason");
  await expect(fetchHandler(request(), { signal })).rejects.toBe("reason");
});

test("fails with what fetch fails with", async () => {
  const error = new TypeError("fetch failed");
  vi.stubGlobal("fetch", () => Promise.reject(error));
  await expect(fetchHandler(request(), init)).rejects.toBe(error);
});

/** A request of another package: known by its shape. */
const foreign = { url: "https://example.com/foreign", method: "PUT", headers: { "x-a": "1" } } as unknown as Request;

test("sends a request of another package as the platform's own", async () => {
  const mock = vi.fn<typeof fetch>(() => Promise.resolve(new Response("x")));
  vi.stubGlobal("fetch", mock);
  await fetchHandler(foreign, init);
  const [sent] = mock.mock.calls[0] as [Request];
  expect(sent).toBeInstanceOf(Request);
  expect([sent.url, sent.method, sent.headers.get("x-a")]).toEqual(["https://example.com/foreign", "PUT", "1"]);
});

test("keeps the referrer and its policy, which any init would make fetch forget", async () => {
  const mock = vi.fn<typeof fetch>(() => Promise.resolve(new Response("x")));
  vi.stubGlobal("fetch", mock);
  await fetchHandler(request("/", { referrerPolicy: "no-referrer" }), init);
  await fetchHandler(request("/", { referrer: "https://example.com/page" }), init);
  expect(mock.mock.calls.map(([, given]) => [given?.signal, given?.referrer, given?.referrerPolicy])).toEqual([
    [init.signal, "about:client", "no-referrer"],
    [init.signal, "https://example.com/page", ""],
  ]);
});
