import type { MapOptions, PooledFetch, Read, Source, ToRequest } from "../api/dispatcher.ts";
import type { EventListener, PoolEvent } from "../api/events.ts";
import type { SendOptions } from "../api/options.ts";
import type { Pool } from "../api/pool.ts";
import type { Task } from "../api/task.ts";
import type { Adaptive } from "../api/limit.ts";
import type { Backlog, Lanes, LaneState, Pace } from "../api/policies.ts";
import { Alarms } from "../lib/alarms.ts";
import { isObject, property } from "../lib/checks.ts";
import { asyncDispose } from "../lib/runtime/async-dispose.ts";
import { Admission } from "./admission.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { pooledFetch } from "./calls/fetch.ts";
import { pooledMap } from "./calls/map.ts";
import { offer } from "./calls/offer.ts";
import { run } from "./calls/run.ts";
import { send } from "./calls/send.ts";
import { pooledWritable } from "./calls/writable.ts";
import { FifoBacklog } from "./fifo-backlog.ts";
import { LimitedSlots } from "./limited-slots.ts";
import { CallerTask, type QueuedTask, type RunningAttempt, type Submit } from "./queued-task.ts";
import { Reporter } from "./reporter.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { listenersOf, type Settings } from "./settings.ts";
import { Slots } from "./slots.ts";

/** A running pool: a facade that puts its parts together and hands each call to the part it concerns. */
export class HttpPool implements Pool {
  /** Defined in the constructor, where the runtime has the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly name: string;
  readonly fetch: PooledFetch;
  readonly #backlog: Backlog<QueuedTask>;
  readonly #reporter: Reporter;
  readonly #scheduler: Scheduler;
  readonly #admission: Admission;
  /** Throws at who wishes for a lane where there are none. */
  readonly #check: (wish: SendOptions) => void;
  readonly #slots: Slots<RunningAttempt>;
  /** Inputs that a `map` may take before its results are read. */
  readonly #ahead: () => number;

  constructor(settings: Settings) {
    const { name, clock, hold, listeners, logger, queueSize, lanes } = settings;
    this.name = name;
    this.#ahead = () => this.workers + queueSize;
    const now = (): number => clock.now();
    this.#reporter = new Reporter(name, listenersOf(listeners), logger, now);
    const date = (): number => (property(clock, "date") === undefined ? undefined : clock.date?.()) ?? Date.now();
    const retry = settings.retry?.policy<QueuedTask>({ clock, logger, date });
    const slots = <Occupant>(pace: Pace, lane: string | undefined, onChange: () => void): Slots<Occupant> =>
      isLimited(pace) ? new LimitedSlots(pace, settings, lane, onChange) : new Slots(pace as Pace<number>);
    this.#slots = slots(settings, undefined, () => {
      this.#backlog.onResize?.();
      this.#reporter.limit(this.workers);
      this.#scheduler.wake();
    });
    const fifo = lanes === undefined ? new FifoBacklog<QueuedTask>(queueSize, retry?.rests) : undefined;
    this.#backlog =
      fifo ??
      (lanes as Lanes).backlog<QueuedTask>({
        clock,
        logger,
        queueSize,
        date,
        rests: retry?.rests,
        slots,
        workers: () => this.workers,
        ready: () => this.#scheduler.ready(),
        wake: () => this.#scheduler.wake(),
        hold: (lane, ms, status) => this.#reporter.hold(lane, ms, status),
        limit: (lane, workers) => this.#reporter.limit(workers, lane),
      });
    this.#check = (wish) => fifo?.place(wish);
    this.#scheduler = new Scheduler(settings, this.#slots, this.#backlog, {
      attempt: (task, slot) => new Attempt(context, task, slot),
      onTake: () => this.#admission.admit(),
      letIn: (task) => this.#admission.letIn(task),
    });
    this.#admission = new Admission(this.#backlog, this.#scheduler, this.#reporter, now);
    const context: AttemptContext = {
      ...settings,
      date,
      retry,
      reporter: this.#reporter,
      backlog: this.#backlog,
      onSample: isLimited(settings) || this.#backlog.onSample ? this.#onSample : undefined,
      scheduler: this.#scheduler,
      admission: this.#admission,
      alarms: new Alarms(clock, logger),
      deadlines: new Alarms(clock, logger),
    };
    this.fetch = pooledFetch(context, this.#submit, hold, retry);
    if (asyncDispose !== undefined) Object.defineProperty(this, asyncDispose, { value: () => this.close() });
  }

  get closed(): boolean {
    return this.#admission.closed;
  }

  get paused(): boolean {
    return this.#scheduler.paused;
  }

  get workers(): number {
    return this.#slots.workers;
  }

  get waiting(): number {
    return this.#backlog.waiting;
  }

  get senders(): number {
    return this.#backlog.senders;
  }

  get running(): number {
    return this.#scheduler.running;
  }

  send(task: Task, options?: SendOptions): Promise<void> {
    return send(this.#admission, task, options);
  }

  offer(task: Task, options?: SendOptions): boolean {
    return offer(this.#admission, task, options);
  }

  run(task: Task, options?: SendOptions): Promise<never> {
    return run(this.#admission, task, options);
  }

  writable(): WritableStream<Task> {
    return pooledWritable(this.#submit);
  }

  map<Input, Output>(
    inputs: Source<Input>,
    toRequest: ToRequest<Input>,
    read: Read<Input, Output>,
    options?: MapOptions<Input>,
  ): AsyncIterableIterator<never> {
    // The overloads say which of its results it gives.
    return pooledMap(
      this.#submit,
      this.#check,
      this.#ahead,
      inputs,
      toRequest,
      read,
      options,
    ) as AsyncIterableIterator<never>;
  }

  close(): Promise<void> {
    const closing = this.#admission.close();
    this.resume();
    return closing;
  }

  abort(reason: unknown = new DOMException("The pool was aborted", "AbortError")): Promise<void> {
    const closing = this.#admission.close();
    this.#admission.drop(reason);
    for (const attempt of this.#scheduler.attempts()) attempt.abort(reason);
    this.resume();
    return closing;
  }

  lanes(): ReadonlyMap<string, LaneState> {
    return this.#backlog.lanes();
  }

  pause(): void {
    if (!this.closed) this.#scheduler.pause();
  }

  resume(): void {
    this.#scheduler.resume();
  }

  onIdle(): Promise<void> {
    return this.#admission.onIdle();
  }

  on<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context: unknown = this): this {
    this.#reporter.on(type, listener, context);
    return this;
  }

  once<Type extends PoolEvent["type"]>(type: Type, listener: EventListener<Type>, context: unknown = this): this {
    this.#reporter.once(type, listener, context);
    return this;
  }

  off<Type extends PoolEvent["type"]>(
    type: Type,
    listener?: EventListener<Type>,
    context?: unknown,
    once?: boolean,
  ): this {
    this.#reporter.off(type, listener, context, once);
    return this;
  }

  readonly #onSample: AttemptContext["onSample"] = (task, sentAt, status, error) => {
    this.#slots.sample(sentAt, status, error);
    this.#backlog.onSample?.(task, sentAt, status, error);
  };

  /** The way in that the other ways are made of. */
  readonly #submit: Submit = (task, caller, wish) => {
    const place = this.#admission.check(task, wish, caller.signal);
    this.#admission.acceptInTurn(new CallerTask(task, place, caller));
  };
}

const isLimited = (pace: Pace): pace is Pace<Adaptive> => isObject(pace.workers);
