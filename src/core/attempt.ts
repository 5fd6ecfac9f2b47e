import { TransactionTimeoutError } from "../api/errors.ts";
import type { Consumer } from "../api/task.ts";
import type { Alarm } from "../lib/alarms.ts";
import { isThenable } from "../lib/checks.ts";
import { FollowingSignal } from "../lib/following-signal.ts";
import { callHandler } from "../lib/runtime/platform-fetch.ts";
import { cancelUpload, uploadOf } from "../lib/task-mark.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { cancelBody, isBodiless, type Release, RELEASED, releaseBody } from "./body.ts";
import { type QueuedTask, type RunningAttempt, UNANSWERED } from "./queued-task.ts";
import { responseOf } from "./response.ts";
import type { Slot } from "./slots.ts";
import { transactionOf } from "./transaction.ts";

/** One attempt at a task: build → handle → consume → clean up → finish. */
export class Attempt extends FollowingSignal implements RunningAttempt {
  readonly slot: Slot<RunningAttempt>;
  readonly task: QueuedTask;
  readonly #context: AttemptContext;
  #finished = false;
  #startedAt = 0;
  #sentAt = 0; // for limits: a task may take its time to make its request
  #deadline: Alarm | undefined;
  #request: Request | undefined;
  #consumer: Consumer | undefined;
  #response: Response | undefined;
  #release: Release | undefined;
  /** The error that the task is about to finish with, once its body is released. */
  #failure: { readonly error: unknown } | undefined;
  #isSent = false;
  #isTakenOver = false;
  /** The handler has not settled: the slot stays taken, whatever becomes of the task. */
  #handling = false;
  #starting = true;
  #isOver = false;

  constructor(context: AttemptContext, task: QueuedTask, slot: Slot<RunningAttempt>) {
    super();
    this.#context = context;
    this.task = task;
    this.slot = slot;
  }

