import type { Clock } from "./clock.ts";
import type { Listener } from "./events.ts";
import type { Handler } from "./handler.ts";
import type { Adaptive } from "./limit.ts";
import type { Logger } from "./logger.ts";
import type { Lanes, Retry } from "./policies.ts";

/** Slots of a pool that names no number of `workers`. */
export const DEFAULT_WORKERS = 10;

/** Waiting places of a pool that names no `queueSize`. */
export const DEFAULT_QUEUE_SIZE = 100;

/** How much of an unread body is read to have its connection back, before it is cancelled. */
export interface DrainOptions {
  /** At most so many bytes. 0: don't drain, cancel. @default 65_536 */
  readonly bytes?: number | undefined;
  /** For at most so many ms. 0: don't drain, cancel. @default 250 */
  readonly ms?: number | undefined;
}

/** How a pool works. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface ClientOptions {
  /** Names the pool in its events. @default a generated, unique name, also for an empty one */
  readonly name?: string | undefined;
  /** Sends the requests. @default `kyHandler()`; `httppool/lean` has no default */
  readonly handler?: Handler | undefined;
  /** Hear every event, in order, before those of `on()`. Copied at each `start()`. @default none */
  readonly listeners?: readonly Listener[] | undefined;
  /** Hears of errors that harm no task. @default errors to `console.error`, details nowhere */
  readonly logger?: Logger | undefined;
  /**
   * Waiting places, a whole number. What a free slot takes at once needs none.
   *
   * **0 does not mean "none"**: 0, a negative number or none given means 100, as in the Go package. The least is 1.
   * @default 100
   */
  readonly queueSize?: number | undefined;
  /**
   * Slots: at most so many requests at once. A whole number; less than 1 or none given means 10. Or a number that changes:
   * `adaptive()` of `httppool/adaptive`, or a limit of your own.
   * @default 10
   */
  readonly workers?: number | Adaptive | undefined;
  /** ms between two starts of the same slot, so `workers / period` starts a ms at most. ≤ 0 means unpaced. @default unpaced */
  readonly period?: number | undefined;
  /**
   * With a `period`: also never two starts of the pool closer than `period / workers`, so that they come evenly. Without it
   * all slots may start at once each period. @default false
   */
  readonly spread?: boolean | undefined;
  /** ms for a whole transaction, body and consumer included; with `retry`, for each attempt. ≤ 0 means none. @default none */
  readonly timeout?: number | undefined;
  /** The budget of the clean-up. @default `{ bytes: 65_536, ms: 250 }` */
  readonly drain?: DrainOptions | undefined;
  /** Until when `fetch()` holds its slot. @default "headers" */
  readonly hold?: Hold | undefined;
  /** Queues of their own for hosts, tenants or whatever else must not hold up each other: `lanes()` of `httppool/lanes`. @default none */
  readonly lanes?: Lanes | undefined;
  /** Which tasks are tried again, and when: `retry()` of `httppool/retry`. @default none */
  readonly retry?: Retry | undefined;
  /** The time to live by. @default the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Until when `fetch()` holds its slot: until the `headers` are there, as limiting plain `fetch` calls would, or until the
 * `body` is read, cancelled, aborted or garbage-collected.
 */
export type Hold = "headers" | "body";

/** How one task is queued. */
export interface SendOptions {
  /** Gives the task up: in the line of senders, in the queue, or while it runs. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The lane it goes to, in a pool with `lanes`; in any other, a `TypeError`.
   *
   * @default the origin of a task that says where it goes (`requestTask`, `fetch`, `map`), else `""`
   */
  readonly lane?: string | undefined;
  /** Higher first, any finite number, in a pool with `lanes`; in any other, a `TypeError`. @default 0 */
  readonly priority?: number | undefined;
}
