/**
 * Sends one request: anything shaped like `fetch`, called unbound. `globalThis.fetch` itself is a `Handler`.
 *
 * It must hand `init.signal` on, or it can't be aborted: its slot then stays taken until its promise settles. Resolving
 * to `null` or `undefined` finishes the task without calling its consumer.
 *
 * As with any init, a browser's `fetch` forgets the referrer of the request for it: `fetchHandler` and `kyHandler` keep it.
 *
 * A `fetch` of another package may take its own `Request` only, as undici's does: hand it one.
 *
 * @example
 * ```ts
 * const handler: Handler = (request, init) =>
 *   undici.fetch(new undici.Request(request.url, request as never), init) as Promise<never>;
 * ```
 */
export type Handler = (
  request: Request,
  init: { readonly signal: AbortSignal },
) => PromiseLike<Response | null | undefined>;
