import { TransactionTimeoutError } from "../api/errors.ts";
import type { Consumer } from "../api/task.ts";
import type { Alarm } from "../lib/alarms.ts";
import { isThenable } from "../lib/checks.ts";
import { LazySignal } from "../lib/lazy-signal.ts";
import { callHandler } from "../lib/runtime/platform-fetch.ts";
import { follow, type Follower, unfollow } from "../lib/signals.ts";
import { cancelUpload, uploadOf } from "../lib/upload.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { cancelBody, isBodiless, type Release, releaseBody } from "./body.ts";
import { type QueuedTask, type RunningAttempt, UNANSWERED } from "./queued-task.ts";
import { responseOf } from "./response.ts";
import type { Slot } from "./slots.ts";
import { transactionOf } from "./transaction.ts";

/** Why an attempt's signal aborts when all is well but somebody may still hold the body. Made once: each costs a stack. */
const RELEASED = new DOMException("The response was released", "AbortError");

/** One attempt at a task: build → handle → consume → clean up → finish. */
export class Attempt extends LazySignal implements Follower, RunningAttempt {
  previous: Follower | undefined = undefined;
  next: Follower | undefined = undefined;
  readonly slot: Slot<RunningAttempt>;
  readonly #context: AttemptContext;
  readonly #task: QueuedTask;
  #finished = false;
  #startedAt = 0;
  #deadline: Alarm | undefined;
  #request: Request | undefined;
  #consumer: Consumer | undefined;
  /** The task's own signal, while it is followed. */
  #signal: AbortSignal | undefined;
  #isOfRequest = false;
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
    this.#task = task;
    this.slot = slot;
  }

  /** Starts, in the async context of the call that brought the task. @returns Whether the slot is free again already. */
  start(): boolean {
    this.#task.runInAsyncScope(this.#start, this);
    this.#starting = false;
    return this.#isOver;
  }

  abort(reason: unknown): void {
    if (!this.#finished) this.#task.runInAsyncScope(this.#abort, this, reason);
  }

  #start(): void {
    const { clock, date, reporter, timeout, deadlines } = this.#context;
    const { id, acceptedAt, task } = this.#task;
    this.#startedAt = clock.now();
    reporter.start(id, this.slot.number, this.#startedAt - acceptedAt);
    this.#context.onStart(this.slot);
    // A listener may have aborted it.
    if (this.#finished) return;
    const context = this.lend({ id, attempt: 1, signal: undefined, date });
    try {
      if (timeout > 0) {
        this.#deadline = deadlines.set(this.#startedAt + timeout, () => {
          this.#deadline = undefined;
          this.abort(new TransactionTimeoutError(timeout));
        });
      }
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
      if (signal !== undefined) {
        this.#isOfRequest = signal === request.signal;
        this.#signal = signal;
        follow(signal, this);
      }
      if (request.bodyUsed) throw new TypeError("The request's body has been used already");
      this.#isSent = true;
      this.#handling = true;
      const { handler } = this.#context;
      const answer = callHandler(this.#context, handler, request, this.lend({ signal: undefined }));
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
    else this.#conclude(false, error);
  }

  #onAnswer(answer: unknown): void {
    this.#handling = false;
    // The handler was deaf: its task is over, but not its request.
    const isLate = this.#finished;
    try {
      this.#response = responseOf(answer);
      if (!isLate && this.#response !== undefined) {
        this.#context.reporter.headers(this.#task.id, this.slot.number, this.#startedAt, this.#response.status);
      }
    } catch (error) {
      return this.#onError(error);
    }
    if (isLate) {
      this.#releaseThen(() => this.#freeSlot());
      return;
    }
    if (this.#response === undefined) {
      const isExpected = this.#consumer !== undefined || this.#task.caller?.takeOver !== undefined;
      return this.#finish(true, isExpected ? UNANSWERED : undefined);
    }
    if (!this.#finished) this.#consume(this.#response);
  }

  #consume(response: Response): void {
    const { caller } = this.#task;
    try {
      if (caller?.takeOver !== undefined) {
        const held = caller.takeOver(response, this);
        if (held === undefined) return this.#finish(true, undefined);
        held.then(
          () => this.#finish(true, undefined),
          (error: unknown) => this.#finish(false, error),
        );
        return;
      }
      const consumer = this.#consumer;
      const value = consumer?.(response, this.#request as Request); // there is no response without a request
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
    if (this.#finished) {
      // Aborted while the consumer held the body, which it lets go only now.
      cancelBody(response, this.#context.logger);
      return;
    }
    // Most often there is nothing to release: that costs no closure.
    if (response === undefined || isBodiless(response)) {
      this.#finish(ok, result);
      return;
    }
    if (!ok) this.#failure = { error: result };
    this.#releaseThen(() => this.#finish(ok, result));
  }

  #releaseThen(then: () => void): void {
    const release = this.#response && releaseBody(this.#response, this.#context, () => this.abortSignal(RELEASED));
    this.#release = release;
    if (release === undefined) then();
    else void release.done.then(then);
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
    if (this.#signal !== undefined) unfollow(this.#signal, this, this.#isOfRequest);
    // The source of an upload that is not sent is told so.
    if (!ok && !this.#isSent) cancelUpload(this.#request ?? uploadOf(this.#task.task), result);
    const request = this.#isSent ? this.#request : undefined;
    const { id } = this.#task;
    const { startedAt } = this.#release ?? {};
    reporter.finish(id, this.slot.number, this.#startedAt, startedAt, request, this.#response, ok, result);
    this.#context.onFinish(this.#task, ok, result);
    if (!this.#handling) this.#freeSlot();
  }

  #freeSlot(): void {
    this.#isOver = true;
    if (!this.#starting) this.#context.onFree(this.slot);
  }
}
