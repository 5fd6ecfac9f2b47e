import { isTaskExpiredError, isTaskFilteredError } from "../api/errors.ts";
import type { Clock } from "../api/clock.ts";
import type { Logger } from "../api/logger.ts";
import type { Pool } from "../api/pool.ts";
import type { Awaitable, Task } from "../api/task.ts";
import { type Alarm, Alarms } from "../lib/alarms.ts";
import {
  CLOCK,
  expect,
  hasMethods,
  ignore,
  isClock,
  isFinite,
  isFunction,
  isLogger,
  isObject,
  LOGGER,
  optional,
  own,
} from "../lib/checks.ts";
import { quiet } from "../lib/quiet.ts";
import { consoleLogger } from "../lib/runtime/console-logger.ts";
import { systemClock } from "../lib/runtime/system-clock.ts";
import { deliver, isRetryIn, MAX_DELAY, type Outcome } from "./outcome.ts";

/** A message of a queue, as Cloudflare delivers it. The type of `@cloudflare/workers-types` fits too. */
export interface QueueMessage<Body = unknown> {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: Body;
  /** How often it has been delivered, this time included: from 1. */
  readonly attempts: number;
  /** It is done, and not delivered again. */
  ack(): void;
  /** It is delivered again, after so many seconds if they are given. */
  retry(options?: { delaySeconds?: number }): void;
}

/** What a queue delivers at once. */
export interface QueueBatch<Message extends QueueMessage = QueueMessage> {
  readonly messages: readonly Message[];
}

/** What starts the pool of a batch: a `Client`. */
export interface PoolStarter {
  /** Starts a pool. */
  start(): Pool;
}

/** What became of a message, as `judge` sees it. */
export interface MessageOutcome<Message extends QueueMessage = QueueMessage> extends Outcome {
  readonly message: Message;
}

/**
 * What is to become of a message. `"ack"`: it is done. `"retry"`: it is delivered again, when the rules say; with a number,
 * after so many seconds. undefined: what the rules say.
 */
export type MessageVerdict = "ack" | "retry" | { readonly retry: number } | undefined;

/** How batches are consumed. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface QueueConsumerOptions<Body, Env, T = unknown> {
  /** Its pool is started for each batch and closed after it, or what makes it, which is asked for each batch. */
  readonly client: PoolStarter | ((env: Env) => PoolStarter);
  /** Makes the task of a message. What it throws is the outcome's error. Nothing: the message is acknowledged. */
  readonly task: (body: Body, message: QueueMessage<Body>, env: Env) => Awaitable<Task<T> | null | undefined>;
  /** Has the first word on a message, at once. What it throws is logged, and the message is delivered again. @default none */
  readonly judge?: ((outcome: MessageOutcome<QueueMessage<Body>>) => MessageVerdict) | undefined;
  /**
   * ms from the start of a batch after which its pool is aborted: what has not started is not sent any more, what is under way
   * is given up, a task that is still being made too, and all are delivered again at once. Cloudflare gives a batch 15 minutes.
   * ≤ 0 means none. @default none
   */
  readonly maxDuration?: number | undefined;
  /** Hears of a `judge` that failed. @default `console` */
  readonly logger?: Logger | undefined;
  /** The time that `maxDuration` goes by. @default the platform's */
  readonly clock?: Clock | undefined;
}

/** The `queue` handler of a Worker. */
export type QueueConsumer<Body, Env> = (
  batch: QueueBatch<QueueMessage<Body>>,
  env: Env,
  context?: unknown,
) => Promise<void>;

/**
 * The `queue` handler of a Cloudflare Worker, which sends a request for each message through a pool. The pool lives as long as
 * the batch, since requests of one batch can't use the connections of another. Messages are acknowledged one by one, as their
 * tasks finish, and nothing is that has not finished.
 *
 * - A status below 400, or no request at all: acknowledged. So are expired and filtered tasks.
 * - Any other status and any error: delivered again, after the Retry-After of the response, else after 10 s × 2^attempts; twelve
 *   hours at most. What never succeeds ends in the dead-letter queue, when the queue has tried as often as it was told.
 * - What `maxDuration` cuts short: delivered again at once.
 *
 * It rejects, which has all that is not acknowledged delivered again, with what `client` throws.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const client = new Client({ workers: 6, timeout: 30_000 });
 * export default {
 *   queue: queueConsumer({ client, task: ({ url, text }: Hook) => requestTask(url, { method: "POST", body: text }) }),
 * };
 * ```
 */
