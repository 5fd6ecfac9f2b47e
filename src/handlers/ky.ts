import ky, { NetworkError, TimeoutError } from "ky";
import type { Handler } from "../api/handler.ts";
import { expect, isObject, own } from "../lib/checks.ts";
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
  const given = {
    ...rest,
    retry,
    timeout,
    throwHttpErrors,
    ...(totalTimeout !== false && { totalTimeout }),
    ...((hooks ?? headers) && { hooks: hooksOf(hooks, headers) }),
  };
  const isProgressHeard = rest.onDownloadProgress !== undefined;
  const isAlone = retry === 0 && timeout === false && totalTimeout === false;
  return async (request, { signal }) => {
    const attempts = isAlone ? undefined : new Attempts(send, signal);
    let sent = request;
    let answer: Response | undefined;
    try {
      const kyOptions = {
        ...hidden(),
        ...given,
        signal,
        fetch: (input: Request, init: RequestInit) => {
          sent = asMethod(input, request.method);
          // ky joins the signals into one that nothing holds once the headers are there: after a garbage collection it
          // would no longer reach the body. So the platform gets ours.
          const answering =
            attempts === undefined
              ? send(sent, keepReferrer(sent, own({ ...init, signal })))
              : attempts.next(sent, init);
          return isProgressHeard ? answering.then((response) => (answer = response)) : answering;
        },
      };
      // Our types of its options are looser, on purpose.
      const made = await ky(
        platformRequest(request),
        own(keepReferrer(request, kyOptions)) as Parameters<typeof ky>[1],
      );
      return answer === undefined ? made : asAnswered(made, answer);
    } catch (error) {
      throw asOfFetch(error, sent.url);
    } finally {
      if (attempts !== undefined) await attempts.end();
    }
  };
}

/** The request by its own method: ky writes some in upper case that `fetch` sends as they are. */
function asMethod(request: Request, method: string): Request {
  const isWritten = request.method !== method && request.method === method.toUpperCase();
  return isWritten ? new Request(request, keepReferrer(request, { method })) : request;
}

/** The response whose body ky has wrapped, with what only `fetch` can give it. A hook may have said that there is none. */
function asAnswered(response: Response | undefined, { url, redirected, type }: Response): Response | undefined {
  for (const [name, value] of Object.entries({ url, redirected, type })) {
    if (response !== undefined) Object.defineProperty(response, name, { value, configurable: true });
  }
  return response;
}

/** The hooks, after one that adds the headers that a request lacks: as an option of ky, headers would replace its own. */
function hooksOf(hooks: KyHooks | undefined, headers: KyOptions["headers"]): KyHooks | undefined {
  if (headers === undefined) return hooks;
  const isRecord = isObject(headers) && !(Symbol.iterator in headers);
  // ky leaves out what is undefined, which `Headers` would write as a word.
  const given = isRecord ? Object.entries(headers).filter(([, value]) => value !== undefined) : headers;
  const added = [...new Headers(given)];
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
