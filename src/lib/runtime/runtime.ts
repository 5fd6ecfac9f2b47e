/* What differs between runtimes, and nothing else: the one file that looks. Nothing here makes a timer, a fetch or an
   AbortController, which throw at module scope in Workers. */

interface Scope {
  /** Calls the function in the async context in which this object was made. */
  runInAsyncScope<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    thisArg: This,
    ...args: Args
  ): Result;
}

interface AsyncHooks {
  readonly AsyncResource: new (type: string, triggerAsyncId?: number) => Scope;
}

const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => AsyncHooks | undefined } };
const asyncHooks = process?.getBuiltinModule?.("node:async_hooks");

class PlainScope implements Scope {
  runInAsyncScope<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    thisArg: This,
    ...args: Args
  ): Result {
    return fn.apply(thisArg, args);
  }
}

const Resource: AsyncHooks["AsyncResource"] = asyncHooks?.AsyncResource ?? PlainScope;

/** What a resource is said to come from. The same for all spares each of them 16 bytes; workerd takes none. */
const TRIGGER: number | undefined = takesTrigger(1) ? 1 : undefined;

function takesTrigger(trigger: number): boolean {
  try {
    void new Resource("httppool", trigger);
    return true;
  } catch {
    return false;
  }
}

/**
 * Remembers the async context (`AsyncLocalStorage`) it is made in, where the runtime has one: Node, Deno and Bun. To
 * extend is cheaper than to hold: one object a task instead of two.
 */
export class AsyncScope extends Resource {
  constructor() {
    super("httppool", TRIGGER);
  }
}

/** `Symbol.asyncDispose`, where the runtime has it. */
export const asyncDispose: symbol | undefined = (Symbol as { asyncDispose?: symbol }).asyncDispose;

/** The interface's share of `AsyncDisposable`, for consumers whose `lib` has it. */
export type MaybeAsyncDisposable = SymbolConstructor extends { readonly asyncDispose: infer Dispose extends symbol }
  ? { readonly [Key in Dispose]: () => Promise<void> }
  : Record<never, never>;

/** Under this name the copies of this package in one program count their pools together. */
const POOLS = Symbol.for("httppool.pools");

/** A number that no other pool of this program has, whichever copy of this package started it. */
export function nextPoolNumber(): number {
  const counter = globalThis as { [POOLS]?: number };
  counter[POOLS] = (counter[POOLS] ?? 0) + 1;
  return counter[POOLS];
}

/** Under this name Node says whether a stream can still be read: false once it has ended. */
const READABLE = Symbol.for("nodejs.stream.readable");

/** Whether a stream is known to have ended, also while it is locked. Only Node tells. */
export function hasEnded(stream: object): boolean {
  return (stream as { [READABLE]?: boolean })[READABLE] === false;
}

/** An object that belongs to one request, in Cloudflare Workers: of another, it must not be touched. */
interface Home {
  readonly readyState: number;
}

const { WebSocketPair } = globalThis as { WebSocketPair?: new () => Record<number, Home> };

/** The request under way, where the runtime keeps requests apart. undefined elsewhere, and at module scope. */
export function home(): Home | undefined {
  if (WebSocketPair === undefined) return undefined;
  try {
    return new WebSocketPair()[0];
  } catch {
    return undefined;
  }
}

/** Whether the request under way is the one that `place` was made in. */
export function isHome(place: Home): boolean {
  try {
    return place.readyState >= 0;
  } catch {
    return false;
  }
}

const collected =
  typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry<() => void>((then) => then());

/** A constructor that gives an object back, so that a class can put private fields on it: marks that nobody sees. */
export const Returned = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** Keeps Chromium from letting go of what it could make again, like the object of a stream that a reader still reads. */
class Kept extends Returned {
  readonly #isKept = true;

  static keep(object: object): void {
    if (!(#isKept in object)) void new Kept(object).#isKept;
  }
}

/** Calls back some time after the object was garbage-collected, where the runtime tells. `then` must not refer to it. */
export function onCollected(object: object, then: () => void): void {
  Kept.keep(object);
  collected?.register(object, then);
}

type Fetch = typeof globalThis.fetch;

/** On a pool's own `fetch`: the platform's, for whoever would else call the pool from inside the pool. */
const PLATFORM_FETCH = Symbol.for("httppool.platformFetch");

const fetchAtImport: Fetch | undefined = unwrap(globalThis.fetch);

/** The platform's `fetch`: looked up late, so that mocks are seen, but never a pool's own. */
export function platformFetch(): Fetch {
  const found = globalThis.fetch;
  const fetch = unwrap(found) ?? fetchAtImport;
  if (fetch === undefined) throw new TypeError("This runtime has no global `fetch`: give the client a `handler`");
  return fetch;
}

/** Marks a function as a pool's `fetch`, so that {@link platformFetch} of any copy of this package sees through it. */
export function markPoolFetch(fetch: object): void {
  Object.defineProperty(fetch, PLATFORM_FETCH, { value: fetchAtImport });
}

function unwrap(fetch: Fetch | undefined): Fetch | undefined {
  return fetch !== undefined && Object.hasOwn(fetch, PLATFORM_FETCH)
    ? (fetch as unknown as { [PLATFORM_FETCH]: Fetch | undefined })[PLATFORM_FETCH]
    : fetch;
}
