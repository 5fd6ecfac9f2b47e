import ky, { isNetworkError, isTimeoutError } from "ky";
import { isFunction, isObject, optional, property } from "../lib/checks.ts";
import type { Handler } from "../api/handler.ts";
import { keepReferrer, platformRequest } from "../lib/request.ts";
import { platformFetch } from "../lib/runtime/platform-fetch.ts";

/** ky's own options, without its types: see ky's documentation for them. */
export interface KyOptions {
  /** Hooks around a request, like `beforeRequest`. */
  readonly hooks?: object | undefined;
  /** ms until the headers, or `false`. The pool's own `timeout` covers the body too. @default false */
  readonly timeout?: number | false | undefined;
  /** Retries inside the slot, which wait inside the slot too. @default 0 */
  readonly retry?: number | object | undefined;
  /** Whether a status of 400 or more fails the task. Its body is then read by ky. @default false */
  readonly throwHttpErrors?: boolean | ((status: number) => boolean) | undefined;
  /** In the place of the platform's `fetch`. */
  readonly fetch?: ((input: never, init?: never) => Promise<Response>) | undefined;
  readonly [option: string]: unknown;
}

/**
 * Sends with ky, starting from `{ retry: 0, throwHttpErrors: false, timeout: false }`: a task is one request, every status
 * is a response, and deadlines are the pool's.
 *
 * It fails as plain `fetch` does: in the place of ky's network and timeout errors come those of the platform.
 *
 * @throws {TypeError} When `options` is no object.
 *
 * @example
 * ```ts
 * const pool = new Client({ handler: kyHandler({ hooks: { beforeRequest: [sign] } }) }).start();
 * ```
 */
export function kyHandler(options: KyOptions = {}): Handler {
  optional(options, "options", "an object", isObject);
  const { fetch: _, ...rest } = options;
  const send = optional(property(options, "fetch"), "fetch", "a function", isFunction) as typeof fetch | undefined;
  const client = ky.create({ retry: 0, throwHttpErrors: false, timeout: false, ...rest } as NonNullable<
    Parameters<typeof ky.create>[0]
  >); // our type of its options is looser, on purpose
  return async (request, { signal }) => {
    try {
      return await client(platformRequest(request), {
        ...keepReferrer(request, { signal }),
        // ky joins the signals into one that nothing holds once the headers are there: after a garbage collection it would
        // no longer reach the body. So the platform gets ours.
        fetch: (input, init) => (send ?? platformFetch())(input, keepReferrer(input as Request, { ...init, signal })),
      });
    } catch (error) {
      throw unwrap(error);
    }
  };
}

/** ky's own errors carry the whole URL, and are no errors of `fetch`. */
function unwrap(error: unknown): unknown {
  if (isNetworkError(error)) return error.cause ?? new TypeError("The request failed");
  return isTimeoutError(error) ? new DOMException("The headers took too long", "TimeoutError") : error;
}
