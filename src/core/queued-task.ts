import type { Place, Waiter, Wish } from "../api/policies.ts";
import type { Task } from "../api/task.ts";
import type { Slot } from "./slots.ts";
import { Subscription } from "../lib/follower.ts";
import { AsyncScope } from "../lib/runtime/async-scope.ts";

/** An attempt under way, as the call that brought its task can touch it. */
export interface RunningAttempt {
  readonly task: QueuedTask;
  readonly slot: Slot<RunningAttempt>;
  /** The attempt's own signal. */
  readonly signal: AbortSignal;
  /** Finishes the task now, with this reason, and aborts its request. */
  abort(reason: unknown): void;
  /** Aborts the attempt's signal alone, also after the task has finished. */
  abortSignal(reason: unknown): void;
}

/** What a call wants of its task, and wants to know. */
export interface Caller {
  /** Aborts the task, wherever it is. */
  readonly signal: AbortSignal | undefined;
  /** The task has a place in the queue. */
  accepted?(): void;
  /** The task has finished well, with what its consumer returned. */
  succeeded?(value: unknown): void;
  /** The task was rejected, or has failed. */
  failed?(error: unknown): void;
  /**
   * Takes the response over, in the place of the task's consumer: the body is the caller's from then on. What is returned
   * holds the slot until it settles.
   */
  takeOver?(response: Response, attempt: RunningAttempt): Promise<void> | undefined;
}

/** What a task succeeds with when its response was to be read, and the handler gave none. */
export const UNANSWERED: unique symbol = Symbol("unanswered");

/** Ends a task that has not started, with this reason. */
export type Leave = (task: QueuedTask, reason: unknown) => void;

/** Queues a task, after a wait in line if need be. @throws {TypeError} For a wrong type, at once. */
export type Submit = (task: Task, caller: Caller, wish?: Wish) => void;

/**
 * A task that a call has brought. It is its own link in the line it waits in, and keeps the async context of the call: one
 * object instead of three. What a call wants beyond that is in the classes below, and costs only those calls.
 */
export class QueuedTask extends AsyncScope implements Waiter<QueuedTask> {
  readonly task: Task;
  readonly place: Place | undefined;
  /** 0 until it is accepted. */
  id = 0;
  /** When it was accepted or, later, when its rest ends. */
  acceptedAt = 0;
  attempts = 0;
  previous: QueuedTask | undefined = undefined;
  next: QueuedTask | undefined = undefined;

  constructor(task: Task, place: Place | undefined) {
    super();
    this.task = task;
    this.place = place;
  }

  /** The call's wishes, where it has any of its own. */
  get caller(): Caller | undefined {
    return undefined;
  }

  // Most calls want to know nothing of what follows. Those that do override it.

  /** Follows the caller's signal, where there is one. @param _leave Takes out a task that has not started. */
  follow(_leave: Leave): void {}

  unfollow(): void {}

  /** @param _attempt undefined: the attempt is over, and the task will be tried again. */
  onAttempt(_attempt: RunningAttempt | undefined): void {}

  onAccept(): void {}

  onSuccess(_value: unknown): void {}

  /** It was rejected, or has failed. */
  onFailure(_error: unknown): void {}
}

/** A task of `run()`, whose promise tells what becomes of it. It keeps one function of that promise, not two: it rejects by resolving with a rejected promise. */
export class RunTask extends QueuedTask {
  readonly #resolve: (value: unknown) => void;

  constructor(task: Task, place: Place | undefined, resolve: (value: unknown) => void) {
    super(task, place);
    this.#resolve = resolve;
  }

  override onSuccess(value: unknown): void {
    this.#resolve(value);
  }

  override onFailure(error: unknown): void {
    this.#resolve(Promise.reject(error));
  }
}

/** A task of `send()` that waits in line, whose promise tells of its place in the queue. */
export class SendTask extends QueuedTask {
  readonly #resolve: (nothing: undefined | Promise<never>) => void;

  constructor(task: Task, place: Place | undefined, resolve: (nothing: undefined | Promise<never>) => void) {
    super(task, place);
    this.#resolve = resolve;
  }

  override onAccept(): void {
    this.#resolve(undefined);
  }

  override onFailure(error: unknown): void {
    if (this.id === 0) this.#resolve(Promise.reject(error));
  }
}

/** A task whose call has wishes of its own. */
export class CallerTask extends QueuedTask {
  readonly #caller: Caller;
  #attempt: RunningAttempt | undefined;
  #subscription: Subscription | undefined;

  constructor(task: Task, place: Place | undefined, caller: Caller) {
    super(task, place);
    this.#caller = caller;
  }

  override get caller(): Caller {
    return this.#caller;
  }

  override follow(leave: Leave): void {
    const { signal } = this.#caller;
    if (signal === undefined) return;
    this.#subscription = new Subscription(signal, (reason) => {
      if (this.#attempt === undefined) leave(this, reason);
      else this.#attempt.abort(reason);
    });
  }

  override unfollow(): void {
    this.#subscription?.unfollow();
  }

  override onAttempt(attempt: RunningAttempt | undefined): void {
    this.#attempt = attempt;
  }

  override onAccept(): void {
    this.#caller.accepted?.();
  }

  override onSuccess(value: unknown): void {
    this.#caller.succeeded?.(value);
  }

  override onFailure(error: unknown): void {
    this.#caller.failed?.(error);
  }
}
