import type { Logger } from "../api/logger.ts";
import { isRetryIn, type Outcome } from "./outcome.ts";
import type { HoldableQueue } from "./queue-hold.ts";

/** A job without a type of its own, as far as a processor needs it. The type of BullMQ's `Job` fits too, and knows more. */
export interface ProcessedJob {
  readonly id?: string | undefined;
  readonly name: string;
  /** Any: what `JSON.parse` made of what was added, as BullMQ has it where nobody says more. */
  readonly data: ReturnType<typeof JSON.parse>;
  readonly attemptsMade: number;
  readonly opts: { backoff?: unknown };
  /** Tells how far the job has come. */
  updateProgress(progress: string | boolean | number | object): Promise<void>;
  /** Puts the job off until a time, in ms since 1970. */
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

/** What became of a job, as `judge` sees it. */
export interface JobOutcome<Job = ProcessedJob> extends Outcome {
  readonly job: Job;
}

/**
 * What is to become of a job. `"done"`: it is completed. `"retry"`: it has failed, and BullMQ's attempts and back-off go on from
 * there; with a number, after so many seconds. `"drop"`: it has failed for good. undefined: what the rules say.
 */
export type JobVerdict = "done" | "retry" | "drop" | { readonly retry: number } | undefined;

/** How jobs are processed. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface JobProcessorOptions<Job = ProcessedJob> {
  /**
   * The queue of the jobs, which a 429 holds for every worker on every machine. For a queue whose jobs go to one server: with
   * several, each would be held for the other, and is better without, in a pool with lanes.
   *
   * Workers look at a hold only if they have a `limiter` option, like `{ max: 1e6, duration: 1000 }`, or the queue has a global
   * rate limit. When both are missing the log says so, once. What workers have fetched before still goes out, within about a
   * second and `processes × concurrency - 1` at most; in a pool with lanes it is held as well.
   * @default none: a 429 delays its own job only
   */
  readonly queue?: HoldableQueue | undefined;
  /** Has the first word on a job, at once. What it throws is what the job fails with. @default none */
  readonly judge?: ((outcome: JobOutcome<Job>) => JobVerdict) | undefined;
  /** Hears of holds that nobody would look at, or that could not be set. @default `console` */
  readonly logger?: Logger | undefined;
}

/** What {@link isVerdict} looks for. */
export const VERDICT = '"done", "retry", "drop", { retry: seconds } or undefined';

/** Whether the value is a {@link JobVerdict}. */
export const isVerdict = (value: unknown): value is JobVerdict =>
  value === undefined || value === "done" || value === "retry" || value === "drop" || isRetryIn(value);
