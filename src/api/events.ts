/** A task was accepted. */
export interface QueueEvent {
  readonly type: "queue";
  /** The pool's name. */
  readonly pool: string;
  /** The task's number in its pool. */
  readonly id: number;
  /** Tasks in the queue, this one included. */
  readonly waiting: number;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

/** A task was refused. It never starts and never finishes. */
export interface RejectEvent {
  readonly type: "reject";
  readonly pool: string;
  /** Why: the queue is `full` (`offer` only), the pool is `closed`, or the caller's signal is `aborted`. */
  readonly reason: "full" | "closed" | "aborted";
  /** What the call threw or rejected with. Absent when `full`. */
  readonly error?: unknown;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

/** A task left the queue and its request is about to be made. */
export interface StartEvent {
  readonly type: "start";
  readonly pool: string;
  readonly id: number;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** The slot, from 0. */
  readonly slot: number;
  /** From acceptance, or from the end of its rest, to this start, in ms. */
  readonly waitedMs: number;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

/** The handler answered. */
export interface HeadersEvent {
  readonly type: "headers";
  readonly pool: string;
  readonly id: number;
  readonly attempt: number;
  readonly slot: number;
  /** The HTTP status. */
  readonly status: number;
  /** From the start to the headers, in ms. */
  readonly ttfbMs: number;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

interface Finish {
  readonly type: "finish";
  readonly pool: string;
  readonly id: number;
  readonly attempt: number;
  /** The slot, from 0. Absent when the task was dropped while it waited. */
  readonly slot?: number;
  /** The request's method, when a request was given to the handler. */
  readonly method?: string;
  /** The request's origin, when there is a method. Never its path or query: secrets live there. */
  readonly origin?: string;
  /** The HTTP status, when there was a response. */
  readonly status?: number;
  /** From the start to here, clean-up included, in ms. 0 when dropped while waiting. */
  readonly durationMs: number;
  /** How much of `durationMs` the clean-up took: to drain what was left of the body, or to cancel it. Absent when nothing was left. */
  readonly cleanupMs?: number;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

/**
 * A task is over. Every `queue` has exactly one.
 *
 * `error` is the very value that the task, the handler or the consumer failed with. It may hold secrets (some HTTP
 * clients put the whole URL into their messages), so think before you log it.
 */
export type FinishEvent = Finish &
  ({ readonly ok: true; readonly error?: undefined } | { readonly ok: false; readonly error: unknown });

/** An attempt is over, and will not have been the last: the task rests and starts again. In the place of a {@link FinishEvent}. */
export interface RetryEvent {
  readonly type: "retry";
  readonly pool: string;
  readonly id: number;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** The slot, from 0. */
  readonly slot: number;
  readonly method?: string;
  readonly origin?: string;
  /** The HTTP status, when there was a response. */
  readonly status?: number;
  /** The very value that the handler failed with, or the pool's timeout, when there was no response. */
  readonly error?: unknown;
  /** From the start to here, clean-up included, in ms. */
  readonly durationMs: number;
  /** How much of `durationMs` the clean-up took. Absent when nothing was left of a body. */
  readonly cleanupMs?: number;
  /** How long the task rests, in ms from when this was decided. */
  readonly delayMs: number;
  /** The task's lane, in a pool with lanes. */
  readonly lane?: string;
}

/** A lane is held, or held for longer: nothing of it starts. */
export interface HoldEvent {
  readonly type: "hold";
  readonly pool: string;
  readonly lane: string;
  /** For how long, in ms from now. */
  readonly ms: number;
  /** The status of the response that said so. Absent when the gate did. */
  readonly status?: number;
}

/** There are more slots, or fewer. */
export interface LimitEvent {
  readonly type: "limit";
  readonly pool: string;
  /** The lane whose slots they are. Absent when they are the pool's. */
  readonly lane?: string;
  /** How many there are now. */
  readonly workers: number;
}

/** Everything a pool tells. Each object is fresh and frozen. */
export type PoolEvent =
  | QueueEvent
  | RejectEvent
  | StartEvent
  | HeadersEvent
  | RetryEvent
  | HoldEvent
  | LimitEvent
  | FinishEvent;

/** The events by name. */
export type PoolEvents = { readonly [Type in PoolEvent["type"]]: Extract<PoolEvent, { readonly type: Type }> };

/** Hears one kind of event. What it throws, or rejects with, goes to the logger and changes nothing else. */
export type EventListener<Type extends PoolEvent["type"]> = (event: PoolEvents[Type]) => void;

/** Hears every event of a pool: a function, or an object with `on`. */
export type Listener =
  | ((event: PoolEvent) => void)
  | {
      /** Hears an event. */
      on(event: PoolEvent): void;
    };