  /** Starts, in the async context of the call that brought the task. @returns Whether the slot is free again already. */
  start(): boolean {
    this.task.runInAsyncScope(this.#start, this);
    this.#starting = false;
    return this.#isOver;
  }

  abort(reason: unknown): void {
    if (!this.#finished) this.task.runInAsyncScope(this.#abort, this, reason);
  }

  #start(): void {
    const { clock, date, reporter, retry, timeout, deadlines } = this.#context;
    const { id, acceptedAt, task, place } = this.task;
    const attempt = ++this.task.attempts;
    this.#startedAt = this.#sentAt = clock.now();
    reporter.start(this.task, this.slot.number, this.#startedAt - acceptedAt);
    this.#context.onStart(this);
    // A listener may have aborted it.
    if (this.#finished) return;
    const context = this.lend({ id, attempt, signal: undefined, date });
    try {
      if (attempt === 1) retry?.onFirst(place?.lane);
      if (timeout > 0)
        this.#deadline = deadlines.set(this.#startedAt + timeout, () =>
          this.task.runInAsyncScope(this.#onTimeout, this),
        );
      const made = task(context);
      if (!isThenable(made)) return this.#onBuilt(made);
      Promise.resolve(made).then(
        (built) => this.#onBuilt(built),
        (error: unknown) => this.#conclude(false, error),
      );
    } catch (error) {
      this.#conclude(false, error);
    }
  }

  #onBuilt(made: unknown): void {
    if (made === null || made === undefined) return this.#finish(true, undefined);
    try {
      const { request, consumer, signal } = transactionOf(made);
      if (this.#finished) return cancelUpload(request, this.signal.reason);
      this.#request = request;
      this.#consumer = consumer;
      if (signal?.aborted) throw signal.reason;
      if (signal !== undefined) this.follow(signal, signal === request.signal);
      if (request.bodyUsed) throw new TypeError("The request's body has been used already");
      if (this.#context.onSample !== undefined && !this.#starting) this.#sentAt = this.#context.clock.now();
      this.#isSent = this.#handling = true;
      const answer = callHandler(this.#context, this.#context.handler, request, this.lend({ signal: undefined }));
      if (!isThenable(answer)) return this.#onAnswer(answer);
      Promise.resolve(answer).then(
        (response) => this.#onAnswer(response),
        (error: unknown) => this.#onError(error),
      );
    } catch (error) {
      if (this.#isSent) this.#onError(error);
      else this.#conclude(false, error);
    }
  }

  /** The handler failed. */
  #onError(error: unknown): void {
    this.#handling = false;
    // What it began must not run on.
    this.abortSignal(RELEASED);
    if (this.#finished) this.#freeSlot();
    else if (!this.#retry(undefined, error)) this.#conclude(false, error);
  }

  #onTimeout(): void {
    const error = new TransactionTimeoutError(this.#context.timeout);
    const isOpen = this.#isSent && this.#response === undefined; // else a consumer may have it: too late to try again
    if (isOpen) this.abortSignal(error);
    if (!isOpen || !this.#retry(undefined, error)) this.abort(error);
  }

  #onAnswer(answer: unknown): void {
    this.#handling = false;
    // The handler was deaf: its task is over, but not its request.
    const isLate = this.#finished;
    try {
      this.#response = responseOf(answer);
      if (!isLate && this.#response !== undefined) {
        this.#context.reporter.headers(this.task, this.slot.number, this.#startedAt, this.#response.status);
        this.#context.backlog.onResponse(this.task, this.#response);
      }
    } catch (error) {
      this.abortSignal(RELEASED);
      return isLate ? this.#freeSlot() : this.#conclude(false, error);
    }
    if (isLate) return this.#releaseThen(() => this.#freeSlot());
    if (this.#response === undefined) {
      const isExpected = this.#consumer !== undefined || this.task.caller?.takeOver !== undefined;
      return this.#finish(true, isExpected ? UNANSWERED : undefined);
    }
    if (!this.#finished && !this.#retry(this.#response, undefined)) this.#consume(this.#response);
  }

  /** Tells limits. Lets the task rest and try again, if it is to, once its body is released. @returns Whether it does, or is over. */
  #retry(response: Response | undefined, error: unknown): boolean {
    const { retry, clock, deadlines, onSample } = this.#context;
    onSample?.(this.task, this.#sentAt, response?.status ?? 0, error);
    const request = this.#request;
    if (retry === undefined || request === undefined || this.#finished) return this.#finished;
    const { place, attempts: attempt, task } = this.task;
    const delay = retry.judge({ lane: place?.lane, request, response, error, attempt, upload: uploadOf(task) });
    if (delay === undefined || this.#finished) return this.#finished;
    deadlines.clear(this.#deadline);
    const due = clock.now() + delay;
    this.#releaseThen(() => this.#rest(request, error, delay, due));
    return true;
  }

  #rest(request: Request, error: unknown, delay: number, due: number): void {
    if (this.#finished) return;
    this.#finished = true;
    const { onRest, onRested, reporter } = this.#context;
    this.unfollow();
    onRest(this.task, due); // before the retry is told: who hears of it may abort the task
    const releasedAt = this.#release?.startedAt;
    reporter.retry(this.task, this.slot.number, this.#startedAt, releasedAt, request, this.#response, error, delay);
    if (this.#handling) onRested();
    else this.#freeSlot();
  }

  #consume(response: Response): void {
    const { caller } = this.task;
    const request = this.#request as Request; // there is no response without one
    try {
      const value = caller?.takeOver ? caller.takeOver(response, this) : this.#consumer?.(response, request);
      this.#isTakenOver = caller?.takeOver !== undefined;
      if (!isThenable(value)) return this.#conclude(true, value);
      Promise.resolve(value).then(
        (consumed) => this.#conclude(true, consumed),
        (error: unknown) => this.#conclude(false, error),
      );
    } catch (error) {
      this.#conclude(false, error);
    }
  }

  /** Releases what is left of the body, then finishes. */
  #conclude(ok: boolean, result: unknown): void {
    const response = this.#response;
    // Aborted while the consumer held the body, which it lets go only now.
    if (this.#finished) return cancelBody(response, this.#context.logger);
    // Most often there is nothing to release: that costs no closure. What was taken over is somebody else's.
    if (response === undefined || this.#isTakenOver || isBodiless(response)) return this.#finish(ok, result);
    if (!ok) this.#failure = { error: result };
    this.#releaseThen(() => this.#finish(ok, result));
  }

  #releaseThen(then: () => void): void {
    this.#release = this.#response && releaseBody(this.#response, this.#context, this);
    if (this.#release === undefined) then();
    else void this.#release.done.then(then);
  }

  #abort(reason: unknown): void {
    this.abortSignal(reason);
    if (this.#release !== undefined) this.#release.cancel();
    else cancelBody(this.#response, this.#context.logger);
    this.#finish(false, this.#failure === undefined ? reason : this.#failure.error);
  }

  #finish(ok: boolean, result: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    const { deadlines, reporter } = this.#context;
    if (this.#deadline !== undefined) deadlines.clear(this.#deadline);
    this.unfollow();
    // The source of an upload that is not sent is told so.
    if (!ok && !this.#isSent) cancelUpload(this.#request ?? uploadOf(this.task.task), result);
    const request = this.#isSent ? this.#request : undefined;
    const releasedAt = this.#release?.startedAt;
    reporter.finish(this.task, this.slot.number, this.#startedAt, releasedAt, request, this.#response, ok, result);
    this.#context.onFinish(this.task, ok, result);
    if (!this.#handling) this.#freeSlot();
  }

  #freeSlot(): void {
    this.#isOver = true;
    if (!this.#starting) this.#context.onFree(this);
  }
}
