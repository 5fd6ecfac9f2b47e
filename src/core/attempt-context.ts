import type { Cleanup } from "./body.ts";
import type { Alarms } from "../api/clock.ts";
import type { Emitter } from "./reporter.ts";
import type { Entry } from "./queued-task.ts";
import type { Handler } from "../api/handler.ts";

/** The pool, as its transactions see it. */
export interface Host<Attempt> extends Cleanup {
  readonly name: string;
  readonly handler: Handler;
  /** ms between two starts of a slot. 0: unpaced. */
  readonly period: number;
  /** Wall time in ms, for tasks. */
  readonly date: () => number;
  /** ms for a whole transaction. 0: none. */
  readonly timeout: number;
  readonly deadlines: Alarms;
  readonly emitter: Emitter;
  /** The task has finished, well or not. */
  onFinish(entry: Entry, ok: boolean, result: unknown): void;
  /** The slot is free, some time after `start()` returned. */
  onFree(attempt: Attempt): void;
}
