import type { Consumer } from "../api/task.ts";
import { isFunction, optional, property } from "../lib/checks.ts";
import { checkSignal, isRequest } from "../lib/request.ts";

/** A transaction that can be sent, with the signal to follow, if there is one. */
interface CheckedTransaction {
  readonly request: Request;
  readonly consumer: Consumer | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The transaction that a task made, with its own signal: the request's, unless it names one.
 *
 * @param request What {@link requestOf} found in it.
 * @throws {TypeError} Its consumer or its signal is of a wrong type, or its body has been used. @throws What its signal has
 *   aborted with.
 */
export function transactionOf(made: unknown, request: Request): CheckedTransaction {
  const isAlone = made === request;
  const read = isAlone ? undefined : property(made, "consumer");
  const given = isAlone ? undefined : property(made, "signal");
  const consumer = optional(read, "consumer", "a function", isFunction) as Consumer | undefined;
  const signal = (given === undefined ? request.signal : checkSignal(given ?? undefined)) ?? undefined;
  if (signal?.aborted) throw signal.reason;
  if (request.bodyUsed) throw new TypeError("The request's body has been used already");
  return { request, consumer, signal };
}

/**
 * The request that a task made, alone or in a transaction. Known by shape, so that those of another realm or package count.
 *
 * @throws {TypeError} There is none.
 */
export function requestOf(made: unknown): Request {
  const request = isRequest(made) ? made : property(made, "request");
  if (isRequest(request)) return request;
  throw new TypeError("Expected the task to make a Request, a Transaction or nothing");
}
