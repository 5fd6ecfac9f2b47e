import { expectTypeOf, test } from "vitest";
import { fetchHandler, type Handler, kyHandler, type KyOptions, type PooledFetch } from "../../src/index.ts";

declare const pooledFetch: PooledFetch;
declare const request: Request;
declare const signal: AbortSignal;

test("the platform's fetch is a handler, and so are ours", () => {
  expectTypeOf(globalThis.fetch).toExtend<Handler>();
  expectTypeOf(fetchHandler).toEqualTypeOf<Handler>();
  expectTypeOf(kyHandler).returns.toEqualTypeOf<Handler>();
});

test("a handler may have no answer, and answer with any thenable", () => {
  expectTypeOf<() => Promise<undefined>>().toExtend<Handler>();
  expectTypeOf<(request: Request) => PromiseLike<Response | null>>().toExtend<Handler>();
  expectTypeOf<() => Promise<string>>().not.toExtend<Handler>();
  expectTypeOf<(url: string) => Promise<Response>>().not.toExtend<Handler>();
});

test("a handler is given a signal", () => {
  expectTypeOf<Handler>().parameter(1).toEqualTypeOf<{ readonly signal: AbortSignal }>();
});

test("a handler that wraps another is a handler", () => {
  expectTypeOf(kyHandler()(request, { signal })).resolves.toEqualTypeOf<Response | null | undefined>();
  expectTypeOf((asked: Request, init: { signal: AbortSignal }) => fetchHandler(asked, init)).toExtend<Handler>();
});

test("ky's options pass, its own as far as we know them", () => {
  kyHandler({ retry: { limit: 2 }, hooks: { beforeRequest: [] }, throwHttpErrors: (status) => status > 500 });
  expectTypeOf<{ readonly credentials: "include" }>().toExtend<KyOptions>();
  // @ts-expect-error ms, or false.
  kyHandler({ timeout: "1s" });
});

test("the pool's fetch goes wherever a fetch goes", () => {
  expectTypeOf(pooledFetch).toExtend<typeof globalThis.fetch>();
  expectTypeOf(pooledFetch("https://example.com")).toEqualTypeOf<Promise<Response>>();
  void pooledFetch(new URL("https://example.com"), { method: "POST", hold: "body" });
  // @ts-expect-error "headers" or "body".
  void pooledFetch("https://example.com", { hold: "trailers" });
});
