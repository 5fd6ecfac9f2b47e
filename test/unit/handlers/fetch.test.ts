import { afterEach, expect, test, vi } from "vitest";
import { fetchHandler } from "../../../src/handlers/fetch.ts";
import { markPoolFetch } from "../../../src/runtime.ts";
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
  markPoolFetch(ours);
  vi.stubGlobal("fetch", ours);
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
