import { isTransactionTimeoutError } from "../api/errors.ts";
import type { SendOptions } from "../api/options.ts";
import type { Pool } from "../api/pool.ts";
import type { Awaitable, Consumer, Task, TaskContext, Transaction } from "../api/task.ts";
import { expect, isFinite, isFunction, isThenable, property } from "../lib/checks.ts";
import { Subscription } from "../lib/follower.ts";
import { isRequest } from "../lib/request.ts";
import { retryAfterOf } from "../lib/retry-after.ts";
import { copyMark } from "../lib/task-mark.ts";

/** What became of the task of a message or a job, as an engine's `judge` sees it. The consumer has run by then. */
export interface Outcome {
  /** As in the `finish` event: a 500 is a response like any other, and no error. */
  readonly ok: boolean;
  /** The status of the response, also when its consumer failed. Absent when there was none. */
  readonly status?: number | undefined;
  /** What the task, the handler or the consumer failed with. Absent when `ok`. */
  readonly error?: unknown;
  /** ms, from the Retry-After of a response of status 400 or more. Absent when it has none that is valid. */
  readonly retryAfterMs?: number | undefined;
  /** Which attempt of the engine's it is, from 1. What a job of BullMQ went back from unharmed is not counted. */
  readonly attempts: number;
}

/** What an engine's adapter has to know of one delivery. */
export interface Delivery<T> {
  readonly outcome: Outcome;
  /** What the consumer returned. */
  readonly value: T | undefined;
  /** The pool was closed or aborted before it was done: that is nobody's failure, and there is nothing to judge. */
  readonly isCut: boolean;
}

/** Whether a verdict of `judge` is "again after so many seconds". */
export const isRetryIn = (value: unknown): value is { readonly retry: number } => {
  const seconds = property(value, "retry");
  return isFinite(seconds) && seconds >= 0;
};

/** The most ms that an adapter puts something off, whatever a server asks for: twelve hours, as Cloudflare's queues do. */
export const MAX_DELAY = 43_200_000;

/**
 * Runs the task of a message or a job through the pool, and tells what became of it. Never rejects. A signal gives it up, also
 * while the task is being made.
 *
 * A request that a handler gives no response to is an error, also without a consumer: nobody knows that it was delivered.
 *
 * @param make Makes the task. What it throws is the outcome's error; nothing sends nothing, which is no error.
 * @param attempts How often the engine has delivered it, this time included.
 */
export function deliver<T>(
  pool: Pool,
  make: () => Awaitable<Task<T> | null | undefined>,
  attempts: number,
  options: SendOptions = {},
): Promise<Delivery<T>> {
  const { signal } = options;
  const track = new Track();
  const delivery = run(pool, make, attempts, options, track);
  if (signal === undefined || track.isFollowing) return delivery;
  return new Promise((resolve) => {
    // Whoever makes the task may never come to an end. What is made too late is given up by the pool.
    const subscription = new Subscription(signal, (error) => {
      if (!track.isFollowing) resolve({ outcome: { ok: false, error, attempts }, value: undefined, isCut: false });
    });
    void delivery.finally(() => subscription.unfollow()).then(resolve);
  });
}

async function run<T>(
  pool: Pool,
  make: () => Awaitable<Task<T> | null | undefined>,
  attempts: number,
  options: SendOptions,
  track: Track,
): Promise<Delivery<T>> {
  try {
    if (options.signal?.aborted) throw options.signal.reason;
    const made = make();
    const task = isThenable(made) ? await made : made;
    if (task === null || task === undefined) return { outcome: { ok: true, attempts }, value: undefined, isCut: false };
    const tracked = track.follow(expect(task, "task", "a function", isTask<T>));
    const value = await pool.run(tracked, options);
    const { status, retryAfterMs } = track;
    return { outcome: { ok: true, status, retryAfterMs, attempts }, value, isCut: false };
  } catch (error) {
    const { status, retryAfterMs } = track;
    const isCut = pool.closed && options.signal?.aborted !== true && track.isCutBy(error);
    return { outcome: { ok: false, status, error, retryAfterMs, attempts }, value: undefined, isCut };
  }
}

/** How far a task has come. */
class Track {
  status: number | undefined;
  retryAfterMs: number | undefined;
  /** Whether there is a task, which the pool gives up when it has to. */
  isFollowing = false;
  #context: TaskContext | undefined;
  /** The last attempt has its request, so what it fails with is not the task's own. */
  #isBuilt = false;

  /** The same task, watched. It keeps its marks, by which its lane and its upload are known. */
  follow<T>(task: Task<T>): Task<T> {
    this.isFollowing = true;
    const followed: Task<T> = (context) => {
      this.#context = context;
      this.#isBuilt = false;
      const made = task(context);
      return isThenable(made) ? Promise.resolve(made).then((built) => this.#watch(built)) : this.#watch(made);
    };
    copyMark(task, followed);
    return followed;
  }

  /**
   * Whether it was the pool's end that an error came from. Of a pool that is closed, whatever fails before there is a response
   * counts: nobody can tell whether it would have failed by itself.
   */
  isCutBy(error: unknown): boolean {
    if (!this.isFollowing || isTransactionTimeoutError(error)) return false;
    const signal = this.#context?.signal;
    if (signal === undefined || (this.#isBuilt && this.status === undefined)) return true;
    return signal.aborted && signal.reason === error;
  }

  #watch<T>(made: Transaction<T> | Request | null | undefined): Transaction<T> | null | undefined {
    this.#isBuilt = true;
    const request = isRequest(made) ? made : property(made, "request");
    const consumer = isRequest(made) ? undefined : property(made, "consumer");
    // What is no transaction is the pool's to refuse.
    if (!isRequest(request) || !(consumer === undefined || isFunction(consumer))) return made as Transaction<T>;
    const consume = consumer as Consumer<T> | undefined; // the task's own type says so
    const watched: Consumer<T> = (response, sent) => {
      this.status = response.status;
      if (response.status >= 400) this.retryAfterMs = retryAfterOf(response.headers, this.#context?.date() ?? 0);
      return consume?.(response, sent) as T; // without a consumer, `run` gives undefined
    };
    return { request, consumer: watched, signal: property(made, "signal") as AbortSignal | undefined };
  }
}

const isTask = <T>(value: unknown): value is Task<T> => isFunction(value);
