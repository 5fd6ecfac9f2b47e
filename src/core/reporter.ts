import { EventEmitter } from "eventemitter3";
import type { EventListener, FinishEvent, PoolEvent, RejectEvent, RetryEvent } from "../api/events.ts";
import type { Logger } from "../api/logger.ts";
import type { Place } from "../api/policies.ts";
import { expect, isFunction } from "../lib/checks.ts";
import { guard } from "../lib/guard.ts";
import { originOf } from "../lib/request.ts";
import { AsyncScope } from "../lib/runtime/async-scope.ts";
import type { QueuedTask } from "./queued-task.ts";

type Type = PoolEvent["type"];
type Hear = (event: PoolEvent) => unknown;
type Bus = Record<Type, Hear>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An event that is told when the one under way has been, in the async context in which it was raised. */
interface Later {
  readonly event: PoolEvent;
  readonly scope: AsyncScope;
}

/**
 * Makes every event of a pool, and tells them in order: the client's listeners first, then those of `on()`. A listener that
 * fails harms nobody, and an event raised by a listener is told after the one under way. No event is made that nobody hears.
 */
export class Reporter {
  readonly #pool: string;
  readonly #now: () => number;
  readonly #bus = new EventEmitter<Bus>();
  readonly #listeners: readonly Hear[];
  readonly #onError: (error: unknown) => void;
  /** The guarded twin of each listener of `on()`, to be found again by `off()`. */
  readonly #guarded = new WeakMap<object, Hear>();
  #later: Later[] = [];
  /** Whether anybody hears a type. Kept, since it is looked up for each task, and to ask the emitter is dearer. */
  readonly #heard: Record<Type, boolean>;
  #telling = false;

