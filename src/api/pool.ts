import type { Dispatcher } from "./dispatcher.ts";
import type { EventListener, PoolEvent } from "./events.ts";
import type { LaneState } from "./policies.ts";

/**
 * A running pool. Where the runtime has `Symbol.asyncDispose`, `await using` closes it.
 */
export interface Pool extends Dispatcher, PoolDisposable {
  /** The pool's name, as in its events. */
  readonly name: string;
  /** Whether it takes no more tasks. */
  readonly closed: boolean;
  /** Whether it starts no more tasks for now. */
  readonly paused: boolean;
  /** Slots there are now. It changes where `workers` is no number. */
  readonly workers: number;
  /** Tasks in the queue, at most `queueSize`; with `retry`, those at rest included, which may be `workers` more. */
  readonly waiting: number;
  /** Senders in line for a place in the queue. */
  readonly senders: number;
  /** Slots taken: more than `workers` for a while when there are fewer now. A handler that ignores its signal holds its slot until it settles, also after its task has finished. */
  readonly running: number;

  /** How things stand in each lane that has something waiting, in line or running. Empty without `lanes`. */
  lanes(): ReadonlyMap<string, LaneState>;

  /**
   * Refuses new tasks, turns senders in line away, lifts a pause and finishes what was accepted.
   *
   * @returns Resolves when every accepted task has finished. The same promise each time.
   */
  close(): Promise<void>;

  /**
   * Like `close()`, but drops what waits and aborts what runs: each finishes with `reason`.
   *
   * @param reason Default: an `AbortError`.
   */
  abort(reason?: unknown): Promise<void>;

  /** Starts no more tasks until `resume()`. What runs goes on, and the queue fills. A closed pool can't be paused. */
  pause(): void;
  /** Goes on after `pause()`. */
  resume(): void;

  /** Resolves when every accepted task has finished; at once when there is none. */
  onIdle(): Promise<void>;

  /** Hears each event of a type. `context` is the listener's `this`, by default the pool. */
  on<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context?: unknown): this;
  /** Hears the next event of a type. */
  once<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context?: unknown): this;
  /** Takes a listener off; without one, all of `on` and `once` of that type. */
  off<Type extends PoolEvent["type"]>(
    type: Type,
    listener?: EventListener<Type>,
    context?: unknown,
    once?: boolean,
  ): this;
}

/** `Symbol.asyncDispose`, for consumers whose `lib` has it. */
export interface PoolDisposable extends MaybeAsyncDisposable {}

/** The interface's share of `AsyncDisposable`, for consumers whose `lib` has it. */
type MaybeAsyncDisposable = SymbolConstructor extends { readonly asyncDispose: infer Dispose extends symbol }
  ? { readonly [Key in Dispose]: () => Promise<void> }
  : Record<never, never>;

/** A {@link Pool}, by the name that the Go package gives it. */
export type DispatchCloser = Pool;
