import type { CircuitOpenError, DispatcherClosedError, TaskExpiredError, TaskFilteredError } from "../../api/errors.ts";
import type { Outcome, PolicyHost } from "../../api/policies.ts";
import { expect, ignore, isBoolean, isObject, property } from "../../lib/checks.ts";
import { retryAfterOf } from "../../lib/retry-after.ts";
import type { Budget } from "./budget.ts";
import { DELAY, isDelay, type RetryAttempt, type Settings } from "./settings.ts";

/** Judges an attempt. @returns ms until the next one. undefined: there is none. */
export type Judge = (outcome: Outcome) => number | undefined;

/** Makes the judge of one pool. What the user gave may fail without harm to a task: it is logged, and the task not retried. */
export function judgeOf(settings: Settings, host: PolicyHost, budget: Budget | undefined): Judge {
  const { limit, methods, statusCodes, afterStatusCodes, maxRetryAfter, backoffLimit, jitter, retryOnTimeout } =
    settings;
  /** What of the user's is asked. */
  let asked: string;
  const ask = <T>(
    name: "delay" | "jitter" | "random" | "shouldRetry",
    subject: number | RetryAttempt | undefined,
    expected: string,
    is: (value: unknown) => value is T,
  ): T => {
    asked = name;
    const fn = settings[name] as (subject: unknown) => unknown;
    const value = fn(subject);
    ignore(value);
    return expect(value, `${name}()`, expected, is);
  };

  const backOff = (retryCount: number): number => {
    const ms = Math.min(ask("delay", retryCount, DELAY, isDelay), backoffLimit);
    if (jitter === false) return ms;
    if (jitter !== true) return ask("jitter", ms, DELAY, isDelay);
    return ms * ask("random", undefined, "a number from 0 to 1", isShare);
  };

  /** What the rules say. */
  const isRetried = ({ request, response, error }: Outcome, retryAfter: number | undefined): boolean => {
    const status = response?.status ?? 0;
    const code = tagOf(error, "code");
    const isKind = response
      ? retryAfter !== undefined || statusCodes.includes(status)
      : code === TIMEOUT
        ? retryOnTimeout
        : !OURS.includes(code);
    if (!isKind) return false;
    // By 425 and 429 a server says that it did nothing.
    if (status === 425 || status === 429) return true;
    return methods.has(request.method.toUpperCase()) || request.headers.has("idempotency-key");
  };

  return (outcome) => {
    const { lane, request, response, error, attempt: retryCount } = outcome;
    asked = "retry";
    try {
      if (retryCount > limit || isFinal(outcome)) return undefined;
      const isAfter = response && afterStatusCodes.includes(response.status);
      const retryAfter = isAfter ? retryAfterOf(response.headers, host.date()) : undefined;
      if (retryAfter && retryAfter > maxRetryAfter) return undefined;
      const verdict =
        settings.shouldRetry &&
        ask("shouldRetry", { request, response, error, retryCount }, "a boolean or undefined", isVerdict);
      if (!(verdict ?? isRetried(outcome, retryAfter))) return undefined;
      const ms = retryAfter ?? backOff(retryCount);
      return !budget || budget.take(lane) ? ms : undefined;
    } catch (failure) {
      host.logger.error(`\`${asked}\` failed: the task is not retried`, failure);
      return undefined;
    }
  };
}

const TIMEOUT = "ERR_TRANSACTION_TIMEOUT";

/** Errors of ours, of whatever copy of the package: they say that nothing was sent. */
const OURS: readonly unknown[] = [
  "ERR_DISPATCHER_CLOSED",
  "ERR_TASK_EXPIRED",
  "ERR_TASK_FILTERED",
  "ERR_CIRCUIT_OPEN",
] satisfies (CircuitOpenError | DispatcherClosedError | TaskExpiredError | TaskFilteredError)["code"][];

/** Whether nobody can change that it is over: a success, an abort, or an upload that can be sent once only. */
function isFinal({ response, error, upload }: Outcome): boolean {
  if (response && response.status >= 200 && response.status < 300) return true;
  if (tagOf(error, "name") === "AbortError") return true;
  if (!isObject(upload)) return false;
  // A stream, an iterator, or a request with a body. A platform that hides the body still says that it was used.
  const isStream = "getReader" in upload || Symbol.asyncIterator in upload;
  return isStream || (tagOf(upload, "body") ?? tagOf(upload, "bodyUsed") ?? false) !== false;
}

const tagOf = (value: unknown, name: string): unknown => (isObject(value) ? property(value, name) : undefined);
const isVerdict = (value: unknown): value is boolean | undefined => value === undefined || isBoolean(value);
const isShare = (value: unknown): value is number => isDelay(value) && value <= 1;
