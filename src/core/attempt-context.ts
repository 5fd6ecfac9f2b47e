import type { Handler } from "../api/handler.ts";
import type { Alarms } from "../lib/alarms.ts";
import type { Cleanup } from "./body.ts";
import type { QueuedTask, RunningAttempt } from "./queued-task.ts";
import type { Reporter } from "./reporter.ts";
import type { Slot } from "./slots.ts";

/** The pool, as its attempts see it. */
export interface AttemptContext extends Cleanup {
  readonly handler: Handler;
  /** Wall time in ms, for tasks. */
  readonly date: () => number;
  /** ms for a whole transaction. 0: none. */
  readonly timeout: number;
  readonly deadlines: Alarms;
  readonly reporter: Reporter;
  /** The task is about to be called. */
  onStart(slot: Slot<RunningAttempt>): void;
  /** The task has finished, well or not. */
  onFinish(task: QueuedTask, ok: boolean, result: unknown): void;
  /** The slot is free, some time after `start()` returned. */
  onFree(slot: Slot<RunningAttempt>): void;
}
