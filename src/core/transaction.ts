import type { Consumer } from "../api/task.ts";
import { isFunction, isObject, isSignal, property } from "../lib/checks.ts";
import { isRequest } from "../lib/request.ts";

/** A transaction with the signal to follow, if there is one. */
interface Followed {
  readonly request: Request;
  readonly consumer: Consumer | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The transaction that a task made, with its own signal: the request's, unless it names one. Known by shape, so that
 * requests of another realm or package count.
 *
 * @throws {TypeError} When it is none.
 */
export function transactionOf(made: unknown): Followed {
  if (isRequest(made)) return { request: made, consumer: undefined, signal: made.signal ?? undefined };
  if (isObject(made)) {
    const request = property(made, "request");
    const consumer = property(made, "consumer") as Consumer | undefined;
    const given = property(made, "signal");
    if (isRequest(request) && (consumer === undefined || isFunction(consumer))) {
      const signal = (given === undefined ? request.signal : given) ?? undefined;
      if (signal === undefined || isSignal(signal)) return { request, consumer, signal };
    }
  }
  throw new TypeError("Expected the task to make a Request, a Transaction or nothing");
}
