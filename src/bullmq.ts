/* The door `httppool/bullmq`. */
export type { Logger } from "./api/logger.ts";
export {
  jobProcessor,
  type JobOutcome,
  type JobProcessor,
  type JobProcessorOptions,
  type JobVerdict,
  type ProcessedJob,
} from "./engines/bullmq.ts";
export type { Outcome } from "./engines/outcome.ts";
export type { HoldableQueue } from "./engines/queue-hold.ts";
