import { isTaskExpiredError, isTaskFilteredError } from "../api/errors.ts";
import type { Pool } from "../api/pool.ts";
import type { Awaitable, Task } from "../api/task.ts";
import {
  expect,
  has,
  hasMethods,
  ignore,
  isFunction,
  isLogger,
  isObject,
  isString,
  LOGGER,
  optional,
  own,
  property,
} from "../lib/checks.ts";
import { quiet } from "../lib/quiet.ts";
import { consoleLogger } from "../lib/runtime/console-logger.ts";
import {
  isVerdict,
  type JobOutcome,
  type JobProcessorOptions,
  type JobVerdict,
  type ProcessedJob,
  VERDICT,
} from "./bullmq-options.ts";
import { deliver, MAX_DELAY, type Outcome } from "./outcome.ts";
import { type HoldableQueue, QueueHold } from "./queue-hold.ts";

/** What a `Worker` of BullMQ calls for each job. */
export type JobProcessor<Job, T> = (job: Job, token?: string, signal?: AbortSignal) => Promise<T | undefined>;

/**
 * A processor for a `Worker` of BullMQ, which sends a request for each job through the pool. The job's result is what the
 * consumer returned. To cancel the job aborts the request.
 *
 * - A status below 400, or no request at all: done. From 400 on, and any error: it has failed, for BullMQ's `attempts` and
 *   `backoff`; a Retry-After is the delay of that attempt.
 * - 429, and 503 with Retry-After: it goes back unharmed, no attempt used up, and so does the rest of the `queue`, for as long
 *   as the server asks, else 1 s; twelve hours at most. With a Retry-After of 0 it has failed like any other, with the job's own
 *   `backoff`: else it could go round for ever.
 * - Expired or filtered: it has failed for good.
 * - What the end of the pool cuts short goes back, no attempt used up, for a second.
 *
 * What a task or a consumer throws of BullMQ's own (`DelayedError`, `UnrecoverableError`, …) reaches it as it is.
 *
 * BullMQ delivers a job again whose process has died, and fails it the second time: raise `maxStalledCount` where transactions
 * are long. Leave `maxStartedAttempts` alone: what goes back unharmed has been started all the same. With `retry` in the pool,
 * what is judged here is the last of its attempts.
 *
 * @param task Makes the task of a job. What it throws fails the job. Nothing: the job is done.
 * @throws {TypeError} An argument is of a wrong type.
 *
 * @example
 * ```ts
 * const processor = jobProcessor(pool, (job) => requestTask(job.data.url, { method: "POST", body: job.data.body }));
 * new Worker("hooks", processor, { connection, concurrency: 50 });
 * ```
 */
export function jobProcessor<Job extends ProcessedJob, T>(
  pool: Pool,
  task: (job: Job) => Awaitable<Task<T> | null | undefined>,
  options: JobProcessorOptions<Job> = {},
): JobProcessor<Job, T> {
  expect(pool, "pool", "a pool", isPool);
  expect(task, "task", "a function", isFunction);
  const given = own(expect<JobProcessorOptions<Job>>(options, "options", "an object", isObject));
  const queue = optional(given.queue, "queue", "a Queue of BullMQ", isQueue);
  const logger = quiet(optional(given.logger, "logger", LOGGER, isLogger) ?? consoleLogger);
  optional(given.judge, "judge", "a function", isFunction);
  const hold = queue && new QueueHold(queue, logger);

  const verdictOf = (outcome: JobOutcome<Job>): JobVerdict => {
    try {
      const verdict = given.judge?.(outcome);
      ignore(verdict);
      return expect(verdict, "judge()", VERDICT, isVerdict);
    } catch (error) {
      throw isError(error) ? error : named("Error", { error });
    }
  };

  const holdBack = async (job: Job, token: string | undefined, ms: number): Promise<never> => {
    const wait = Math.ceil(Math.min(ms, MAX_DELAY));
    const isSet = await hold?.set(job, wait);
    if (isSet === true) throw new Error(RATE_LIMIT);
    return delay(job, token, wait);
  };

  // BullMQ hands its signal only to a function that declares three parameters.
  return async (job, token, signal) => {
    hold?.look(job);
    const { outcome, value, isCut } = await deliver(pool, () => task(job), job.attemptsMade + 1, { signal });
    if (isCut) return delay(job, token, AT_REST);
    const { ok, status = 0, error, retryAfterMs } = outcome;
    if (isOfBullMQ(error)) throw error;
    const verdict = verdictOf({ ...outcome, job });
    if (verdict === "done") return value;
    if (verdict === "drop") throw named("UnrecoverableError", outcome);
    if (verdict !== undefined) throw failed(job, outcome, isObject(verdict) ? verdict.retry * 1000 : retryAfterMs);
    if (ok && status < 400) return value;
    if (isTaskExpiredError(error) || isTaskFilteredError(error)) throw named("UnrecoverableError", outcome);
    // "Again at once" holds nothing: without an attempt used up the job could go round for ever.
    const wait = status === 429 ? (retryAfterMs ?? AT_REST) : status === 503 ? (retryAfterMs ?? 0) : 0;
    if (wait > 0 && signal?.aborted !== true) return holdBack(job, token, wait);
    throw failed(job, outcome, retryAfterMs || undefined);
  };
}

/** ms for which a job is put back where nobody says for how long, so that it isn't fetched again and again. */
const AT_REST = 1000;

/** Puts a job back, no attempt used up. BullMQ knows by the error's name that it has been moved. */
async function delay(job: ProcessedJob, token: string | undefined, ms: number): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw Object.assign(new Error("The job was delayed"), { name: "DelayedError" });
}

/** What a job fails with, its next attempt after so many ms, else by its own back-off. */
function failed(job: ProcessedJob, outcome: Outcome, ms: number | undefined): Error {
  if (ms !== undefined) job.opts.backoff = { type: "fixed", delay: Math.ceil(Math.min(ms, MAX_DELAY)) };
  return isError(outcome.error) ? outcome.error : named("Error", outcome);
}

/** What an outcome is told by, under a name that BullMQ knows. */
function named(name: "Error" | "UnrecoverableError", { error, status }: Pick<Outcome, "error" | "status">): Error {
  const answer = status === undefined ? "The job failed" : `The server answered ${status}`;
  // The reason that a job is cancelled for is a string, as BullMQ has it.
  const message = isError(error) ? error.message : isString(error) ? error : answer;
  return Object.assign(new Error(message, { cause: error }), { name });
}

/** Whether BullMQ, which takes whatever is thrown for an error, can handle it. */
const isError = (value: unknown): value is Error => has(value, "message", "string");

/** BullMQ knows these by name or by message, which spares the import. */
const NAMES = new Set<unknown>(["DelayedError", "WaitingError", "WaitingChildrenError", "UnrecoverableError"]);
const RATE_LIMIT = "bullmq:rateLimitExceeded";
const isOfBullMQ = (error: unknown): boolean =>
  NAMES.has(property(error, "name")) || property(error, "message") === RATE_LIMIT;

const isPool = (value: unknown): value is Pool => hasMethods(value, "run") && "closed" in value;
const isQueue = (value: unknown): value is HoldableQueue =>
  hasMethods(value, "rateLimit", "getRateLimitTtl", "getGlobalRateLimit");
