import PQueue from "p-queue";
import { Alarms, Wakeup } from "../api/clock.ts";
import { Emitter } from "./reporter.ts";
import { Entrance } from "./calls/entrance.ts";
import type { Entry } from "./queued-task.ts";
import type { EventListener, PoolEvent } from "../api/events.ts";
import type { Host } from "./attempt-context.ts";
import { property } from "../lib/checks.ts";
import { Intake } from "./admission.ts";
import { Lingering } from "./scheduler/lingering.ts";
import { listenersOf, type Settings } from "./settings.ts";
import type { SendOptions } from "../api/options.ts";
import type { DispatchCloser, MapOptions, PooledFetch, Read, Source, ToRequest } from "../api/pool.ts";
import { pooledFetch } from "./calls/fetch.ts";
import { pooledMap } from "./calls/map.ts";
import { pooledWritable } from "./calls/writable.ts";
import { asyncDispose } from "../lib/runtime/runtime.ts";
import { Slots } from "./slots.ts";
import type { Task } from "../api/task.ts";
import { Attempt } from "./attempt.ts";

/** PQueue's options, its own and a job's: each as own property, so that none is inherited from a polluted prototype. */
const ABSENT: object = Object.fromEntries(
  "autoStart carryoverIntervalCount id interval intervalCap priority queueClass signal strict timeout"
    .split(" ")
    .map((name) => [name, undefined]),
);

/** A running pool: the ways in, and the shifts that take from the intake and give to the slots. */
export class Pool implements DispatchCloser {
  /** Defined in the constructor, where the runtime has the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly name: string;
  readonly fetch: PooledFetch;
  readonly #settings: Settings;
  readonly #emitter: Emitter;
  readonly #intake: Intake;
  readonly #entrance: Entrance;
  readonly #slots: Slots<Attempt>;
  readonly #shifts: PQueue;
  readonly #pace: Wakeup;
  readonly #host: Host<Attempt>;
  readonly #lingering: Lingering = new Lingering();
  #paused = false;
  #waking = false;

  constructor(settings: Settings) {
    const { name, clock, hold, listeners, logger, period, workers } = settings;
    this.name = name;
    this.#settings = settings;
    this.#emitter = new Emitter(listenersOf(listeners), logger);
    this.#slots = new Slots(workers, period);
    this.#intake = new Intake(settings, this.#emitter, {
      ready: () => (this.#paused ? 0 : this.#slots.ready(clock.now())),
      wake: () => this.#wake(),
    });
    this.#entrance = new Entrance(this.#intake, () => this.#wake());
    this.#shifts = new PQueue({ ...ABSENT, concurrency: workers });
    this.#pace = new Wakeup(clock, () => this.#wake());
    this.#host = {
      ...settings,
      date: () => (property(clock, "date") === undefined ? undefined : clock.date?.()) ?? Date.now(),
      emitter: this.#emitter,
      alarms: new Alarms(clock),
      deadlines: new Alarms(clock),
      onFinish: (entry, ok, result) => this.#intake.finish(entry, ok, result),
      onFree: (attempt) => {
        this.#slots.release(attempt.slot);
        this.#serve(attempt.endShift);
      },
    };
    this.fetch = pooledFetch(this.#entrance.submit, hold);
    if (asyncDispose !== undefined) Object.defineProperty(this, asyncDispose, { value: () => this.close() });
  }

  get closed(): boolean {
    return this.#intake.closed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get waiting(): number {
    return this.#intake.waiting;
  }

  get senders(): number {
    return this.#intake.senders;
  }

  get running(): number {
    return this.#slots.taken;
  }

  send(task: Task, options?: SendOptions): Promise<void> {
    return this.#entrance.send(task, options);
  }

  offer(task: Task, options?: SendOptions): boolean {
    return this.#entrance.offer(task, options);
  }

  run<T>(task: Task<T>, options?: SendOptions): Promise<T | undefined> {
    return this.#entrance.run(task, options);
  }

  writable(): WritableStream<Task> {
    return pooledWritable(this.#entrance.submit);
  }

  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options?: MapOptions,
  ): AsyncIterableIterator<never> {
    const ahead = this.#settings.workers + this.#settings.queueSize;
    // The overloads say which of its results it gives.
    return pooledMap(this.#entrance.submit, ahead, inputs, toRequest, read, options) as AsyncIterableIterator<never>;
  }

  close(): Promise<void> {
    const closing = this.#intake.close();
    this.resume();
    return closing;
  }

  abort(reason: unknown = new DOMException("The pool was aborted", "AbortError")): Promise<void> {
    const closing = this.#intake.close();
    this.#intake.drop(reason);
    for (const attempt of this.#slots.occupants()) attempt.abort(reason);
    this.resume();
    return closing;
  }

  pause(): void {
    this.#paused = !this.closed;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  onIdle(): Promise<void> {
    return this.#intake.onIdle();
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

  /** Adds shifts while tasks wait and slots may start. If none may yet, sets the alarm for the first that will. */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    while (!this.#paused && !this.#intake.isEmpty) {
      const { due } = this.#slots;
      if (due > this.#now()) {
        this.#pace.set(due);
        break;
      }
      if (this.#shifts.size > 0) break;
      const endShift = this.#lingering.take();
      if (endShift === undefined) void this.#shifts.add(this.#shift, ABSENT);
      else this.#serve(endShift);
    }
    if (this.#intake.isEmpty) this.#pace.clear();
    this.#waking = false;
  }

  /** A job for PQueue: one slot at a time, taking tasks until there is none that may start. */
  readonly #shift = (): Promise<void> => new Promise((end) => this.#serve(end));

  #serve(endShift: () => void): void {
    for (let attempt = this.#take(endShift); attempt !== undefined; attempt = this.#take(endShift)) {
      const isFree = attempt.start();
      this.#intake.admit();
      if (!isFree) {
        // Whom that let in may have to be waited for.
        this.#wake();
        return;
      }
      this.#slots.release(attempt.slot);
    }
    this.#lingering.add(endShift);
    this.#wake();
  }

  /** An unpaced slot may start always or not now: it needs no clock. */
  #now(): number {
    return this.#settings.period === 0 ? 0 : this.#settings.clock.now();
  }

  /** First the pace, then the task: nothing leaves the queue before its slot may start it. */
  #take(endShift: () => void): Attempt | undefined {
    if (this.#paused || this.#intake.isEmpty) return undefined;
    const now = this.#now();
    if (this.#slots.due > now) return undefined;
    const entry = this.#intake.take() as Entry; // it is not empty
    const slot = this.#slots.take(now);
    const attempt = new Attempt(this.#host, entry, slot, endShift);
    slot.occupant = attempt;
    entry.onStart(attempt);
    return attempt;
  }
}
