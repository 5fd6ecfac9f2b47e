import type { Linked } from "./backlog.ts";
import { AsyncScope } from "../lib/runtime/runtime.ts";
import type { Task } from "../api/task.ts";

/** A task under way, as its caller can touch it. */
export interface Abortable {
  /** The attempt's own signal. */
  readonly signal: AbortSignal;
  /** Gives the task up: it finishes now, with this reason. */
  abort(reason: unknown): void;
  /** Aborts the attempt's signal alone, also after the task has finished. */
  cut(reason: unknown): void;
}

/** What a call wants of its task, and wants to know. */
export interface Caller {
  /** Gives the task up. */
  readonly signal: AbortSignal | undefined;
  /** It has a place in the queue. */
  accepted?(): void;
  /** It has finished well, with what its consumer returned. */
  succeeded?(value: unknown): void;
  /** It was refused, or has failed. */
  failed?(error: unknown): void;
  /**
   * Takes the response over, in the place of the task's consumer: the body is the caller's from then on. What is returned
   * holds the slot until it settles.
   */
  takeOver?(response: Response, attempt: Abortable): Promise<void> | undefined;
}

/** Queues a task, after a wait in line if need be. @throws {TypeError} For a wrong type, at once. */
export type Submit = (task: Task, caller: Caller) => void;

/**
 * A task in the house. It keeps the async context of the call that brought it. Most calls want to know nothing more, so
 * what others do is in the classes below, and costs only them.
 */
export class Entry extends AsyncScope implements Linked<Entry> {
  readonly task: Task;
  /** 0 until it is accepted. */
  id = 0;
  acceptedAt = 0;
  previous: Entry | undefined = undefined;
  next: Entry | undefined = undefined;

  constructor(task: Task) {
    super();
    this.task = task;
  }

  /** The call's wishes, where it has any of its own. */
  get caller(): Caller | undefined {
    return undefined;
  }

  /** The attempt at it, where its caller may have to abort it. */
  get attempt(): Abortable | undefined {
    return undefined;
  }

  onStart(_attempt: Abortable): void {
    // Nobody asked.
  }

  onAccept(): void {
    // Nobody asked.
  }

  onSuccess(_value: unknown): void {
    // Nobody asked.
  }

  /** It was refused, or has failed. */
  onFailure(_error: unknown): void {
    // Nobody asked.
  }
}

/** A task whose call wants a promise of what becomes of it. Keeps one function for that, not two. */
export class RunEntry extends Entry {
  readonly #resolve: (value: unknown) => void;

  constructor(task: Task, resolve: (value: unknown) => void) {
    super(task);
    this.#resolve = resolve;
  }

  override onSuccess(value: unknown): void {
    this.#resolve(value);
  }

  override onFailure(error: unknown): void {
    this.#resolve(Promise.reject(error));
  }
}

/** A task whose call wants a promise of its place in the queue. */
export class SendEntry extends Entry {
  readonly #resolve: (nothing: undefined | Promise<never>) => void;

  constructor(task: Task, resolve: (nothing: undefined | Promise<never>) => void) {
    super(task);
    this.#resolve = resolve;
  }

  override onAccept(): void {
    this.#resolve(undefined);
  }

  override onFailure(error: unknown): void {
    if (this.id === 0) this.#resolve(Promise.reject(error));
  }
}

/** A task with wishes of its own. */
export class CallerEntry extends Entry {
  readonly #caller: Caller;
  #attempt: Abortable | undefined;

  constructor(task: Task, caller: Caller) {
    super(task);
    this.#caller = caller;
  }

  override get caller(): Caller {
    return this.#caller;
  }

  override get attempt(): Abortable | undefined {
    return this.#attempt;
  }

  override onStart(attempt: Abortable): void {
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
