import { TransactionTimeoutError } from "../api/errors.ts";
import type { Consumer } from "../api/task.ts";
import type { Alarm } from "../lib/alarms.ts";
import { FollowingSignal } from "../lib/following-signal.ts";
import { hasOwnSignal } from "../lib/runtime/has-own-signal.ts";
import { callHandler } from "../lib/runtime/platform-fetch.ts";
import { cancelUpload, uploadOf } from "../lib/task-mark.ts";
import { whenSettled } from "../lib/when-settled.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { cancelBody, type Release, releaseBody } from "./body.ts";
import { type QueuedTask, type RunningAttempt, UNANSWERED } from "./queued-task.ts";
import { responseOf } from "./response-of.ts";
import type { Slot } from "./slots.ts";
import { requestOf, transactionOf } from "./transaction.ts";

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
    const { clock, date, reporter, retry, scheduler, timeout, deadlines } = this.#context;
    const { id, acceptedAt, task, place } = this.task;
    const attempt = ++this.task.attempts;
    this.#startedAt = this.#sentAt = clock.now();
    reporter.start(this.task, this.slot.number, this.#startedAt - acceptedAt);
    scheduler.start(this);
    if (this.#finished) return; // a listener has aborted it
    const context = this.lend({ id, attempt, signal: undefined, date });
    try {
      if (attempt === 1) retry?.onFirst(place?.lane);
      if (timeout > 0)
        this.#deadline = deadlines.set(this.#startedAt + timeout, () =>
          this.task.runInAsyncScope(this.#onTimeout, this),
        );
      whenSettled(this, task(context), this.#onBuilt, this.#onFailure);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #onBuilt(made: unknown): void {
    if (made === null || made === undefined) return this.#finish(undefined);
    try {
      const request = requestOf(made);
      if (this.#finished) return cancelUpload(request, this.signal.reason);
      this.#request = request;
      const { consumer, signal } = transactionOf(made, request);
      this.#consumer = consumer;
      if (signal !== undefined) this.follow(signal, signal === request.signal && hasOwnSignal(request));
      if (this.#context.onSample !== undefined && !this.#starting) this.#sentAt = this.#context.clock.now();
      this.#isSent = this.#handling = true;
      const answer = callHandler(this.#context, this.#context.handler, request, this.lend({ signal: undefined }));
      whenSettled(this, answer, this.#onAnswer, this.#onError);
    } catch (error) {
      if (this.#isSent) this.#onError(error);
      else this.#onFailure(error);
    }
  }

  /** The handler failed. */
  #onError(error: unknown): void {
    this.#handling = false;
    this.abortSignal(error); // what it began must not run on
    if (this.#finished) cancelUpload(this.#request, this.signal.reason);
    if (this.#finished) this.#freeSlot();
    else if (!this.#retry(undefined, error)) this.#onFailure(error);
  }

  #onTimeout(): void {
    const error = new TransactionTimeoutError(this.#context.timeout);
    const isOpen = this.#isSent && this.#response === undefined; // else a consumer may have it: too late to try again
    if (isOpen) this.abortSignal(error);
    if (!isOpen || !this.#retry(undefined, error)) this.abort(error);
  }

  #onAnswer(answer: unknown): void {
    this.#handling = false;
    const isLate = this.#finished; // the handler was deaf: its task is over, but not its request
    try {
      this.#response = responseOf(answer);
      if (!isLate && this.#response !== undefined) {
        this.#context.reporter.headers(this.task, this.slot.number, this.#startedAt, this.#response.status);
        this.#context.backlog.onResponse(this.task, this.#response);
      }
    } catch (error) {
      this.abortSignal(error);
      return isLate ? this.#freeSlot() : this.#onFailure(error);
    }
    if (isLate) return this.#releaseThen(this.#freeSlot.bind(this));
    if (this.#response === undefined) {
      const isExpected = this.#consumer !== undefined || this.task.caller?.takeOver !== undefined;
      return this.#finish(isExpected ? UNANSWERED : undefined);
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
    this.#releaseThen(this.#rest.bind(this, request, error, delay, due));
    return true;
  }

  #rest(request: Request, error: unknown, delay: number, due: number): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#request = undefined; // it may be sent again, so its upload is not cancelled
    const { admission, reporter, scheduler } = this.#context;
    this.unfollow();
    admission.rest(this.task, due); // before the retry is told: who hears of it may abort the task
    const releasedAt = this.#release?.startedAt;
    reporter.retry(this.task, this.slot.number, this.#startedAt, releasedAt, request, this.#response, error, delay);
    if (this.#handling) scheduler.wake();
    else this.#freeSlot();
  }

  #consume(response: Response): void {
    const { caller } = this.task;
    const request = this.#request as Request; // there is no response without one
    try {
      // What was taken over is somebody else's: there is nothing to release.
      if (caller?.takeOver) whenSettled(this, caller.takeOver(response, this), this.#finish, this.#onLost);
      else whenSettled(this, this.#consumer?.(response, request), this.#conclude, this.#onFailure);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  /** The body that was taken over has failed. */
  #onLost(error: unknown): void {
    this.#finish(error, false);
  }

  #onFailure(error: unknown): void {
    this.#conclude(error, false);
  }

  /** Releases what is left of the body, then finishes. Bound, since a closure costs its context where nothing is left too. */
  #conclude(result: unknown, ok = true): void {
    // Aborted while the consumer held the body, which it lets go only now.
    if (this.#finished) return cancelBody(this.#response, this.#context.logger);
    if (!ok) this.#failure = { error: result };
    const done = this.#released();
    if (done === undefined) this.#finish(result, ok);
    else void done.then(this.#finish.bind(this, result, ok));
  }

  /** Releases what is left of the body. @returns undefined when there is nothing to wait for. */
  #released(): Promise<void> | undefined {
    this.#release = this.#response && releaseBody(this.#response, this.#context, this);
    return this.#release?.done;
  }

  #releaseThen(then: () => void): void {
    const done = this.#released();
    if (done === undefined) then();
    else void done.then(then);
  }

  #abort(reason: unknown): void {
    this.abortSignal(reason);
    if (this.#release !== undefined) this.#release.cancel();
    else cancelBody(this.#response, this.#context.logger);
    this.#finish(this.#failure === undefined ? reason : this.#failure.error, false);
  }

  #finish(result: unknown, ok = true): void {
    if (this.#finished) return;
    this.#finished = true;
    const { admission, deadlines, reporter } = this.#context;
    deadlines.clear(this.#deadline);
    this.unfollow();
    // The source of an upload is told that it is not sent, or that the handler has failed without using it.
    if (!ok && !this.#handling && this.#response === undefined)
      cancelUpload(this.#request ?? uploadOf(this.task.task), result);
    const request = this.#isSent ? this.#request : undefined;
    const releasedAt = this.#release?.startedAt;
    reporter.finish(this.task, this.slot.number, this.#startedAt, releasedAt, request, this.#response, ok, result);
    admission.finish(this.task, ok, result);
    if (!this.#handling) this.#freeSlot();
  }

  #freeSlot(): void {
    this.#isOver = true;
    if (!this.#starting) this.#context.scheduler.free(this);
  }
}
