import type { AsyncLocalStorage } from "node:async_hooks";
import {
  type FinishEvent,
  type HeadersEvent,
  type HoldEvent,
  type LimitEvent,
  isDispatcherClosedError,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
  type PoolEvent,
  type QueueEvent,
  type RejectEvent,
  type RetryEvent,
  type StartEvent,
} from "../../src/lean.ts";
import { type Call, Job, type Outcome } from "./call.ts";
import { gapOf, mostWaiting, type Setup } from "./setup.ts";
import type { Timeline } from "./timeline.ts";
import { Registry } from "./registry.ts";
import type { Trace } from "./trace.ts";

/** The name of the pool, and the places its requests go to. */
export const NAME = "simulated";
export const ORIGINS = ["https://pool.test", "https://pool.test:8443", "http://other.test"] as const;

/** A slot, as its events tell of it. */
export interface SlotRecord {
  job: Job;
  lastStart: number;
  /** Its pace counts from here at the latest: listeners of the start may take their time, which counts too. */
  latestStart: number;
}

/** What has been told of one pool, checked against what may be told. */
export class Ledger {
  readonly failures: string[] = [];
  readonly slots: (SlotRecord | undefined)[] = [];
  /** Jobs whose start was told, but not their finish. */
  readonly running = new Set<Job>();
  /** Jobs whose response has a body. */
  readonly withBody: Job[] = [];
  /** Single calls of which nothing has been decided. */
  readonly undecided = new Set<Call>();
  /** Calls of which something new is known. */
  touched: Call[] = [];
  /** What the pool was aborted with. */
  readonly abortReasons: unknown[] = [];
  /** Slots there are now. */
  workers: number;
  accepted = 0;
  rejected = 0;
  finished = 0;
  waiting = 0;
  /** Requests that real handlers work on. */
  inFlight = 0;
  /** How often all accepted tasks had finished. */
  timesIdle = 0;
  /** Calls with many tasks that are under way. */
  groups = 0;
  /** All is over: what comes now, comes from the garbage collector. */
  isOver = false;
  /** Whether it was paused, and nobody has told it to go on. */
  isPausedForSure = false;
  /** Whether it was closed when it last came to rest. */
  isClosedForSure = false;
  readonly #setup: Setup;
  readonly #timeline: Timeline;
  readonly #trace: Trace;
  readonly #context: AsyncLocalStorage<Call>;
  /** What the first listener has heard, and the last has not. */
  readonly #told: PoolEvent[] = [];
  readonly #jobs = new Map<number, Job>();
  /** What waits and runs, by lane. */
  readonly lanes: Registry;
  /** Promises that resolve when all accepted tasks have finished. */
  readonly #idleWaits = new Set<string>();
  /** By lane and priority. */
  readonly #lastStarted = new Map<string, number>();
  readonly #lastCall = new Map<string, number>();

  constructor(setup: Setup, timeline: Timeline, trace: Trace, context: AsyncLocalStorage<Call>) {
    this.#setup = setup;
    this.#timeline = timeline;
    this.#trace = trace;
    this.#context = context;
    this.lanes = new Registry(setup);
    this.workers = setup.workers;
  }

  get unfinished(): number {
    return this.accepted - this.finished;
  }

