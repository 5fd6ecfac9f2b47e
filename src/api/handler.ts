/**
 * Sends one request: anything shaped like `fetch`, called unbound. `globalThis.fetch` itself is a `Handler`.
 *
 * It must hand `init.signal` on, or it can't be aborted: its slot then stays taken until its promise settles. Resolving
 * to `null` or `undefined` finishes the task without calling its consumer.
 */
export type Handler = (
  request: Request,
  init: { readonly signal: AbortSignal },
) => PromiseLike<Response | null | undefined>;
