import ky, { NetworkError, TimeoutError } from "ky";
import type { Handler } from "../api/handler.ts";
import { expect, isFunction, isObject, own } from "../lib/checks.ts";
import { keepReferrer, platformRequest } from "../lib/request.ts";
import { platformFetch } from "../lib/runtime/platform-fetch.ts";
import { Attempts } from "./ky/attempts.ts";
import { checkKyOptions, type KyHooks, type KyOptions } from "./ky/options.ts";

export type { KyHooks, KyHookState, KyOptions, KyProgress, KyRetry } from "./ky/options.ts";

/**
 * Sends with ky, starting from `{ retry: 0, throwHttpErrors: false, timeout: false }`: a task is one request, every status
 * is a response, and deadlines are the pool's. With a `timeout` or retries of ky's own, the next attempt begins when the
 * last has settled: however often ky tries, a slot has one request under way.
 *
 * It fails as plain `fetch` does: in the place of ky's network and timeout errors come those of the platform. The errors
 * of hooks are handed on.
 *
 * @throws {TypeError} When `options` is no object, or has one of a wrong type, or that can't work on a `Request` that is made already, like
 *   `searchParams`, `json` or `prefix`.
 *
 * @example
 * ```ts
 * const pool = new Client({ handler: kyHandler({ hooks: { beforeRequest: [sign] } }) }).start();
 * ```
 */
export function kyHandler(options: KyOptions = {}): Handler {
  checkKyOptions(expect(options, "options", "an object", isObject));
  const {
    fetch: send = platformFetch,
    headers,
    hooks,
    retry = 0,
    timeout = false,
    totalTimeout = false,
    throwHttpErrors = false,
    ...rest
  } = own(options);
  expect(send, "fetch", "a function", isFunction);
  const given = {
    ...rest,
    retry,
    timeout,
    throwHttpErrors,
    ...(totalTimeout !== false && { totalTimeout }),
    ...((hooks ?? headers) && { hooks: hooksOf(hooks, headers) }),
  };
  const isAlone = retry === 0 && timeout === false && totalTimeout === false;
  return async (request, { signal }) => {
    const attempts = isAlone ? undefined : new Attempts(send, signal);
    let sent = request;
    try {
      const kyOptions = {
        ...hidden(),
        ...given,
        signal,
        fetch: (input: Request, init: RequestInit) => {
          sent = input;
          if (attempts !== undefined) return attempts.next(input, init);
          // ky joins the signals into one that nothing holds once the headers are there: after a garbage collection it
          // would no longer reach the body. So the platform gets ours.
          return send(input, keepReferrer(input, own({ ...init, signal })));
        },
      };
      // Our types of its options are looser, on purpose.
      return await ky(platformRequest(request), own(keepReferrer(request, kyOptions)) as Parameters<typeof ky>[1]);
    } catch (error) {
      throw asOfFetch(error, sent.url);
    } finally {
      if (attempts !== undefined) await attempts.end();
    }
  };
}

/** The hooks, after one that adds the headers that a request lacks: as an option of ky, headers would replace its own. */
function hooksOf(hooks: KyHooks | undefined, headers: KyOptions["headers"]): KyHooks | undefined {
  if (headers === undefined) return hooks;
  const added = [...new Headers(headers)];
  const add = ({ request }: { readonly request: Request }): void => {
    for (const [name, value] of added) if (!request.headers.has(name)) request.headers.set(name, value);
  };
  return { ...hooks, beforeRequest: [add, ...(hooks?.beforeRequest ?? [])] };
}

/** How many properties of `Object.prototype` the standard defines, `__proto__` left out, which a runtime may lack. */
const INHERITED = 11;

/**
 * ky copies its options into ordinary objects, and reads from there what a polluted `Object.prototype` has: properties of
 * their own hide it. Nearly always there is nothing to hide.
 */
function hidden(): object | undefined {
  const names = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== "__proto__");
  if (names.length <= INHERITED) return undefined;
  // ky leaves out search parameters that are undefined.
  return { ...Object.fromEntries(names.map((name) => [name, undefined])), searchParams: "" };
}

/** ky's own errors carry the whole URL, and are no errors of `fetch`. Those of another request are a hook's affair. */
function asOfFetch(error: unknown, url: string): unknown {
  if (error instanceof NetworkError && error.request.url === url) return error.cause;
  if (error instanceof TimeoutError && error.request.url === url) {
    return new DOMException("The headers took too long", "TimeoutError");
  }
  return error;
}
