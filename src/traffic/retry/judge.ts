import { isTransactionTimeoutError } from "../../api/errors.ts";
import type { Outcome, PolicyHost } from "../../api/policies.ts";
import { expect, ignore, isBoolean, isObject } from "../../lib/checks.ts";
import { retryAfterOf } from "../../lib/retry-after.ts";
import { isStream } from "../../lib/task-mark.ts";
import type { Budget } from "./budget.ts";
import { type FailedAttempt, isMs, type Settings } from "./options.ts";

/** The answers by which a server says that it did nothing: any method may be sent again. */
const UNTOUCHED: readonly number[] = [425, 429];

/** Judges an attempt. @returns ms to rest before the next. undefined: there is none. */
export function judge(
  settings: Settings,
  { date, logger }: PolicyHost,
  budget: Budget | undefined,
  { lane, request, response, error, attempt, upload }: Outcome,
): number | undefined {
  const { afterStatusCodes, backoffLimit, delay, jitter, limit, maxRetryAfter, random, shouldRetry } = settings;
  const status = response?.status ?? 0;
  const isFinal = response === undefined ? isAbort(error) : status >= 200 && status <= 299;
  if (isFinal || attempt > limit || isSentOnce(upload)) return undefined;
  const after = response && afterStatusCodes.has(status) ? retryAfterOf(response.headers, date()) : undefined;
  if (after !== undefined && after > maxRetryAfter) return undefined;
  let asked = "";
  /** Calls what the user has given, which may fail or come to anything. */
  const call = <T>(name: string, fn: unknown, arg: unknown, is: (value: unknown) => value is T): T => {
    asked = name;
    const value = (fn as (arg: unknown) => unknown)(arg);
    ignore(value);
    return expect(value, `${name}()`, "of its type", is);
  };
  try {
    const failed: FailedAttempt = { request, response, error, retryCount: attempt };
    const verdict = shouldRetry && call("shouldRetry", shouldRetry, failed, isVerdict);
    if (!(verdict ?? isByRule(settings, request, status, after, error))) return undefined;
    let ms = after ?? Math.min(call("delay", delay, attempt, isMs), backoffLimit);
    if (after === undefined && jitter !== false) {
      ms = jitter === true ? ms * call("random", random, undefined, isShare) : call("jitter", jitter, ms, isMs);
    }
    return budget === undefined || budget.take(lane) ? ms : undefined;
  } catch (failure) {
    logger.error(`\`${asked}\` failed, so a task is not retried`, failure);
    return undefined;
  }
}

/** What the rules say, without `shouldRetry`. @param after What a Retry-After that is obeyed says. */
function isByRule(
  { methods, retryOnTimeout, statusCodes }: Settings,
  { method, headers }: Request,
  status: number,
  after: number | undefined,
  error: unknown,
): boolean {
  if (!methods.has(method.toUpperCase()) && !headers.has("idempotency-key") && !UNTOUCHED.includes(status))
    return false;
  if (status > 0) return after !== undefined || statusCodes.has(status);
  return isTransactionTimeoutError(error) ? retryOnTimeout : !OURS.test(String(memberOf(error, "code")));
}

/** Whether a task sends what can be sent once only: a stream, or a request that has a body. */
const isSentOnce = (upload: unknown): boolean => isStream(upload) || isObject(memberOf(upload, "body"));

const isAbort = (error: unknown): boolean => memberOf(error, "name") === "AbortError";

/** What a pool or a breaker refuses with: the network had no part in it. */
const OURS = /^ERR_(?:CIRCUIT_OPEN|DISPATCHER_CLOSED|TASK_EXPIRED|TASK_FILTERED)$/;

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? Reflect.get(value, name) : undefined);

const isShare = (value: unknown): value is number => isMs(value) && value <= 1;

const isVerdict = (value: unknown): value is boolean | undefined => value === undefined || isBoolean(value);
