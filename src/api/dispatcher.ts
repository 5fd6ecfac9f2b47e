import type { Hold, SendOptions } from "./options.ts";
import type { Awaitable, RequestTask, Task } from "./task.ts";

/** How `map` gives its results. */
export interface MapOptions<Input = unknown> extends Omit<SendOptions, "lane"> {
  /**
   * The lane of each input, or what says it, in a pool with `lanes`; in any other, a `TypeError`.
   *
   * @default the origin of an input that is a URL, a Request or a string with one, else `""`
   */
  readonly lane?: string | ((input: Input) => string) | undefined;
  /** In the order of the inputs, not as each is done. @default false */
  readonly ordered?: boolean | undefined;
  /** Failures become results too, instead of ending it all. @default false */
  readonly settled?: boolean | undefined;
}

/** What became of one input of a `map` with `settled`. */
export type Settled<Input, Output> =
  | { readonly input: Input; readonly status: "fulfilled"; readonly value: Output }
  | { readonly input: Input; readonly status: "rejected"; readonly reason: unknown };

/** What a sync or async source of inputs is. */
export type Source<Input> = Iterable<Input> | AsyncIterable<Input>;

/** Makes the request of an input, when its turn has come. */
export type ToRequest<Input> = (input: Input) => Awaitable<string | URL | Request>;

/** Reads the response to an input. */
export type Read<Input, Output> = (response: Response, request: Request, input: Input) => Awaitable<Output>;

/** `fetch`, through the pool. */
export type PooledFetch = (
  input: string | URL | Request,
  init?: Omit<RequestInit, "priority"> & {
    readonly hold?: Hold | undefined;
    /** As in {@link SendOptions}. */
    readonly lane?: string | undefined;
    /** A number: as in {@link SendOptions}. "high", "low" and "auto" are `fetch`'s own. */
    readonly priority?: "high" | "low" | "auto" | number | undefined;
  },
) => Promise<Response>;

/**
 * The ways in.
 *
 * A wrong type is a `TypeError` and no event. Then comes closed, then aborted, then full. A call that passes gives exactly
 * one `queue` or `reject` event; `queue` is followed by exactly one `finish`.
 *
 * Don't await `send`, `run`, `fetch` or `close()` of a pool inside its own tasks: with every slot in such a wait, none
 * would ever be free. `offer` never waits.
 */
export interface Dispatcher {
  /**
   * Queues the task, waiting in line while the queue is full. Resolves when it is queued, not when it has finished.
   *
   * @throws {TypeError} `task` is no function, or an option is of a wrong type.
   * @throws {DispatcherClosedError} The pool is closed, or was while waiting in line.
   * @throws The signal's reason, when it aborted before the task was queued.
   */
  send(task: Task, options?: SendOptions): Promise<void>;

  /**
   * Queues the task or refuses it, now. Never waits. A task that there was no room for may be offered again: the source of a
   * body that it has to send is not told, as it is when a task is given up.
   *
   * @returns false when the queue is full, or somebody waits in line.
   * @throws {TypeError} `task` is no function, or an option is of a wrong type.
   * @throws {DispatcherClosedError} The pool is closed.
   * @throws The signal's reason, when it is aborted already.
   */
  offer(task: Task, options?: SendOptions): boolean;

  /**
   * Like `send`, but resolves when the task has finished, with what its consumer returned: undefined without a consumer
   * or a request.
   *
   * @throws What `send` throws, and what the task, the handler or the consumer failed with.
   * @throws {TypeError} There is a consumer, but the handler gave no response.
   * @throws {TransactionTimeoutError} It took longer than the pool's `timeout`.
   *
   * @example
   * ```ts
   * const user = await pool.run(requestTask("https://api.example.com/user", (response) => response.json()));
   * ```
   */
  run<T>(task: RequestTask<T>, options?: SendOptions): Promise<T>;
  /** As above, for a task that may send nothing, or has no consumer: then it is undefined that comes. */
  run<T>(task: Task<T>, options?: SendOptions): Promise<T | undefined>;

  /**
   * A drop-in for the global `fetch` that goes through the pool. Bound: it may be passed around, or put in the place of
   * `globalThis.fetch`: also when somebody wraps that again, what the pool itself sends goes to the `fetch` that was there
   * when the pool started. A wrapper that waits and makes a `Request` of its own is seen through only where the runtime
   * has `AsyncLocalStorage`: in a browser its requests would wait for the slots that they hold.
   *
   * It waits in line while the queue is full. With `hold: "headers"`, the default, its slot is free when the headers are
   * there; body and deadline are the caller's from then on. With `hold: "body"` the slot stays taken until the body is
   * read, cancelled, aborted or garbage-collected.
   *
   * @throws {TypeError} What plain `fetch` throws it for, or the handler gave no response.
   * @throws {DispatcherClosedError} The pool is closed.
   */
  readonly fetch: PooledFetch;

  /**
   * A sink for tasks: `tasks.pipeTo(pool.writable())` reads no faster than the pool can take. Closing or aborting it does
   * not close the pool; a task that is refused errors it.
   */
  writable(): WritableStream<Task>;

  /**
   * One request per input, never more than `workers + queueSize` inputs ahead of whoever reads the results.
   *
   * A status of 500 is no failure: `read` decides. The first failure throws at once and stops the rest. Leaving the loop
   * aborts what runs and drops what waits.
   *
   * @throws {TypeError} At once, for an argument of a wrong type.
   *
   * @example
   * ```ts
   * for await (const page of pool.map(urls, (url) => url, (response) => response.text())) index(page);
   * ```
   */
  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options: MapOptions<Input> & { readonly settled: true },
  ): AsyncIterableIterator<Settled<Input, Output>>;
  /** As above, without `settled`: the results themselves, until the first failure. */
  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options?: MapOptions<Input> & { readonly settled?: false | undefined },
  ): AsyncIterableIterator<Output>;
  /** As above, where `settled` is known at run time only. */
  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options: MapOptions<Input>,
  ): AsyncIterableIterator<Output | Settled<Input, Output>>;
}
