import { TaskExpiredError, TaskFilteredError } from "./api/errors.ts";
import { expect, isFunction, isObject, optional, property } from "./lib/checks.ts";
import { platformRequest } from "./lib/request.ts";
import { snapshotOf } from "./lib/request-init.ts";
import { cancelUpload, copyMark, markTask } from "./lib/task-mark.ts";
import type { Consumer, RequestFilter, RequestTask, Task } from "./api/task.ts";

/**
 * A task for one request.
 *
 * With a URL (and an init) it makes a fresh `Request` each time it is called, from the init and its headers as they were at
 * this call, so that the next task may reuse them; a body is not copied. A stream, or a `Request` that has a body, can be
 * sent once only; it is cancelled when the task is given up before.
 *
 * A signal, in `init` or of a `Request`, gives the task up once it was called. To give it up while it waits, give the
 * signal to `send`, `offer` or `run`.
 *
 * @returns With a consumer, a {@link RequestTask}. Without one, `run` gives undefined.
 * @throws {TypeError} When `input` is neither a string, a URL nor a Request, `init` no object or its headers none, or
 *   `consumer` no function.
 *
 * @example
 * ```ts
 * const total = await pool.run(requestTask("https://api.example.com/total", (response) => response.json()));
 * ```
 */
export function requestTask<T>(input: string | URL | Request, consumer: Consumer<T>): RequestTask<T>;
export function requestTask<T>(
  input: string | URL | Request,
  init: RequestInit | undefined,
  consumer: Consumer<T>,
): RequestTask<T>;
export function requestTask<T = never>(input: string | URL | Request, consumer?: Consumer<T>): Task<T>;
export function requestTask<T = never>(
  input: string | URL | Request,
  init?: RequestInit,
  consumer?: Consumer<T>,
): Task<T>;
export function requestTask<T>(
  input: string | URL | Request,
  second?: RequestInit | Consumer<T>,
  third?: Consumer<T>,
): Task<T> {
  const [given, consumer] = isFunction(second) ? [undefined, second] : [second, third];
  // As it is now: a URL may be changed.
  const source = expect(property(input, "href") ?? input, "input", INPUT, isSource);
  optional(given, "init", "an object", isObject);
  optional(consumer, "consumer", FUNCTION, isFunction);
  const init = given && snapshotOf(given);
  const signal = init?.signal === undefined ? (property(source, "signal") as AbortSignal | undefined) : init.signal;
  // Some platforms would keep a listener on the signal for good: it is followed apart from the request.
  if (init && signal) init.signal = null;
  const isReady = isObject(source) && init === undefined;
  const task: Task<T> = () => ({
    request: isReady ? source : new Request(isObject(source) ? platformRequest(source) : source, init),
    consumer,
    signal: signal ?? null,
  });
  markTask(task, source, init?.body);
  return task;
}

/**
 * The task, unless it comes to its turn after `expiry` (`expiry < now`): then it fails with a {@link TaskExpiredError},
 * and the task is not called.
 *
 * @param expiry A Date, or ms since 1970, on the wall clock.
 * @throws {TypeError} When `expiry` is no valid time, or `task` is no function.
 */
export function perishableTask<T>(expiry: Date | number, task: RequestTask<T>): RequestTask<T>;
export function perishableTask<T>(expiry: Date | number, task: Task<T>): Task<T>;
export function perishableTask<T>(expiry: Date | number, task: Task<T>): Task<T> {
  const end = Number(expect(expiry, "expiry", "a valid Date or a number of ms", isExpiry));
  expect(task, "task", FUNCTION, isFunction);
  const perishable: Task<T> = (context) => {
    if (end < context.date()) throw new TaskExpiredError();
    return task(context);
  };
  copyMark(task, perishable);
  return perishable;
}

/**
 * The task, if `filter` lets its request pass, else it fails with a {@link TaskFilteredError}. The task is asked first: a
 * task that fails or makes no request is not filtered.
 *
 * @throws {TypeError} When `filter` or `task` is no function.
 */
export function filteredTask<T>(filter: RequestFilter, task: RequestTask<T>): RequestTask<T>;
export function filteredTask<T>(filter: RequestFilter, task: Task<T>): Task<T>;
export function filteredTask<T>(filter: RequestFilter, task: Task<T>): Task<T> {
  expect(filter, "filter", FUNCTION, isFunction);
  expect(task, "task", FUNCTION, isFunction);
  const filtered: Task<T> = async (context) => {
    const made = await task(context);
    if (made === null || made === undefined) return made;
    const request = "request" in made ? made.request : made;
    try {
      if (!(await filter(request))) throw new TaskFilteredError();
    } catch (error) {
      cancelUpload(request, error);
      throw error;
    }
    return made;
  };
  copyMark(task, filtered);
  return filtered;
}

const FUNCTION = "a function";

const INPUT = "a string, a URL or a Request";
const isSource = (value: unknown): value is string | Request =>
  typeof value === "string" || (isObject(value) && "url" in value);

const isExpiry = (value: unknown): value is Date | number =>
  (typeof value === "number" || Object.prototype.toString.call(value) === "[object Date]") &&
  !Number.isNaN(Number(value));
