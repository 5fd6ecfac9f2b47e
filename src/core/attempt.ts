import { discardBody, type Release, releaseBody } from "./body.ts";
import type { Alarm } from "../api/clock.ts";
import type { Abortable, Entry } from "./queued-task.ts";
import { TransactionTimeoutError } from "../api/errors.ts";
import { finishEvent } from "./finish-event.ts";
import type { Host } from "./attempt-context.ts";
import { LazySignal } from "../lib/lazy-signal.ts";
import { isNativeResponse, isThenable, responseOf, transactionOf } from "../lib/shapes.ts";
import { follow, unfollow } from "../lib/signals.ts";
import type { Slot } from "./slots.ts";
import type { Consumer } from "../api/task.ts";

/** Why an attempt's signal aborts when all is well but somebody may still hold the body. Made once: each costs a stack. */
const RELEASED = new DOMException("The response was released", "AbortError");

/** One attempt at a task: build → handle → consume → clean up → finish. */
export class Attempt extends LazySignal implements Abortable {
  readonly slot: Slot<Attempt>;
  /** Runs the shift that this attempt is part of to its end. */
  readonly endShift: () => void;
  readonly #host: Host<Attempt>;
  readonly #entry: Entry;
  #finished = false;
  #startedAt = 0;
  #deadline: Alarm | undefined;
  #request: Request | undefined;
  #consumer: Consumer | undefined;
  #heeded: AbortSignal | undefined;
  #response: Response | undefined;
  #releasing: Release | undefined;
  /** The error that the task is about to finish with, once its body is released. */
  #failure: { readonly error: unknown } | undefined;
  /** The handler has not settled: the slot stays taken, whatever becomes of the task. */
  #handling = false;
  #starting = true;
  #free = false;

  constructor(host: Host<Attempt>, entry: Entry, slot: Slot<Attempt>, endShift: () => void) {
    super();
    this.#host = host;
    this.#entry = entry;
    this.slot = slot;
    this.endShift = endShift;
  }

  /** Starts, in the async context of the entry. @returns Whether the slot is free again already. */
  start(): boolean {
    this.#entry.runInAsyncScope(this.#start, this);
    this.#starting = false;
    return this.#free;
  }

  abort(reason: unknown): void {
    if (!this.#finished) this.#entry.runInAsyncScope(this.#giveUp, this, reason);
  }

  #start(): void {
    const { name, clock, date, emitter, period, timeout, deadlines } = this.#host;
    const { id, acceptedAt, task } = this.#entry;
    this.#startedAt = clock.now();
    if (emitter.hears("start")) {
      const waitedMs = this.#startedAt - acceptedAt;
      emitter.emit({ type: "start", pool: name, id, attempt: 1, slot: this.slot.number, waitedMs });
      if (this.#finished) return;
    }
    if (timeout > 0) {
      this.#deadline = deadlines.set(this.#startedAt + timeout, () => {
        this.#deadline = undefined;
        this.abort(new TransactionTimeoutError(timeout));
      });
    }
    // The listeners took their time: the period counts from here.
    if (period > 0) this.slot.due = clock.now() + period;
    const context = this.lend({ id, attempt: 1, signal: undefined, date });
    try {
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
    if (this.#finished) return;
    if (made === null || made === undefined) return this.#finish(true, undefined);
    try {
      const { request, consumer, signal } = transactionOf(made);
      this.#request = request;
      this.#consumer = consumer;
      if (request.signal?.aborted) throw request.signal.reason;
      if (signal !== undefined) this.#heed(signal);
      if (request.bodyUsed) throw new TypeError("The request's body has been used already");
      this.#handling = true;
      const { handler } = this.#host;
      const answer = handler(request, this.lend({ signal: undefined }));
      if (!isThenable(answer)) return this.#onAnswer(answer);
      Promise.resolve(answer).then(
        (response) => this.#onAnswer(response),
        (error: unknown) => this.#onRefusal(error),
      );
    } catch (error) {
      this.#onRefusal(error);
    }
  }

  /** Lets the task's own signal give it up. */
  #heed(signal: AbortSignal): void {
    if (signal.aborted) throw signal.reason;
    this.#heeded = signal;
    follow(signal, this, (reason) => this.abort(reason));
  }

  #onRefusal(error: unknown): void {
    this.#handling = false;
    // A handler that gives up must not leave its request running.
    this.cut(RELEASED);
    if (this.#finished) this.#freeSlot();
    else this.#conclude(false, error);
  }

  #onAnswer(answer: unknown): void {
    this.#handling = false;
    try {
      this.#response = responseOf(answer);
    } catch (error) {
      return this.#onRefusal(error);
    }
    // A deaf handler: its task is over, but not its request.
    if (this.#finished) {
      this.#release(() => this.#freeSlot());
      return;
    }
    if (this.#response === undefined) return this.#finish(true, undefined);
    this.#tellHeaders(this.#response);
    if (!this.#finished) this.#consume(this.#response);
  }

  #tellHeaders({ status }: Response): void {
    const { name, clock, emitter } = this.#host;
    if (!emitter.hears("headers")) return;
    const ttfbMs = clock.now() - this.#startedAt;
    const { id } = this.#entry;
    emitter.emit({ type: "headers", pool: name, id, attempt: 1, slot: this.slot.number, status, ttfbMs });
  }

  #consume(response: Response): void {
    const { caller } = this.#entry;
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
      // Given up while the consumer held the body, which is let go only now.
      if (response !== undefined) discardBody(response, this.#host.logger);
      return;
    }
    // Most often there is nothing to release: that costs no closure.
    if (response === undefined || (isNativeResponse(response) && response.body === null)) {
      this.#finish(ok, result);
      return;
    }
    if (!ok) this.#failure = { error: result };
    this.#release(() => this.#finish(ok, result));
  }

  #release(then: () => void): void {
    const release = this.#response && releaseBody(this.#response, this.#host, () => this.cut(RELEASED));
    this.#releasing = release;
    if (release === undefined) then();
    else void release.done.then(then);
  }

  #giveUp(reason: unknown): void {
    this.cut(reason);
    if (this.#releasing !== undefined) this.#releasing.stop();
    else if (this.#response !== undefined) discardBody(this.#response, this.#host.logger);
    this.#finish(false, this.#failure === undefined ? reason : this.#failure.error);
  }

  #finish(ok: boolean, result: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    const { name, clock, emitter, deadlines } = this.#host;
    if (this.#deadline !== undefined) deadlines.clear(this.#deadline);
    if (this.#heeded !== undefined) unfollow(this.#heeded, this);
    if (emitter.hears("finish")) {
      const durationMs = clock.now() - this.#startedAt;
      const { number } = this.slot;
      emitter.emit(finishEvent(name, this.#entry.id, number, durationMs, this.#request, this.#response, ok, result));
    }
    this.#host.onFinish(this.#entry, ok, result);
    if (!this.#handling) this.#freeSlot();
  }

  #freeSlot(): void {
    this.#free = true;
    if (!this.#starting) this.#host.onFree(this);
  }
}
