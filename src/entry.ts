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

/** Who wants to know how a task gets on. */
export interface Observer {
  /** It has a place in the queue. */
  accepted?(): void;
  /** It has finished well, with what its consumer returned. */
  succeeded?(value: unknown): void;
  /** It was refused, or has failed. */
  failed(error: unknown): void;
  /**
   * Takes the response over, in the place of the task's consumer: the body is the observer's from then on. What is
   * returned holds the slot until it settles.
   */
  takeOver?(response: Response, attempt: Abortable): Promise<void> | undefined;
}

/** Queues a task, after a wait in line if need be. @throws {TypeError} For a wrong type, at once. */
export type Submit = (task: Task, signal: AbortSignal | undefined, observer: Observer) => void;

/** A call's own wishes. Most calls have none. */
export interface Caller {
  readonly signal: AbortSignal | undefined;
  readonly observer: Observer | undefined;
  attempt: Abortable | undefined;
}

/** A task in the house. It keeps the async context of the call that brought it. */
export class Entry extends AsyncScope implements Linked<Entry> {
  readonly task: Task;
  readonly caller: Caller | undefined;
  /** 0 until it is accepted. */
  id = 0;
  acceptedAt = 0;
  previous: Entry | undefined = undefined;
  next: Entry | undefined = undefined;

  constructor(task: Task, signal: AbortSignal | undefined, observer: Observer | undefined) {
    super("httppool.Task");
    this.task = task;
    this.caller = signal === undefined && observer === undefined ? undefined : { signal, observer, attempt: undefined };
  }
}
