import { property } from "../checks.ts";
import { isRequest } from "../request.ts";
import { asyncHooks, type Storage } from "./async-hooks.ts";
import { baseUrl } from "./base-url.ts";

type Fetch = typeof globalThis.fetch;

/** What a pool has given to its handler, or what goes through a wrapper, while it is under way. */
interface Sending {
  /** Whose handler it was given to. undefined for what goes through a wrapper. */
  readonly pool: object | undefined;
  readonly url: string;
  readonly method: string;
  /** What it came of. */
  readonly parent: Sending | undefined;
  isUnderWay: boolean;
}

/** What is under way in this program. */
interface Sendings {
  /** The one whose wrapper is being called just now, and has not returned. */
  calling: Sending | undefined;
  readonly byRequest: WeakMap<WeakKey, Sending>;
  /** Follows a request through a wrapper that waits, where the runtime can. */
  readonly storage: Storage<Sending> | undefined;
}

/** Under this name the copies of this package in one program know what each other's pools send. */
const SENDINGS = Symbol.for("httppool.sendings");

/** On a pool's own `fetch`: the one that was there before, for whoever would else call the pool from inside the pool. */
const PLATFORM_FETCH = Symbol.for("httppool.platformFetch");

const fetchAtImport = current();

/**
 * The platform's `fetch`: looked up at each call, so that mocks are seen, but never a pool's own, in whose place the one
 * is called that was there before.
 *
 * What is found may also be a wrapper (of tracing, of a mock) around a pool's own. So what is sent through it is known
 * again when it comes back to a pool, see {@link markPoolFetch}: by being the same request, by having the same URL and
 * method before the wrapper has returned or, in Node, Deno and Bun, in its async context, where all that comes back to the
 * pool that is sending counts too. Elsewhere a wrapper that waits and makes a request of its own can't be seen through.
 */
export function platformFetch(request: Request, init: RequestInit): Promise<Response> {
  const fetch = present(current() ?? fetchAtImport);
  if (fetch === fetchAtImport) return fetch(request, init);
  const all = sendings();
  return under(all, undefined, request, (sending) => {
    all.byRequest.set(request, sending);
    const before = all.calling;
    all.calling = sending;
    try {
      return fetch(request, init);
    } finally {
      all.calling = before;
    }
  });
}

/** Calls a pool's handler. Where `fetch` may be wrapped, what comes of it is known as what this pool sends. */
export function callHandler<Init, Answer>(
  pool: object,
  handler: (request: Request, init: Init) => Answer,
  request: Request,
  init: Init,
): Answer {
  if (current() === fetchAtImport) return handler(request, init);
  return under(sendings(), pool, request, () => handler(request, init));
}

/**
 * A pool's `fetch`, marked so that {@link platformFetch} of any copy of this package sees through it. What a pool is
 * sending already goes to the `fetch` that was there before, not into the queue again.
 */
export function markPoolFetch<Pooled extends (input: string | URL | Request, init?: RequestInit) => Promise<unknown>>(
  pool: object,
  pooled: Pooled,
): Pooled {
  const before = current();
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<unknown> =>
    isSending(pool, input, init)
      ? new Promise((resolve) => resolve(present(before)(input, init)))
      : pooled(input, init);
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

/** Made on first use: few ever need it. */
function sendings(): Sendings {
  const holder = globalThis as { [SENDINGS]?: Sendings };
  const hooks = asyncHooks();
  return (holder[SENDINGS] ??= {
    calling: undefined,
    byRequest: new WeakMap(),
    storage: hooks && new hooks.AsyncLocalStorage<Sending>(),
  });
}

/** Calls, and lets what comes of it be known until the answer has settled: the same request may be sent anew then. */
function under<Answer>(
  { storage }: Sendings,
  pool: object | undefined,
  { url, method }: Request,
  call: (sending: Sending) => Answer,
): Answer {
  const sending: Sending = { pool, url, method, parent: storage?.getStore(), isUnderWay: true };
  const end = (): void => void (sending.isUnderWay = false);
  try {
    const answer = storage === undefined ? call(sending) : storage.run(sending, () => call(sending));
    Promise.resolve(answer).then(end, end);
    return answer;
  } catch (error) {
    end();
    throw error;
  }
}

/** Whether a pool is sending this just now. A signal would not tell: tasks hand theirs on to requests of their own. */
function isSending(pool: object, input: string | URL | Request, init: RequestInit | undefined): boolean {
  const all = (globalThis as { [SENDINGS]?: Sendings })[SENDINGS];
  if (all === undefined) return false;
  // A string is in no WeakMap, which may be asked all the same.
  if (all.byRequest.get(input as WeakKey)?.isUnderWay || isOf(all.calling, input, init)) return true;
  for (let sending = all.storage?.getStore(); sending !== undefined; sending = sending.parent) {
    if (sending.isUnderWay && (sending.pool === pool || isOf(sending, input, init))) return true;
  }
  return false;
}

/** What a wrapper sends besides, for a token or to trace, has another URL. */
function isOf(sending: Sending | undefined, input: string | URL | Request, init: RequestInit | undefined): boolean {
  if (sending === undefined) return false;
  try {
    const made = isRequest(input) ? input : { url: new URL(input, baseUrl()).href, method: "GET" };
    const method = property(init, "method");
    return sending.url === made.url && sending.method === String(method ?? made.method).toUpperCase();
  } catch {
    // No request can be made of that URL.
    return false;
  }
}
