import type { CircuitOpenError, DispatcherClosedError, TaskExpiredError, TaskFilteredError } from "../../api/errors.ts";
import type { Outcome, PolicyHost } from "../../api/policies.ts";
import { DELAY, expect, ignore, isBoolean, isDelay, property } from "../../lib/checks.ts";
import { retryAfterOf } from "../../lib/retry-after.ts";
import type { Budget } from "./budget.ts";
import type { RetryAttempt, Settings } from "./settings.ts";

/** Judges an attempt. @returns ms until the next one. undefined: there is none. */
export type Judge = (outcome: Outcome) => number | undefined;

/** Makes the judge of one pool. What the user gave may fail without harm to a task: it is logged, and the task not retried. */
export function judgeOf(settings: Settings, host: PolicyHost, budget: Budget): Judge {
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
    const { backoffLimit, jitter } = settings;
    const ms = Math.min(ask("delay", retryCount, DELAY, isDelay), backoffLimit);
    if (jitter === true) return ms * ask("random", undefined, "a number from 0 to 1", isShare);
    return jitter === false ? ms : ask("jitter", ms, DELAY, isDelay);
  };

  return ({ lane, request, response, error, attempt: retryCount, upload }) => {
    asked = "retry";
    try {
      const status = response?.status ?? 0;
      const isSuccess = status >= 200 && status < 300;
      const isAbort = property(error, "name") === "AbortError";
      const isOver =
        retryCount > settings.limit || isSuccess || isAbort || SENT_ONCE.some((of) => property(upload, of));
      if (isOver) return undefined;

      const isAfter = response && settings.afterStatusCodes.includes(status);
      const retryAfter = isAfter ? retryAfterOf(response.headers, host.date()) : undefined;
      if (retryAfter && retryAfter > settings.maxRetryAfter) return undefined;

      const { method, headers } = request;
      const code = property(error, "code");
      const isKind = response
        ? retryAfter !== undefined || settings.statusCodes.includes(status)
        : code === TIMEOUT
          ? settings.retryOnTimeout
          : !OURS.includes(code);
      const isHarmless =
        DID_NOTHING.has(status) || settings.methods.includes(method.toUpperCase()) || headers.has("idempotency-key");
      const attempt = { request, response, error, retryCount };
      const verdict = ask("shouldRetry", attempt, "a boolean or undefined", isVerdict) ?? (isKind && isHarmless);
      const ms = verdict ? (retryAfter ?? backOff(retryCount)) : undefined;
      return ms !== undefined && budget.take(lane) ? ms : undefined;
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

/** By these a server says that it did nothing. */
const DID_NOTHING: ReadonlySet<number> = new Set([425, 429]);

/**
 * What an upload has that can be sent once only: a stream, an iterator, or a request with a body. A platform that hides the body
 * of a request still says that it was used.
 */
const SENT_ONCE: readonly PropertyKey[] = ["getReader", Symbol.asyncIterator, "body", "bodyUsed"];

const isVerdict = (value: unknown): value is boolean | undefined => value === undefined || isBoolean(value);
const isShare = (value: unknown): value is number => isDelay(value) && value <= 1;
