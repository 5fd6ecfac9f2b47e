/**
 * A consumer for Cloudflare Queues, whose messages are requests through a pool.
 *
 * @module httppool/cloudflare-queues
 */
export type { Clock } from "./api/clock.ts";
export type { Logger } from "./api/logger.ts";
export {
  type MessageOutcome,
  type MessageVerdict,
  type PoolStarter,
  type QueueBatch,
  queueConsumer,
  type QueueConsumer,
  type QueueConsumerOptions,
  type QueueMessage,
} from "./engines/cloudflare-queues.ts";
export type { Outcome } from "./engines/outcome.ts";
