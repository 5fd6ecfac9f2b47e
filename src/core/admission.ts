import { Channel } from "./backlog.ts";
import type { Emitter } from "./reporter.ts";
import type { Entry } from "./queued-task.ts";
import { DispatcherClosedError } from "../api/errors.ts";
import type { RejectEvent } from "../api/events.ts";
import { expect, isFunction } from "../lib/checks.ts";
import type { Settings } from "./settings.ts";
import { home, isHome } from "../lib/runtime/runtime.ts";
import { follow, unfollow } from "../lib/signals.ts";
import type { Task } from "../api/task.ts";

const ELSEWHERE =
  "The pool was used in another request, whose I/O can't be used in this one: start one per request, per batch or in a Durable Object";

/** What the intake asks of the slots behind it. */
export interface Slotted {
  /** How many slots may start now: what they will take needs no waiting place. */
  ready(): number;
  /** Others wait now than before. */
  wake(): void;
}

/** Where tasks come in, wait, and are counted until they have finished. */
export class Intake {
  readonly #settings: Settings;
  readonly #emitter: Emitter;
  readonly #slotted: Slotted;
  readonly #channel: Channel<Entry>;
  readonly #onIdle: (() => void)[] = [];
  #home: ReturnType<typeof home>;
  #lastId = 0;
  #unfinished = 0;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings, emitter: Emitter, slotted: Slotted) {
    this.#settings = settings;
    this.#emitter = emitter;
    this.#slotted = slotted;
    this.#channel = new Channel(settings.queueSize);
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Tasks in the queue. What a slot is about to take is not told of. */
  get waiting(): number {
    return Math.min(this.#channel.length, this.#settings.queueSize);
  }

  get isEmpty(): boolean {
    return this.#channel.length === 0;
  }

  get senders(): number {
    return this.#channel.senders;
  }

  /** @throws {TypeError} The task is none, or the pool is another request's. @throws What the call is refused with. */
  check(task: Task, signal: AbortSignal | undefined): void {
    expect(task, "task", "a function", isFunction);
    this.#home ??= home();
    if (this.#home !== undefined && !isHome(this.#home)) throw new TypeError(ELSEWHERE);
    if (this.closed) throw this.#tellReject("closed", { error: new DispatcherClosedError() });
    if (signal?.aborted) throw this.#tellReject("aborted", { error: signal.reason });
  }

  /** Whether a task may be queued now. */
  hasRoom(): boolean {
    return this.#channel.hasRoom(0) || this.#channel.hasRoom(this.#slotted.ready());
  }

  /** Refuses a task for want of room. */
  refuse(): void {
    this.#tellReject("full");
  }

  /** Queues a task. The caller has seen that there is room. */
  enter(entry: Entry): void {
    this.#follow(entry);
    this.#channel.push(entry);
    this.#accept(entry);
  }

  /** Lets a task wait in line for room. */
  standInLine(entry: Entry): void {
    this.#follow(entry);
    this.#channel.standInLine(entry);
  }

  /** Takes the oldest task out of the queue. */
  take(): Entry | undefined {
    return this.#channel.take();
  }

  /** Lets in those in line for whom there is room. */
  admit(): void {
    for (let entry = this.#channel.admit(); entry !== undefined; entry = this.#channel.admit()) {
      const signal = entry.caller?.signal;
      if (signal?.aborted) {
        // One abort is ending several: who shares the signal is not let in by what it ended.
        this.#channel.drop(entry);
        this.#turnAway(entry, "aborted", signal.reason);
      } else {
        entry.runInAsyncScope(this.#accept, this, entry);
      }
    }
  }

  /** Counts a task as finished, and tells its caller. */
  finish(entry: Entry, ok: boolean, result: unknown): void {
    this.#unfollow(entry);
    if (ok) entry.onSuccess(result);
    else entry.onFailure(result);
    if (--this.#unfinished > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Resolves when every accepted task has finished. */
  onIdle(): Promise<void> {
    return this.#unfinished === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Takes no more tasks and turns away who stands in line. @returns Resolves when every accepted task has finished. */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = this.onIdle();
    for (let entry = this.#channel.turnAway(); entry !== undefined; entry = this.#channel.turnAway()) {
      this.#turnAway(entry, "closed", new DispatcherClosedError());
    }
    return this.#closing;
  }

  /** Gives up all that waits. */
  drop(reason: unknown): void {
    for (let entry = this.#channel.take(); entry !== undefined; entry = this.#channel.take()) {
      this.#drop(entry, reason);
    }
  }

  #accept(entry: Entry): void {
    entry.id = ++this.#lastId;
    entry.acceptedAt = this.#settings.clock.now();
    this.#unfinished++;
    entry.onAccept();
    if (!this.#emitter.hears("queue")) return;
    this.#emitter.emit({ type: "queue", pool: this.#settings.name, id: entry.id, waiting: this.waiting });
  }

  #follow(entry: Entry): void {
    const signal = entry.caller?.signal;
    if (signal !== undefined) follow(signal, entry, (reason) => this.#abandon(entry, reason));
  }

  #unfollow(entry: Entry): void {
    const signal = entry.caller?.signal;
    if (signal !== undefined) unfollow(signal, entry);
  }

  /** The caller gives a task up, wherever it is. */
  #abandon(entry: Entry, reason: unknown): void {
    const { attempt } = entry;
    if (attempt !== undefined) {
      attempt.abort(reason);
    } else if (entry.id === 0) {
      this.#channel.leave(entry);
      this.#turnAway(entry, "aborted", reason);
    } else {
      this.#channel.drop(entry);
      this.#drop(entry, reason);
      this.admit();
      this.#slotted.wake();
    }
  }

  /** Finishes a task that has left the queue without a start. */
  #drop(entry: Entry, error: unknown): void {
    this.#unfollow(entry);
    entry.runInAsyncScope(() => {
      if (this.#emitter.hears("finish")) {
        const { name: pool } = this.#settings;
        this.#emitter.emit({ type: "finish", pool, id: entry.id, attempt: 1, durationMs: 0, ok: false, error });
      }
      this.finish(entry, false, error);
    }, undefined);
  }

  /** Refuses a sender that has left the line. */
  #turnAway(entry: Entry, reason: "closed" | "aborted", error: unknown): void {
    this.#unfollow(entry);
    entry.runInAsyncScope(() => {
      this.#tellReject(reason, { error });
      entry.onFailure(error);
    }, undefined);
  }

  /** @returns The error. */
  #tellReject(reason: RejectEvent["reason"], failure?: { readonly error: unknown }): unknown {
    const { name: pool } = this.#settings;
    if (this.#emitter.hears("reject")) this.#emitter.emit({ type: "reject", pool, reason, ...failure });
    return failure?.error;
  }
}
