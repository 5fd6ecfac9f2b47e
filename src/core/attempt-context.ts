import type { Handler } from "../api/handler.ts";
import type { Backlog, RetryPolicy } from "../api/policies.ts";
import type { Alarms } from "../lib/alarms.ts";
import type { Cleanup } from "./body.ts";
import type { QueuedTask, RunningAttempt } from "./queued-task.ts";
import type { Reporter } from "./reporter.ts";

/** The pool, as its attempts see it. */
export interface AttemptContext extends Cleanup {
  readonly handler: Handler;
  /** Wall time in ms, for tasks. */
  readonly date: () => number;
  /** ms for a whole transaction. 0: none. */
  readonly timeout: number;
  readonly deadlines: Alarms;
  readonly reporter: Reporter;
  readonly backlog: Backlog<QueuedTask>;
  /** undefined: nothing is tried again. */
  readonly retry: RetryPolicy<QueuedTask> | undefined;
  /** What a limit is to know of a request. undefined: there is none to tell. */
  readonly onSample: ((task: QueuedTask, sentAt: number, status: number, error: unknown) => void) | undefined;
  readonly scheduler: {
    /** The task is about to be called. */
    start(attempt: RunningAttempt): void;
    /** The slot is free, some time after the attempt's `start()` returned. */
    free(attempt: RunningAttempt): void;
    wake(): void;
  };
  readonly admission: {
    /** The task has finished, well or not. */
    finish(task: QueuedTask, ok: boolean, result: unknown): void;
    /** The task rests until then, and is tried again. */
    rest(task: QueuedTask, due: number): void;
  };
}
