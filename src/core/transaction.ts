import type { Transaction } from "../api/task.ts";
import { isObject, isSignal, property } from "../lib/checks.ts";
import { isRequest } from "../lib/request.ts";
import { RequestTransaction } from "../lib/request-transaction.ts";

/**
 * The transaction that a task made, with its own signal: the request's, unless it names one. Known by shape, so that
 * requests of another realm or package count.
 *
 * @throws {TypeError} When it is none.
 */
export function transactionOf(made: unknown): Transaction {
  if (made instanceof RequestTransaction) return made;
  if (isRequest(made)) return { request: made, consumer: undefined, signal: made.signal ?? undefined };
  if (isObject(made)) {
    const request = property(made, "request");
    const consumer = property(made, "consumer") as Transaction["consumer"];
    const signal = property(made, "signal");
    const isRight = consumer === undefined || typeof consumer === "function";
    if (isRequest(request) && isRight && (signal === undefined || isSignal(signal)))
      return { request, consumer, signal: signal ?? request.signal ?? undefined };
  }
  throw new TypeError("Expected the task to make a Request, a Transaction or nothing");
}