  /** Free slots that may start now: at least so many, and at most. */
  get ready(): { readonly least: number; readonly most: number } {
    let least = 0;
    let most = 0;
    const now = this.#timeline.now();
    const gap = gapOf(this.#setup, this.workers);
    const isApart = (start: "lastStart" | "latestStart"): boolean =>
      gap === 0 || this.slots.every((slot) => slot === undefined || slot[start] + gap <= now);
    if (!isApart("lastStart")) return { least, most };
    for (let number = 0; number < this.workers; number++) {
      const slot = this.slots[number];
      const isReady = slot === undefined || (!slot.job.isBusy && slot.lastStart + this.#setup.period <= now);
      if (!isReady) continue;
      most++;
      if (slot === undefined || (slot.latestStart + this.#setup.period <= now && !slot.job.isDoubtful)) least++;
    }
    if (!isApart("latestStart")) least = 0;
    // When there are fewer now, those that are taken of the others count too.
    const taken = this.slots.filter((slot) => slot?.job.isBusy).length;
    const doubtful = this.slots.filter((slot) => slot?.job.isBusy !== true && slot?.job.isDoubtful).length;
    least = Math.max(0, Math.min(least, this.workers - taken - doubtful));
    most = Math.max(0, Math.min(most, this.workers - taken));
    return gap === 0 ? { least, most } : { least: Math.min(least, 1), most: Math.min(most, 1) };
  }

  /** The work of a job begins: its slot's period counts from here. */
  begin(job: Job): void {
    const slot = this.slots[job.slot];
    if (slot?.job !== job || slot.latestStart !== Number.POSITIVE_INFINITY) return;
    slot.lastStart = this.#timeline.now();
    slot.latestStart = slot.lastStart;
  }

  fail(message: string): void {
    this.#trace.note(this.#timeline.now(), "FAILURE", 0, 0, message);
    this.failures.push(message);
  }

  expect(condition: boolean, message: string): void {
    if (!condition) this.fail(message);
  }

  /** Where listeners call back into the pool, they may not have been told of the start yet. */
  expectUnderWay({ id, stage }: Job, what: string): void {
    const isUnderWay = stage === "started" || (this.#setup.isReentrant && stage !== "finished");
    this.expect(isUnderWay, `task ${id} was ${what} when it was ${stage}`);
  }

  note(what: string, one?: number, two?: number, more?: string): void {
    this.#trace.note(this.#timeline.now(), what, one, two, more);
  }

  touch(call: Call): void {
    if (call.isTouched) return;
    call.isTouched = true;
    this.touched.push(call);
  }

  /** Somebody waits until all accepted tasks have finished. */
  waitForIdle(promise: Promise<void>, what: string): void {
    const name = `${what} at ${this.timesIdle}, ${this.#idleWaits.size}`;
    const { timesIdle } = this;
    const wasIdle = this.unfinished === 0;
    this.#idleWaits.add(name);
    const onIdle = (): void => {
      this.#idleWaits.delete(name);
      this.note("idle", timesIdle);
      this.expect(wasIdle || this.timesIdle > timesIdle, `${name} resolved while tasks were unfinished`);
    };
    promise.then(onIdle, onIdle);
  }

  checkIdleWaits(): void {
    if (this.unfinished > 0) return;
    for (const name of this.#idleWaits) this.fail(`${name} has not resolved, though all tasks have finished`);
  }

  /** The pool's listener. Tells in whose async context it was called, too. */
  readonly hear = (event: PoolEvent): void => {
    this.#told.push(event);
    if (event.type === "hold") return this.note("hold", event.ms, event.status, event.lane);
    if (event.type === "limit") return this.note("limit", event.workers, undefined, event.lane);
    const call = this.#context.getStore();
    if (call === undefined) return this.fail(`a ${event.type} event outside the async context of any call`);
    this.expect(Object.isFrozen(event), `a ${event.type} event that is not frozen`);
    this.expect(event.pool === NAME, `a ${event.type} event with another pool's name`);
    this.touch(call);
    if (event.type === "reject") return this.#hearReject(event, call);
    const job = this.#jobOfEvent(event, call);
    const lane = this.#setup.lanes === undefined ? undefined : call.lane;
    this.expect(event.lane === lane, `a ${event.type} event of task ${job.id} in lane ${event.lane}, not ${lane}`);
    if (event.type === "queue") this.#hearQueue(event, job);
    else if (event.type === "start") this.#hearStart(event, job);
    else if (event.type === "headers") this.#hearHeaders(event, job);
    else if (event.type === "retry") this.#hearRetry(event, job);
    else this.#hearFinish(event, job);
  };

  /** The last of the pool's listeners: what a listener raises is told after the event under way, to all of them. */
  readonly hearLast = (event: PoolEvent): void => {
    this.expect(event === this.#told.shift(), `the last listener hears of a ${event.type} out of turn`);
  };

  /** The one job of a call, made when it is first heard of: the pool's listeners may be told later. */
  onlyJobOf(call: Call): Job {
    call.job ??= new Job(call);
    return call.job;
  }

  /** The job that a handler is called for, of a call that has one. */
  handledJobOf(call: Call): Job {
    const job = this.onlyJobOf(call);
    return job.again !== undefined && this.#setup.isReentrant ? this.#next(job) : job;
  }

  /** The job of this number, at this attempt. Listeners may be told of the one before only later. */
  jobOf(call: Call, id: number, attempt: number): Job {
    let job = call.isGroup ? (this.#jobs.get(id) ?? new Job(call)) : this.onlyJobOf(call);
    if (job.id === 0) {
      job.id = id;
      this.#jobs.set(id, job);
    }
    this.expect(job.id === id && job.call === call, `task ${id} in the async context of call ${call.number}`);
    if (job.attempt === attempt - 1 && job.again !== undefined && this.#setup.isReentrant) job = this.#next(job);
    while (job.previous !== undefined && job.attempt > attempt) job = job.previous;
    this.expect(job.attempt === attempt, `attempt ${attempt} of task ${id}, after attempt ${job.attempt}`);
    return job;
  }

  /** A judge has decided that a job is tried again. */
  willRetry(job: Job, ms: number, error: unknown): void {
    const at = this.#timeline.now();
    job.again = { ms, at, error };
    job.expected = "a retry";
    job.expectedAt = at;
    job.isHandedOver = false;
    const { handedOver } = job.call.caller ?? {};
    if (handedOver?.at(-1) === job) handedOver.pop();
  }

  #next(job: Job): Job {
    const next = new Job(job.call, job);
    next.stage = "queued";
    next.acceptedAt = (job.again?.at ?? 0) + (job.again?.ms ?? 0);
    this.#jobs.set(job.id, next);
    if (!job.call.isGroup) job.call.job = next;
    return next;
  }

  #jobOfEvent(event: Exclude<PoolEvent, RejectEvent | HoldEvent | LimitEvent>, call: Call): Job {
    const attempt = "attempt" in event ? event.attempt : 1;
    const job = this.jobOf(call, event.id, attempt);
    const latest = this.#jobs.get(event.id);
    // One that is dropped at rest tells of the attempt that it has made.
    const isDropped = event.type === "finish" && !("slot" in event) && latest?.previous === job;
    return isDropped ? latest : job;
  }

  /** A call has been rejected, or its task has finished. */
  #end(call: Call): void {
    if (!call.isGroup) call.caller?.calls.delete(call);
  }

  #hearQueue({ id, waiting }: QueueEvent, job: Job): void {
    const { call } = job;
    this.note("queue", id, waiting);
    this.accepted++;
    this.waiting++;
    this.lanes.enter(job);
    this.expect(id === this.accepted, `task ${id} is the ${this.accepted}. that was accepted`);
    this.expect(job.stage === "new", `task ${id} queued twice`);
    this.expect(waiting >= 1 && waiting <= mostWaiting(this.#setup), `queue event with ${waiting} waiting`);
    this.expect(!this.isClosedForSure, `task ${id} was accepted by a closed pool`);
    job.stage = "queued";
    job.acceptedAt = this.#timeline.now();
    if (call.isGroup) return;
    this.expect(call.decision === undefined, `call ${call.number} was queued after it had been ${call.decision}`);
    const stand = standOf(call);
    const last = this.#lastCall.get(stand) ?? 0;
    this.expect(call.number > last, `call ${call.number} was accepted after call ${last}`);
    const isGivenUp = call.caller?.signal.aborted === true;
    if (!this.#setup.isReentrant) this.expect(!isGivenUp, `call ${call.number} was accepted, given up already`);
    call.decision = "queued";
    this.undecided.delete(call);
    this.#lastCall.set(stand, call.number);
  }

  #hearReject(event: RejectEvent, call: Call): void {
    const { reason, error } = event;
    this.note("reject", call.number, 0, reason);
    this.rejected++;
    this.expect("error" in event === (reason !== "full"), `a reject event for ${reason}, with ${String(error)}`);
    if (reason === "closed") this.expect(isDispatcherClosedError(error), `closed, with ${String(error)}`);
    if (reason === "full") this.expect(call.kind === "offer", `a ${call.kind} was rejected as full`);
    if (call.isGroup) return void call.failures.add(error);
    if (reason === "aborted") this.expect(isReasonOf(call, error), `aborted, but not with the reason of the signal`);
    this.expect(call.decision === undefined, `call ${call.number} was rejected after it had been ${call.decision}`);
    this.expect(!call.job, `call ${call.number} was rejected, and has a task`);
    call.decision = "rejected";
    call.refusal = error;
    this.undecided.delete(call);
    this.#end(call);
  }

  #hearStart({ id, slot: number, waitedMs }: StartEvent, job: Job): void {
    const now = this.#timeline.now();
    this.note("start", id, number);
    this.waiting--;
    this.lanes.leave(job);
    this.expect(job.stage === "queued", `task ${id} started when it was ${job.stage}`);
    this.#checkOrder(job);
    this.expect(!this.isPausedForSure, `task ${id} started while the pool was paused`);
    this.expect(waitedMs >= 0 && waitedMs === now - job.acceptedAt, `waitedMs of task ${id} is ${waitedMs}`);
    this.expect(number >= 0 && number < this.workers, `slot ${number} of ${this.workers}`);
    const taken = this.slots.filter((other) => other?.job.isBusy).length;
    this.expect(taken < this.workers, `task ${id} started with ${taken} slots taken, of ${this.workers}`);
    const slot = this.slots[number];
    if (slot !== undefined) {
      const { period } = this.#setup;
      this.expect(!slot.job.isBusy, `task ${id} started in slot ${number}, which task ${slot.job.id} has`);
      this.expect(
        now - slot.lastStart >= period,
        `slot ${number} started after ${now - slot.lastStart} of ${period} ms`,
      );
    }
    const gap = gapOf(this.#setup, this.workers);
    for (const other of this.slots) {
      const isApart = gap === 0 || other === undefined || now >= other.lastStart + gap;
      this.expect(isApart, `task ${id} started too close to task ${other?.job.id}, which spread keeps ${gap} ms apart`);
    }
    this.slots[number] = { job, lastStart: now, latestStart: this.#setup.isJumpy ? Number.POSITIVE_INFINITY : now };
    this.lanes.start(job);
    this.running.add(job);
    job.stage = "started";
    job.slot = number;
    job.startedAt = now;
    job.call.starting = job;
  }

  #hearHeaders({ id, slot, status, ttfbMs }: HeadersEvent, job: Job): void {
    this.note("headers", id, status);
    this.expect(job.stage === "started" && !job.isAnswered, `headers of task ${id} when it was ${job.stage}`);
    this.expect(slot === job.slot, `headers of task ${id} from slot ${slot}`);
    this.expect(status === job.response?.status, `headers of task ${id} with status ${status}`);
    this.expect(ttfbMs === this.#timeline.now() - job.startedAt, `ttfbMs of task ${id} is ${ttfbMs}`);
    job.isAnswered = true;
    const { call } = job;
    // What is tried again is not given to anybody. Where listeners call back, they are told of the headers later.
    if (job.again !== undefined) return;
    if (call.kind === "fetch") {
      job.isHandedOver = call.hold === "headers" || job.body === undefined;
      if (job.isHandedOver) this.settle(job, { ok: true, value: undefined });
      if (job.isHandedOver && job.body !== undefined) call.caller?.handedOver.push(job);
    } else if (!job.hasConsumer) this.settle(job, { ok: true, value: undefined });
  }

  #hearFinish(event: FinishEvent, job: Job): void {
    const { id, slot, durationMs } = event;
    const { stage } = job;
    this.note("finish", id, durationMs, event.ok ? "ok" : nameOf(event.error));
    this.expect(stage === "started" || stage === "queued", `task ${id} finished when it was ${stage}`);
    this.expect("error" in event !== event.ok, `finish of task ${id}: ok is ${event.ok}, with an error or without`);
    if (stage === "started") {
      this.expect(slot === job.slot, `task ${id} finished in slot ${slot}`);
      this.expect(durationMs === this.#timeline.now() - job.startedAt, `durationMs of task ${id} is ${durationMs}`);
      this.#checkRequest(event, job);
      this.#checkBody(job);
      // It may have expired before its work began.
      const record = this.slots[job.slot];
      if (record?.job === job) record.latestStart = Math.min(record.latestStart, this.#timeline.now());
    } else {
      this.waiting--;
      this.lanes.leave(job);
      this.note("dropped", id);
      this.expect(!("slot" in event) && durationMs === 0, `task ${id} was dropped, with slot ${slot}`);
    }
    const outcome: Outcome = event.ok ? { ok: true, value: undefined } : { ok: false, error: event.error };
    this.expect(this.#isLegal(outcome, job), `task ${id} finished with ${event.ok ? "ok" : nameOf(event.error)}`);
    if (!event.ok && job.call.isGroup) job.call.failures.add(event.error);
    job.stage = "finished";
    job.finish = outcome;
    this.finished++;
    this.running.delete(job);
    this.lanes.end(job);
    this.#jobs.delete(id);
    if (this.unfinished === 0) this.timesIdle++;
    this.#end(job.call);
  }

  /** An attempt is over, and another follows. */
  #hearRetry(event: RetryEvent, job: Job): void {
    const { id, slot, durationMs, delayMs, error } = event;
    const { again } = job;
    this.note("retry", id, delayMs);
    this.expect(job.stage === "started", `task ${id} is tried again when it was ${job.stage}`);
    this.expect(slot === job.slot, `task ${id} is tried again in slot ${slot}`);
    this.expect(durationMs === this.#timeline.now() - job.startedAt, `durationMs of task ${id} is ${durationMs}`);
    this.expect(delayMs === again?.ms, `task ${id} is told to rest for ${delayMs} ms, and not ${again?.ms}`);
    const isRight = "error" in event !== job.isAnswered && Object.is(error, again?.error);
    this.expect(isRight, `task ${id} is tried again with another error`);
    this.#checkRequest(event, job);
    this.#checkBody(job);
    const record = this.slots[job.slot];
    if (record?.job === job) record.latestStart = Math.min(record.latestStart, this.#timeline.now());
    job.stage = "finished";
    this.running.delete(job);
    this.lanes.end(job);
    const latest = this.#jobs.get(id);
    const next = latest?.previous === job ? latest : this.#next(job);
    this.waiting++;
    this.lanes.enter(next);
  }

  /** In order of acceptance, but after those that come back. */
  #checkOrder({ id, attempt, call }: Job): void {
    // Of one that was tried again before anybody heard of it, nothing is known.
    if (attempt > 1 || id === 0) return;
    const stand = standOf(call);
    const last = this.#lastStarted.get(stand) ?? 0;
    this.expect(id > last, `task ${id} started after task ${last}`);
    this.#lastStarted.set(stand, id);
    const { isReentrant, isJumpy } = this.#setup;
    if (isReentrant || isJumpy) return;
    for (const back of this.lanes.back(call.lane)) {
      const isBehind = back.acceptedAt > this.#timeline.now() || back.call.priority !== call.priority;
      this.expect(isBehind, `task ${id} started before task ${back.id}, which has come back`);
    }
  }

  #checkRequest({ id, method, origin, status }: FinishEvent | RetryEvent, job: Job): void {
    if (job.wasHandled) {
      this.expect(method === job.request?.method, `finish of task ${id} with method ${method}`);
      const isRight = job.request?.url.startsWith(`${origin}/`) === true && ORIGINS.some((known) => known === origin);
      this.expect(isRight, `finish of task ${id} with origin ${origin}`);
    }
    this.expect(status === (job.isAnswered ? job.response?.status : undefined), `finish of task ${id}: ${status}`);
  }

  /** Every body is released before its task finishes, but for the two exceptions. */
  #checkBody({ id, body, init, isAnswered, isHandedOver }: Job): void {
    if (body === undefined || !isAnswered || isHandedOver) return;
    // An abort alone will do only where somebody holds the body.
    const isReleased = !body.isOpen || (init?.signal.aborted === true && body.stream.locked);
    this.note("released", id, 0, body.isOpen ? "aborted" : body.state);
    this.expect(isReleased, `task ${id} finished before its body was released`);
  }

  /** Notes what a job must come to. The first to know is right. */
  settle(job: Job, expected: NonNullable<Job["expected"]>): void {
    job.expected ??= expected;
    job.expectedAt = this.#timeline.now();
  }

  #isLegal(outcome: Outcome, job: Job): boolean {
    const { expected, call } = job;
    if (outcome.ok && job.isLetGo) return true;
    if (outcome.ok) return typeof expected === "object" && expected.ok;
    const { error } = outcome;
    if (expected === "a TypeError" && error instanceof TypeError) return true;
    if (expected === "a TaskFilteredError" && isTaskFilteredError(error)) return true;
    if (typeof expected === "object" && !expected.ok && Object.is(expected.error, error)) return true;
    if (job.hasFailedForSure) return false;
    if (isTaskExpiredError(error)) return call.expiry < this.#timeline.date() && !job.isBuilt;
    return this.#isCut(error, job);
  }

  /** Whether somebody gave the job up, with this error. */
  #isCut(error: unknown, { call, stage, startedAt }: Job): boolean {
    const { timeout } = this.#setup;
    if (isReasonOf(call, error) || call.isFailure(error) || this.abortReasons.includes(error)) return true;
    const isUnnamed = call.hasLeft || call.failures.has(undefined) || this.abortReasons.includes(undefined);
    if (isUnnamed && nameOf(error) === "AbortError") return true;
    const isTimeout = isTransactionTimeoutError(error) && timeout > 0 && stage === "started";
    return isTimeout && this.#timeline.now() - startedAt >= timeout;
  }
}

function standOf({ lane, priority }: Call): string {
  return `${priority} ${lane}`;
}

function isReasonOf({ caller }: Call, error: unknown): boolean {
  return caller?.signal.aborted === true && Object.is(error, caller.signal.reason);
}

export function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : String(error);
}
