import { asyncHooks, type Storage } from "./async-hooks.ts";

type Fetch = typeof globalThis.fetch;

/** How often a request is on its way through a wrapper just now. */
interface Sending {
  times: number;
}

/** On a pool's own `fetch`: the one that was there before, for whoever would else call the pool from inside the pool. */
const PLATFORM_FETCH = Symbol.for("httppool.platformFetch");

const fetchAtImport = current();

/** Whether a wrapper is being called just now, and has not returned. */
let isCalling = false;

/** The requests that were sent through a wrapper. */
const sendings = new WeakMap<WeakKey, Sending>();

/** Follows a request through a wrapper that waits, where the runtime can. Made on first use: few ever need it. */
let storage: Storage<Sending> | undefined;

/**
 * The platform's `fetch`: looked up at each call, so that mocks are seen, but never a pool's own, in whose place the one
 * is called that was there before.
 *
 * What is found may also be a wrapper (of tracing, of a mock) around a pool's own. So what is sent through it is known
 * again when it comes back to a pool, see {@link markPoolFetch}: by being the same request, by coming before the wrapper
 * has returned, or, in Node, Deno and Bun, by its async context. Elsewhere a wrapper that waits and makes a request of its
 * own can't be seen through.
 */
export function platformFetch(request: Request, init: RequestInit): Promise<Response> {
  const fetch = current() ?? fetchAtImport;
  return fetch === fetchAtImport ? present(fetch)(request, init) : sendThrough(present(fetch), request, init);
}

/**
 * A pool's `fetch`, marked so that {@link platformFetch} of any copy of this package sees through it. What a pool is
 * sending already goes to the `fetch` that is there now, not into the queue again.
 */
export function markPoolFetch<Pooled extends (input: string | URL | Request, init?: RequestInit) => Promise<unknown>>(
  pooled: Pooled,
): Pooled {
  const before = current();
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<unknown> =>
    isSending(input) ? new Promise((resolve) => resolve(present(before)(input, init))) : pooled(input, init);
  return Object.defineProperty(fetch as Pooled, PLATFORM_FETCH, { value: before });
}

/** The `fetch` that is there now, or was before a pool's own took its place. */
function current(): Fetch | undefined {
  const { fetch } = globalThis as { fetch?: Fetch & { [PLATFORM_FETCH]?: Fetch } };
  return fetch !== undefined && Object.hasOwn(fetch, PLATFORM_FETCH) ? fetch[PLATFORM_FETCH] : fetch;
}

function present(fetch: Fetch | undefined): Fetch {
  if (fetch === undefined) throw new TypeError("This runtime has no global `fetch`: give the client a `handler`");
  return fetch;
}

async function sendThrough(fetch: Fetch, request: Request, init: RequestInit): Promise<Response> {
  const hooks = asyncHooks();
  if (hooks !== undefined) storage ??= new hooks.AsyncLocalStorage<Sending>();
  const sending = sendings.get(request) ?? { times: 0 };
  sendings.set(request, sending);
  const call = (): Promise<Response> => whileCalling(() => fetch(request, init));
  sending.times++;
  try {
    return await (storage === undefined ? call() : storage.run(sending, call));
  } finally {
    // From here on the same request may be given to a pool anew.
    sending.times--;
  }
}

function whileCalling<Result>(call: () => Result): Result {
  const before = isCalling;
  isCalling = true;
  try {
    return call();
  } finally {
    isCalling = before;
  }
}

/** Whether a pool is sending this just now. A signal would not tell: tasks hand theirs on to requests of their own. */
function isSending(input: string | URL | Request): boolean {
  // A string is in no WeakMap, which may be asked all the same.
  const times = sendings.get(input as WeakKey)?.times || storage?.getStore()?.times;
  return isCalling || Boolean(times);
}
