/** A value, or a promise (or any thenable) of one. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * Makes the request at the moment it is sent, not when it is queued.
 *
 * Throwing, or resolving to `null` or `undefined`, sends nothing: a throw finishes the task with that very error,
 * no request finishes it without one.
 *
 * @example
 * ```ts
 * const task: Task = () => new Request("https://example.com/hook", { method: "POST", body: render() });
 * ```
 */
export type Task<T = unknown> = (context: TaskContext) => Awaitable<Transaction<T> | Request | null | undefined>;

/** A request with the consumer of its response. */
export interface Transaction<T = unknown> {
  /** The request to send. A `Request` of another realm or package counts too. */
  readonly request: Request;
  /** Reads the response. Without one, the response is only released. */
  readonly consumer?: Consumer<T> | undefined;
  /**
   * Gives the task up too, once it was called, as that of `send` does; while the task rests between two attempts, when it is
   * called again. null: not even the request's own is followed.
   *
   * @default the request's own
   */
  readonly signal?: AbortSignal | null | undefined;
}

/** A task that always makes a request with a consumer, or throws: `run` gives what its consumer returned. */
export type RequestTask<T = unknown> = (
  context: TaskContext,
) => Awaitable<Transaction<T> & { readonly consumer: Consumer<T> }>;

/** What a task is told about the attempt it makes a request for. */
export interface TaskContext {
  /** The task's number in its pool, counted from 1 in order of acceptance. */
  readonly id: number;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Aborts when the attempt is given up: by the caller's signal, `abort()` or the pool's `timeout`. Made on first use. */
  readonly signal: AbortSignal;
  /** The wall time in ms since 1970: the clock's `date()`, else `Date.now()`. */
  date(): number;
}

/**
 * Reads the response. What it leaves of the body is released before the task finishes, so a body must not be used after
 * the returned promise has settled.
 *
 * Called for every HTTP status: a 500 is a response like any other.
 */
export type Consumer<T = unknown> = (response: Response, request: Request) => Awaitable<T>;

/** Says whether a request may be sent. */
export type RequestFilter = (request: Request) => Awaitable<boolean>;
