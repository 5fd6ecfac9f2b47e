import {
  isCircuitOpenError,
  isDispatcherClosedError,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
} from "../../api/errors.ts";
import type { Outcome, PolicyHost } from "../../api/policies.ts";
import { expect, isBoolean, isObject, isThenable, property } from "../../lib/checks.ts";
import { retryAfterOf } from "../../lib/retry-after.ts";
import type { Budget } from "./budget.ts";
import { isDelay, type Settings } from "./settings.ts";

/** Judges an attempt. @returns ms until the next one. undefined: there is none. */
export type Judge = (outcome: Outcome) => number | undefined;

/** Makes the judge of one pool. What the user gave may fail without harm to a task: it is logged, and the task not retried. */
export function judgeOf(settings: Settings, host: PolicyHost, budget: Budget | undefined): Judge {
  const { shouldRetry, delay, jitter, random } = settings;

  /** What is being asked, for the log. */
  let asked = "";
  const ask = <Args extends readonly unknown[], T>(
    name: string,
    fn: (...args: Args) => unknown,
    args: Args,
    expected: string,
    is: (value: unknown) => value is T,
  ): T => {
    asked = name;
    const value = fn(...args);
    // Nobody else hears of it.
    if (isThenable(value)) Promise.resolve(value).catch(() => undefined);
    return expect(value, `${name}()`, expected, is);
  };

  const backOff = (retryCount: number): number => {
    const ms = Math.min(ask("delay", delay, [retryCount], MS, isDelay), settings.backoffLimit);
    if (jitter === false) return ms;
    if (jitter !== true) return ask("jitter", jitter, [ms], MS, isDelay);
    return ms * ask("random", random, [], "a number from 0 to 1", isShare);
  };

  return (outcome) => {
    const { lane, request, response, error, attempt: retryCount, upload } = outcome;
    if (retryCount > settings.limit || isOnceOnly(upload) || isSuccess(response) || isAbort(error)) return undefined;
    asked = "retry";
    try {
      const isAfter = response !== undefined && settings.afterStatusCodes.has(response.status);
      const retryAfter = isAfter ? retryAfterOf(response.headers, host.date()) : undefined;
      if ((retryAfter ?? 0) > settings.maxRetryAfter) return undefined;
      const verdict =
        shouldRetry &&
        ask(
          "shouldRetry",
          shouldRetry,
          [{ request, response, error, retryCount }],
          "a boolean or undefined",
          isVerdict,
        );
      if (!(verdict ?? isRetried(settings, outcome, retryAfter !== undefined))) return undefined;
      const ms = retryAfter ?? backOff(retryCount);
      return budget === undefined || budget.take(lane) ? ms : undefined;
    } catch (failure) {
      host.logger.error(`\`${asked}\` failed: the task is not retried`, failure);
      return undefined;
    }
  };
}

const MS = "a finite number of ms of 0 or more";

/** What the rules say. */
function isRetried(settings: Settings, { request, response, error }: Outcome, hasRetryAfter: boolean): boolean {
  const { method, headers } = request;
  const status = response?.status ?? 0;
  const isKind =
    response === undefined
      ? isOfNetwork(error, settings.retryOnTimeout)
      : hasRetryAfter || settings.statusCodes.has(status);
  // By 425 and 429 a server says that it did nothing.
  return (
    isKind &&
    (status === 425 || status === 429 || settings.methods.has(method.toUpperCase()) || headers.has("idempotency-key"))
  );
}

/** Whether an error is of the network, as far as can be told: errors of ours aren't. */
function isOfNetwork(error: unknown, orTimeout: boolean): boolean {
  if (isTransactionTimeoutError(error)) return orTimeout;
  const isOurs = [isCircuitOpenError, isDispatcherClosedError, isTaskExpiredError, isTaskFilteredError];
  return !isOurs.some((is) => is(error));
}

/** Whether what is sent can be sent once only: a stream, an iterator, or a request with a body. */
function isOnceOnly(upload: unknown): boolean {
  if (!isObject(upload)) return false;
  if ("getReader" in upload || Symbol.asyncIterator in upload) return true;
  // A platform that hides the body of a request still says that it was used.
  return (property(upload, "body") ?? null) !== null || property(upload, "bodyUsed") === true;
}

const isSuccess = (response: Response | undefined): boolean =>
  response !== undefined && response.status >= 200 && response.status < 300;
const isAbort = (error: unknown): boolean => isObject(error) && "name" in error && error.name === "AbortError";
const isVerdict = (value: unknown): value is boolean | undefined => value === undefined || isBoolean(value);
const isShare = (value: unknown): value is number => isDelay(value) && value <= 1;
