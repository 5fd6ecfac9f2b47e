import type { Hooks, Options, RetryOptions } from "ky";
import * as undici from "undici";
import { expectTypeOf, test } from "vitest";
import {
  fetchHandler,
  type Handler,
  kyHandler,
  type KyOptions,
  type KyRetry,
  type PooledFetch,
} from "../../src/index.ts";

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

test("ky's options pass that work on a finished Request, and no others", () => {
  kyHandler({ retry: { limit: 2, shouldRetry: ({ error }) => error.name === "x" }, hooks: { beforeRequest: [] } });
  kyHandler({ throwHttpErrors: (status) => status > 500, headers: { accept: "text/plain" }, timeout: false, retry: 2 });
  kyHandler({ fetch: globalThis.fetch, context: { a: 1 }, priority: "low", dispatcher: {} });
  kyHandler({ fetch: (asked, init) => fetch(asked, { ...init, redirect: "error" }) });
  // @ts-expect-error ms, or false.
  kyHandler({ timeout: "1s" });
  // @ts-expect-error The task says where to.
  kyHandler({ searchParams: { a: 1 } });
  // @ts-expect-error The task says how.
  kyHandler({ credentials: "include" });
  // @ts-expect-error The pool has one for each attempt.
  kyHandler({ signal });
  // @ts-expect-error Misspelt.
  kyHandler({ retires: 2 });
  // @ts-expect-error Misspelt.
  kyHandler({ retry: { limits: 2 } });
  // @ts-expect-error It would change options that can't work.
  kyHandler({ hooks: { init: [] } });
});

test("hooks know what they are given, and those typed by ky are taken", () => {
  kyHandler({
    hooks: {
      beforeRequest: [({ request: asked }) => expectTypeOf(asked).toEqualTypeOf<Request>()],
      beforeError: [({ error }) => error],
      afterResponse: [async ({ response, retryCount }) => (retryCount > 0 ? response : undefined)],
    },
  });
  const hooks: Hooks = {};
  const { beforeRequest, beforeRetry, beforeError, afterResponse } = hooks;
  kyHandler({ hooks: { beforeRequest, beforeRetry, beforeError, afterResponse } });
  expectTypeOf<RetryOptions>().toExtend<KyRetry>();
  expectTypeOf<NonNullable<Options["parseJson"]>>().toExtend<NonNullable<KyOptions["parseJson"]>>();
  expectTypeOf<NonNullable<Options["fetch"]>>().toExtend<NonNullable<KyOptions["fetch"]>>();
});

test("undici's fetch is a handler by one line", () => {
  expectTypeOf(
    (asked: Request, init: { readonly signal: AbortSignal }) =>
      undici.fetch(new undici.Request(asked.url, asked as never), init) as Promise<never>,
  ).toExtend<Handler>();
});

test("the pool's fetch goes wherever a fetch goes", () => {
  expectTypeOf(pooledFetch).toExtend<typeof globalThis.fetch>();
  expectTypeOf(pooledFetch("https://example.com")).toEqualTypeOf<Promise<Response>>();
  void pooledFetch(new URL("https://example.com"), { method: "POST", hold: "body" });
  // @ts-expect-error "headers" or "body".
  void pooledFetch("https://example.com", { hold: "trailers" });
});
