import { TaskExpiredError, TaskFilteredError } from "./api/errors.ts";
import { expect, isFunction, isObject, optional } from "./lib/checks.ts";
import { checkSignal, isRequest, platformRequest, signalOf } from "./lib/request.ts";
import { RequestSource } from "./lib/request-source.ts";
import { RequestTransaction } from "./lib/request-transaction.ts";
import type { Consumer, RequestFilter, Task, Transaction } from "./api/task.ts";

/**
 * A task for one request.
 *
 * With a URL (and an init) it makes a fresh `Request` each time it is called. A `Request` that has a body can be sent
 * once only.
 *
 * A signal, in `init` or of a `Request`, gives the task up once it was called. To give it up while it waits, give the
 * signal to `send`, `offer` or `run`.
 *
 * @throws {TypeError} When `input` is neither a string, a URL nor a Request, or `consumer` is no function.
 *
 * @example
 * ```ts
 * const total = await pool.run(requestTask("https://api.example.com/total", (response) => response.json()));
 * ```
 */
export function requestTask<T>(input: string | URL | Request, consumer?: Consumer<T>): Task<T>;
export function requestTask<T>(input: string | URL | Request, init?: RequestInit, consumer?: Consumer<T>): Task<T>;
export function requestTask<T>(
  input: string | URL | Request,
  second?: RequestInit | Consumer<T>,
  third?: Consumer<T>,
): Task<T> {
  const [init, consumer] = typeof second === "function" ? [undefined, second] : [second, third];
  expect(input, "input", "a string, a URL or a Request", isInput);
  optional(init, "init", "an object", isObject);
  optional(consumer, "consumer", FUNCTION, isFunction);
  const source = typeof input === "string" || isRequest(input) ? input : input.href;
  const signal = signalOf(source, init);
  const isReady = isRequest(source) && init === undefined;
  // Without the signal: some platforms would keep a listener on it for good.
  const fresh = (): Request =>
    new Request(isRequest(source) ? platformRequest(source) : source, signal ? { ...init, signal: null } : init);
  const task: Task<T> = () => new RequestTransaction(isReady ? source : fresh(), consumer, checkSignal(signal));
  RequestSource.mark(task, source, init);
  return task;
}

/**
 * The task, unless it comes to its turn after `expiry` (`expiry < now`): then it fails with a {@link TaskExpiredError},
 * and the task is not called.
 *
 * @param expiry A Date, or ms since 1970, on the wall clock.
 * @throws {TypeError} When `expiry` is no valid time, or `task` is no function.
 */
export function perishableTask<T>(expiry: Date | number, task: Task<T>): Task<T> {
  const end = Number(expect(expiry, "expiry", "a valid Date or a number of ms", isExpiry));
  expect(task, "task", FUNCTION, isFunction);
  const perishable: Task<T> = (context) => {
    if (end < context.date()) throw new TaskExpiredError();
    return task(context);
  };
  RequestSource.copy(task, perishable);
  return perishable;
}

/**
 * The task, if `filter` lets its request pass, else it fails with a {@link TaskFilteredError}. The task is asked first: a
 * task that fails or makes no request is not filtered.
 *
 * @throws {TypeError} When `filter` or `task` is no function.
 */
export function filteredTask<T>(filter: RequestFilter, task: Task<T>): Task<T> {
  expect(filter, "filter", FUNCTION, isFunction);
  expect(task, "task", FUNCTION, isFunction);
  const filtered: Task<T> = async (context) => {
    const made = await task(context);
    if (made === null || made === undefined) return made;
    if (!(await filter(requestOf(made)))) throw new TaskFilteredError();
    return made;
  };
  RequestSource.copy(task, filtered);
  return filtered;
}

function requestOf(made: Request | Transaction): Request {
  return isRequest(made) ? made : made.request;
}

const FUNCTION = "a function";

const isInput = (value: unknown): value is string | URL | Request =>
  typeof value === "string" || (isObject(value) && ("href" in value || "url" in value));

const isExpiry = (value: unknown): value is Date | number =>
  (typeof value === "number" || Object.prototype.toString.call(value) === "[object Date]") &&
  !Number.isNaN(Number(value));
