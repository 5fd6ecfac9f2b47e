import PQueue from "p-queue";
import { Channel } from "./channel.ts";
import { type Alarm, Alarms } from "./clock.ts";
import { Emitter } from "./emitter.ts";
import { Entry, type Observer } from "./entry.ts";
import { DispatcherClosedError } from "./errors.ts";
import type { EventListener, PoolEvent, RejectEvent } from "./events.ts";
import { expect, isFunction } from "./expect.ts";
import { listenersOf, type Settings, signalOf } from "./normalize.ts";
import type { SendOptions } from "./options.ts";
import type { DispatchCloser, MapOptions, PooledFetch, Read, Source, ToRequest } from "./pool.ts";
import { pooledFetch } from "./pooled-fetch.ts";
import { pooledMap } from "./pooled-map.ts";
import { pooledWritable } from "./pooled-writable.ts";
import { asyncDispose } from "./runtime.ts";
import { follow, unfollow } from "./signals.ts";
import { Slots } from "./slots.ts";
import type { Task } from "./task.ts";
import { Attempt, type Host } from "./transaction.ts";

const QUEUED = Promise.resolve();

/** A running pool: the doors in, the channel behind them, and the shifts that take from it. */
export class Pool implements DispatchCloser {
  /** Defined in the constructor, where the runtime has the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly name: string;
  readonly fetch: PooledFetch;
  readonly #settings: Settings;
  readonly #emitter: Emitter;
  readonly #channel: Channel<Entry>;
  readonly #slots: Slots<Attempt>;
  /** Runs the shifts: which slots run, and how many at once. Every option is its own, so that it inherits none. */
  readonly #shifts: PQueue;
  readonly #pace: Alarms;
  readonly #host: Host;
  readonly #onIdle: (() => void)[] = [];
  #paceAlarm: Alarm | undefined;
  #lastId = 0;
  #unfinished = 0;
  #paused = false;
  #waking = false;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    const { name, clock, hold, listeners, logger, period, queueSize, workers } = settings;
    this.name = name;
    this.#settings = settings;
    this.#emitter = new Emitter(listenersOf(listeners), logger);
    this.#channel = new Channel(queueSize);
    this.#slots = new Slots(workers, period);
    this.#shifts = new PQueue({
      concurrency: workers,
      autoStart: true,
      carryoverIntervalCount: undefined,
      interval: undefined,
      intervalCap: undefined,
      queueClass: undefined,
      strict: undefined,
      timeout: undefined,
    } as unknown as { concurrency: number }); // p-queue's types don't let an option be undefined
    this.#pace = new Alarms(clock);
    this.#host = {
      ...settings,
      emitter: this.#emitter,
      alarms: new Alarms(clock),
      deadlines: new Alarms(clock),
      onFinish: (entry, ok, result) => this.#onFinish(entry, ok, result),
      onFree: (attempt) => {
        this.#slots.release(attempt.slot);
        this.#serve(attempt.endShift);
      },
    };
    this.fetch = pooledFetch(this.#submit, hold);
    if (asyncDispose !== undefined) Object.defineProperty(this, asyncDispose, { value: () => this.close() });
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get waiting(): number {
    return Math.min(this.#channel.length, this.#settings.queueSize);
  }

  get senders(): number {
    return this.#channel.senders;
  }

  get running(): number {
    return this.#slots.taken;
  }

  send(task: Task, options?: SendOptions): Promise<void> {
    try {
      const signal = this.#check(task, signalOf(options));
      if (this.#hasRoom()) {
        this.#enter(new Entry(task, signal, undefined));
        return QUEUED;
      }
      return new Promise((accepted, failed) => this.#standInLine(new Entry(task, signal, { accepted, failed })));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  offer(task: Task, options?: SendOptions): boolean {
    const signal = this.#check(task, signalOf(options));
    if (!this.#hasRoom()) {
      this.#tellReject("full");
      return false;
    }
    this.#enter(new Entry(task, signal, undefined));
    return true;
  }

  run<T>(task: Task<T>, options?: SendOptions): Promise<T | undefined> {
    return new Promise((resolve, failed) => {
      const succeeded = resolve as (value: unknown) => void; // the task's own consumer made it
      this.#submit(task, signalOf(options), { succeeded, failed });
    });
  }

  writable(): WritableStream<Task> {
    return pooledWritable(this.#submit);
  }

  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options?: MapOptions,
  ): AsyncIterableIterator<never> {
    const ahead = this.#settings.workers + this.#settings.queueSize;
    // The overloads say which of its results it gives.
    return pooledMap(this.#submit, ahead, inputs, toRequest, read, options) as AsyncIterableIterator<never>;
  }

  close(): Promise<void> {
    const closing = this.#shut();
    this.resume();
    return closing;
  }

  abort(reason: unknown = new DOMException("The pool was aborted", "AbortError")): Promise<void> {
    const closing = this.#shut();
    for (let entry = this.#channel.take(); entry !== undefined; entry = this.#channel.take()) this.#drop(entry, reason);
    for (const attempt of this.#slots.occupants()) attempt.abort(reason);
    this.resume();
    return closing;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  onIdle(): Promise<void> {
    return this.#unfinished === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  on<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context: unknown = this): this {
    this.#emitter.on(type, listener, context);
    return this;
  }

  once<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context: unknown = this): this {
    this.#emitter.once(type, listener, context);
    return this;
  }

  off<Type extends PoolEvent["type"]>(
    type: Type,
    listener?: EventListener<Type>,
    context?: unknown,
    once?: boolean,
  ): this {
    this.#emitter.off(type, listener, context, once);
    return this;
  }

  readonly #submit = (task: Task, signal: AbortSignal | undefined, observer: Observer): void => {
    this.#check(task, signal);
    const entry = new Entry(task, signal, observer);
    if (this.#hasRoom()) this.#enter(entry);
    else this.#standInLine(entry);
  };

  /** @throws {TypeError} The task is none. @throws What the call is refused with. */
  #check(task: Task, signal: AbortSignal | undefined): AbortSignal | undefined {
    expect(task, "task", "a function", isFunction);
    if (this.closed) throw this.#tellReject("closed", { error: new DispatcherClosedError() });
    if (signal?.aborted) throw this.#tellReject("aborted", { error: signal.reason });
    return signal;
  }

  /** Whether a task may come in now. What a slot that may start now will take needs no place. */
  #hasRoom(): boolean {
    if (this.#channel.hasRoom(0)) return true;
    return !this.#paused && this.#channel.hasRoom(this.#slots.ready(this.#settings.clock.now()));
  }

  #enter(entry: Entry): void {
    this.#follow(entry);
    this.#channel.push(entry);
    this.#onAccept(entry);
    this.#wake();
  }

  #standInLine(entry: Entry): void {
    this.#follow(entry);
    this.#channel.standInLine(entry);
  }

  /** Lets senders in while there is room. */
  #admit(): void {
    for (let entry = this.#channel.admit(); entry !== undefined; entry = this.#channel.admit()) {
      entry.runInAsyncScope(this.#onAccept, this, entry);
    }
  }

  #onAccept(entry: Entry): void {
    entry.id = ++this.#lastId;
    entry.acceptedAt = this.#settings.clock.now();
    this.#unfinished++;
    entry.caller?.observer?.accepted?.();
    if (!this.#emitter.hears("queue")) return;
    this.#emitter.emit({ type: "queue", pool: this.name, id: entry.id, waiting: this.waiting });
  }

  /** Adds shifts while tasks wait and slots may start. If none may yet, sets the alarm for the first that will. */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    while (!this.#paused && this.#channel.length > 0 && this.#shifts.size === 0) {
      const { due } = this.#slots;
      if (due > this.#settings.clock.now()) {
        this.#setPaceAlarm(due);
        break;
      }
      void this.#shifts.add(this.#shift);
    }
    this.#waking = false;
  }

  #setPaceAlarm(due: number): void {
    if (this.#paceAlarm?.due === due || due === Number.POSITIVE_INFINITY) return;
    this.#clearPaceAlarm();
    this.#paceAlarm = this.#pace.set(due, () => {
      this.#paceAlarm = undefined;
      this.#wake();
    });
  }

  #clearPaceAlarm(): void {
    if (this.#paceAlarm !== undefined) this.#pace.clear(this.#paceAlarm);
    this.#paceAlarm = undefined;
  }

  /** A job for PQueue: one slot at a time, taking tasks until there is none that may start. */
  readonly #shift = (): Promise<void> => new Promise((end) => this.#serve(end));

  #serve(endShift: () => void): void {
    for (let attempt = this.#take(endShift); attempt !== undefined; attempt = this.#take(endShift)) {
      const isFree = attempt.start();
      this.#admit();
      if (!isFree) {
        this.#wake();
        return;
      }
      this.#slots.release(attempt.slot);
    }
    endShift();
    this.#wake();
  }

  /** First the pace, then the task: nothing leaves the queue before its slot may start it. */
  #take(endShift: () => void): Attempt | undefined {
    if (this.#paused || this.#channel.length === 0) return undefined;
    const now = this.#settings.clock.now();
    if (this.#slots.due > now) return undefined;
    const entry = this.#channel.take() as Entry; // the length says so
    if (this.#channel.length === 0) this.#clearPaceAlarm();
    const slot = this.#slots.take(now);
    const attempt = new Attempt(this.#host, entry, slot, endShift);
    slot.occupant = attempt;
    if (entry.caller !== undefined) entry.caller.attempt = attempt;
    return attempt;
  }

  #onFinish(entry: Entry, ok: boolean, result: unknown): void {
    this.#unfollow(entry);
    const observer = entry.caller?.observer;
    if (ok) observer?.succeeded?.(result);
    else observer?.failed(result);
    if (--this.#unfinished > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
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
    if (entry.caller?.attempt !== undefined) {
      entry.caller.attempt.abort(reason);
    } else if (entry.id === 0) {
      this.#channel.leave(entry);
      this.#turnAway(entry, "aborted", reason);
    } else {
      this.#channel.drop(entry);
      this.#drop(entry, reason);
      this.#admit();
    }
  }

  /** Finishes a task that has left the queue without a start. */
  #drop(entry: Entry, error: unknown): void {
    if (this.#channel.length === 0) this.#clearPaceAlarm();
    entry.runInAsyncScope(() => {
      if (this.#emitter.hears("finish")) {
        const { id } = entry;
        this.#emitter.emit({ type: "finish", pool: this.name, id, attempt: 1, durationMs: 0, ok: false, error });
      }
      this.#onFinish(entry, false, error);
    }, undefined);
  }

  #shut(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = this.onIdle();
    for (let entry = this.#channel.turnAway(); entry !== undefined; entry = this.#channel.turnAway()) {
      this.#turnAway(entry, "closed", new DispatcherClosedError());
    }
    return this.#closing;
  }

  /** Refuses a sender that has left the line. */
  #turnAway(entry: Entry, reason: "closed" | "aborted", error: unknown): void {
    this.#unfollow(entry);
    entry.runInAsyncScope(() => {
      this.#tellReject(reason, { error });
      entry.caller?.observer?.failed(error);
    }, undefined);
  }

  /** @returns The error. */
  #tellReject(reason: RejectEvent["reason"], failure?: { readonly error: unknown }): unknown {
    if (this.#emitter.hears("reject")) this.#emitter.emit({ type: "reject", pool: this.name, reason, ...failure });
    return failure?.error;
  }
}
