/* What both doors give: everything but the client and the handlers. */
export type { Clock } from "./api/clock.ts";
export {
  DispatcherClosedError,
  HttpPoolError,
  isCircuitOpenError,
  isDispatcherClosedError,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
  TaskExpiredError,
  TaskFilteredError,
  TransactionTimeoutError,
} from "./api/errors.ts";
export type {
  EventListener,
  FinishEvent,
  HeadersEvent,
  HoldEvent,
  LimitEvent,
  Listener,
  PoolEvent,
  PoolEvents,
  QueueEvent,
  RejectEvent,
  RetryEvent,
  StartEvent,
} from "./api/events.ts";
export type { Handler } from "./api/handler.ts";
export type { Adaptive, Limit, LimitHost, LimitSample } from "./api/limit.ts";
export type { Logger } from "./api/logger.ts";
export {
  type ClientOptions,
  DEFAULT_QUEUE_SIZE,
  DEFAULT_WORKERS,
  type DrainOptions,
  type Hold,
  type SendOptions,
} from "./api/options.ts";
export type { Dispatcher, MapOptions, PooledFetch, Read, Settled, Source, ToRequest } from "./api/dispatcher.ts";
export type { Lanes, LaneState, Retry } from "./api/policies.ts";
export type { DispatchCloser, Pool } from "./api/pool.ts";
export type { Awaitable, Consumer, RequestFilter, RequestTask, Task, TaskContext, Transaction } from "./api/task.ts";
export { filteredTask, perishableTask, requestTask } from "./tasks.ts";
