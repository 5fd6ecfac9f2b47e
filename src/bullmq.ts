/**
 * A processor for BullMQ's workers, whose jobs are requests through a pool.
 *
 * @module httppool/bullmq
 */
export type { Logger } from "./api/logger.ts";
export { jobProcessor, type JobProcessor } from "./engines/bullmq.ts";
export type { JobOutcome, JobProcessorOptions, JobVerdict, ProcessedJob } from "./engines/bullmq-options.ts";
export type { Outcome } from "./engines/outcome.ts";
export type { HoldableQueue } from "./engines/queue-hold.ts";
