import type { Linked } from "./channel.ts";
import { AsyncScope } from "./runtime.ts";
import type { Task } from "./task.ts";

/** A task under way, as its caller can touch it. */
export interface Abortable {
  /** The attempt's own signal. */
  readonly signal: AbortSignal;
  /** Gives the task up: it finishes now, with this reason. */
  abort(reason: unknown): void;
  /** Aborts the attempt's signal alone, also after the task has finished. */
  cut(reason: unknown): void;
}

/** What one call wants of its task, and wants to know. Most calls have none. */
export interface Caller {
  /** Gives the task up. */
  readonly signal: AbortSignal | undefined;
  /** The task's attempt, once it has started. */
  attempt: Abortable | undefined;
  /** It has a place in the queue. */
  readonly accepted?: (() => void) | undefined;
  /** It has finished well, with what its consumer returned. */
  readonly succeeded?: ((value: unknown) => void) | undefined;
  /** It was refused, or has failed. */
  readonly failed?: ((error: unknown) => void) | undefined;
  /**
   * Takes the response over, in the place of the task's consumer: the body is the caller's from then on. What is returned
   * holds the slot until it settles.
   */
  readonly takeOver?: ((response: Response, attempt: Abortable) => Promise<void> | undefined) | undefined;
}

/** Queues a task, after a wait in line if need be. @throws {TypeError} For a wrong type, at once. */
export type Submit = (task: Task, caller: Caller) => void;

/** A task in the house. It keeps the async context of the call that brought it. */
export class Entry extends AsyncScope implements Linked<Entry> {
  readonly task: Task;
  readonly caller: Caller | undefined;
  /** 0 until it is accepted. */
  id = 0;
  acceptedAt = 0;
  previous: Entry | undefined = undefined;
  next: Entry | undefined = undefined;

  constructor(task: Task, caller: Caller | undefined) {
    super("httppool.Task");
    this.task = task;
    this.caller = caller;
  }
}