export function queueConsumer<Body, Env, T = unknown>(
  options: QueueConsumerOptions<Body, Env, T>,
): QueueConsumer<Body, Env> {
  expect(options, "options", "an object", isObject);
  const given = own(options);
  const { task, judge } = given;
  expect(given.client, "client", "a Client or a function", isClient);
  expect(task, "task", "a function", isFunction);
  optional(judge, "judge", "a function", isFunction);
  const maxDuration = optional(given.maxDuration, "maxDuration", "a finite number of ms", isFinite) ?? 0;
  const logger = quiet(optional(given.logger, "logger", LOGGER, isLogger) ?? consoleLogger);
  const clock = optional(given.clock, "clock", CLOCK, isClock) ?? systemClock;

  const verdictOf = (outcome: MessageOutcome<QueueMessage<Body>>): MessageVerdict => {
    try {
      const verdict = judge?.(outcome);
      ignore(verdict);
      return expect(verdict, "judge()", VERDICT, isVerdict);
    } catch (error) {
      logger.error("`judge` failed, and its message is delivered again", error);
      return "retry";
    }
  };

  const consume = async (pool: Pool, message: QueueMessage<Body>, env: Env, end: Promise<undefined>): Promise<void> => {
    const delivery = deliver(pool, () => task(message.body, message, env), message.attempts);
    // Whose task is still being made the pool doesn't know, and can't cut short.
    const done = await Promise.race([delivery, end]);
    const isCut = done === undefined || done.isCut;
    const delaySeconds = isCut ? 0 : delayOf(done.outcome, verdictOf({ ...done.outcome, message }));
    if (delaySeconds === undefined) message.ack();
    else message.retry({ delaySeconds });
  };

  return async ({ messages }, env) => {
    const client = isFunction(given.client) ? given.client(env) : given.client;
    ignore(client);
    const started = expect(client, "client()", "a Client", isStarter).start();
    ignore(started);
    const pool = expect(started, "client.start()", "a pool", isPool);
    const alarms = new Alarms(clock);
    let alarm: Alarm | undefined;
    const end = new Promise<undefined>((resolve) => {
      const ring = (): void => {
        void pool.abort();
        resolve(undefined);
      };
      if (maxDuration > 0) alarm = alarms.set(clock.now() + maxDuration, ring);
    });
    const ends = await Promise.allSettled(messages.map((message) => consume(pool, message, env, end)));
    alarms.clear(alarm);
    await pool.close();
    // A handler that returns acknowledges what nobody spoke of: who fails has its batch delivered again, but for what was acked.
    for (const consumed of ends) if (consumed.status === "rejected") throw consumed.reason;
  };
}

/** ms that a message is put off for, before it is doubled for each delivery. */
const FIRST_DELAY = 10_000;

/** In how many seconds a message is delivered again. undefined: it is done. */
function delayOf(
  { ok, status = 0, error, retryAfterMs, attempts }: Outcome,
  verdict: MessageVerdict,
): number | undefined {
  if (verdict === "ack") return undefined;
  if (isObject(verdict)) return secondsOf(verdict.retry * 1000);
  const isDone = ok ? status < 400 : isTaskExpiredError(error) || isTaskFilteredError(error);
  if (verdict === undefined && isDone) return undefined;
  return secondsOf(retryAfterMs ?? FIRST_DELAY * 2 ** attempts);
}

/** The queue knows whole seconds only: up, since none is to be asked too soon. */
const secondsOf = (ms: number): number => Math.ceil(Math.min(ms, MAX_DELAY) / 1000);

const VERDICT = '"ack", "retry", { retry: seconds } or undefined';
const isVerdict = (value: unknown): value is MessageVerdict =>
  value === undefined || value === "ack" || value === "retry" || isRetryIn(value);

const isPool = (value: unknown): value is Pool => hasMethods(value, "run", "abort", "close");
const isStarter = (value: unknown): value is PoolStarter => hasMethods(value, "start");
const isClient = (value: unknown): value is unknown => isStarter(value) || isFunction(value);