  /**
   * @param pool The pool's name.
   * @param listeners Hear every event.
   * @param now Monotonic time in ms.
   */
  constructor(pool: string, listeners: readonly Hear[], logger: Logger, now: () => number) {
    this.#pool = pool;
    this.#now = now;
    this.#onError = (error) => logger.error("A listener failed", error);
    this.#listeners = listeners.map((listener) => guard(listener, this.#onError));
    const heard = listeners.length > 0;
    this.#heard = {
      queue: heard,
      reject: heard,
      start: heard,
      headers: heard,
      retry: heard,
      hold: heard,
      limit: heard,
      finish: heard,
    };
  }

  queue({ id, place }: QueuedTask, waiting: number): void {
    if (this.#heard.queue) this.#emit({ type: "queue", pool: this.#pool, id, waiting }, place);
  }

  /** @param failure Absent when the queue is full. */
  reject(reason: RejectEvent["reason"], place: Place | undefined, failure?: { readonly error: unknown }): void {
    if (this.#heard.reject) this.#emit({ type: "reject", pool: this.#pool, reason, ...failure }, place);
  }

  start({ id, attempts, place }: QueuedTask, slot: number, waitedMs: number): void {
    if (!this.#heard.start) return;
    this.#emit({ type: "start", pool: this.#pool, id, attempt: attempts, slot, waitedMs }, place);
  }

  /** @param startedAt When the attempt started. */
  headers({ id, attempts, place }: QueuedTask, slot: number, startedAt: number, status: number): void {
    if (!this.#heard.headers) return;
    const ttfbMs = this.#now() - startedAt;
    this.#emit({ type: "headers", pool: this.#pool, id, attempt: attempts, slot, status, ttfbMs }, place);
  }

  /** Tells that a lane is held. @param status That of the response that said so. undefined: none did. */
  hold(lane: string, ms: number, status: number | undefined): void {
    if (!this.#heard.hold) return;
    this.#emit({ type: "hold", pool: this.#pool, lane, ms, ...(status !== undefined && { status }) }, undefined);
  }

  /** Tells how many slots there are now. @param lane Whose. undefined: the pool's. */
  limit(workers: number, lane?: string): void {
    if (!this.#heard.limit) return;
    this.#emit({ type: "limit", pool: this.#pool, workers, ...(lane !== undefined && { lane }) }, undefined);
  }

  /** Tells of the end of a task that waits. */
  drop({ id, attempts, place }: QueuedTask, error: unknown): void {
    if (!this.#heard.finish) return;
    const attempt = Math.max(attempts, 1);
    this.#emit({ type: "finish", pool: this.#pool, id, attempt, durationMs: 0, ok: false, error }, place);
  }

  /**
   * Tells of the end of a task.
   *
   * @param startedAt When the attempt started.
   * @param releasedAt Since when its body is released. undefined when nothing was left of it.
   * @param request undefined when none was given to the handler.
   */
  finish(
    { id, attempts, place }: QueuedTask,
    slot: number,
    startedAt: number,
    releasedAt: number | undefined,
    request: Request | undefined,
    response: Response | undefined,
    ok: boolean,
    error: unknown,
  ): void {
    if (!this.#heard.finish) return;
    const pool = this.#pool;
    const event: Writable<FinishEvent> = { type: "finish", pool, id, attempt: attempts, slot, durationMs: 0, ok: true };
    if (!ok) Object.assign(event, { ok, error });
    this.#emitEnd(event, place, startedAt, releasedAt, request, response);
  }

  /** Tells of the end of an attempt that will be followed by another. @param error What it failed with, without a response. */
  retry(
    { id, attempts, place }: QueuedTask,
    slot: number,
    startedAt: number,
    releasedAt: number | undefined,
    request: Request,
    response: Response | undefined,
    error: unknown,
    delayMs: number,
  ): void {
    if (!this.#heard.retry) return;
    const pool = this.#pool;
    const event: Writable<RetryEvent> = { type: "retry", pool, id, attempt: attempts, slot, durationMs: 0, delayMs };
    if (response === undefined) event.error = error;
    this.#emitEnd(event, place, startedAt, releasedAt, request, response);
  }

  on<T extends Type>(type: T, listener: EventListener<T>, context: unknown): void {
    this.#bus.on(type, this.#guard(listener), context);
    this.#count(type);
  }

  once<T extends Type>(type: T, listener: EventListener<T>, context: unknown): void {
    this.#bus.once(type, this.#guard(listener), context);
    this.#count(type);
  }

  off<T extends Type>(type: T, listener?: EventListener<T>, context?: unknown, once?: boolean): void {
    this.#bus.off(type, listener === undefined ? undefined : this.#guard(listener), context, once);
    this.#count(type);
  }

  /** Tells an event, now, or after the one under way. */
  #emit(event: Writable<PoolEvent>, place: Place | undefined): void {
    if (place !== undefined) event.lane = place.lane;
    Object.freeze(event);
    if (this.#telling) {
      this.#later.push({ event, scope: new AsyncScope() });
      return;
    }
    this.#telling = true;
    this.#tell(event);
    // Batch by batch, not by shift(): an array of very many moves all of them each time.
    while (this.#later.length > 0) {
      const batch = this.#later;
      this.#later = [];
      for (const later of batch) later.scope.runInAsyncScope(this.#tell, this, later.event);
    }
    this.#telling = false;
  }

  /** Property by property, since spreads of what may be absent are dear. */
  #emitEnd(
    event: Writable<FinishEvent | RetryEvent>,
    place: Place | undefined,
    startedAt: number,
    releasedAt: number | undefined,
    request: Request | undefined,
    response: Response | undefined,
  ): void {
    const now = this.#now();
    event.durationMs = now - startedAt;
    if (releasedAt !== undefined && now > releasedAt) event.cleanupMs = now - releasedAt;
    try {
      if (request !== undefined) {
        event.method = request.method;
        event.origin = originOf(request);
      }
      if (response !== undefined) event.status = response.status;
    } catch {
      // What another package made may fail to tell of itself. The task finishes all the same.
    }
    this.#emit(event, place);
  }

  #tell(event: PoolEvent): void {
    for (const hear of this.#listeners) hear(event);
    this.#bus.emit(event.type, event);
    // Those of `once()` are gone.
    this.#count(event.type);
  }

  #count(type: Type): void {
    this.#heard[type] = this.#listeners.length > 0 || this.#bus.listenerCount(type) > 0;
  }

  #guard<T extends Type>(listener: EventListener<T>): Hear {
    expect(listener, "listener", "a function", isFunction);
    let guarded = this.#guarded.get(listener);
    if (guarded === undefined) {
      guarded = guard(listener as Hear, this.#onError);
      this.#guarded.set(listener, guarded);
    }
    return guarded;
  }
}
