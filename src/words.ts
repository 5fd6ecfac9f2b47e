/* What both doors give: everything but the client and the handlers. */
export type { Clock } from "./clock.ts";
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
} from "./errors.ts";
export type {
  EventListener,
  FinishEvent,
  HeadersEvent,
  Listener,
  PoolEvent,
  PoolEvents,
  QueueEvent,
  RejectEvent,
  StartEvent,
} from "./events.ts";
export type { Handler } from "./handler.ts";
export {
  type ClientOptions,
  DEFAULT_QUEUE_SIZE,
  DEFAULT_WORKERS,
  type DrainOptions,
  type Hold,
  type Logger,
  type SendOptions,
} from "./options.ts";
export type { DispatchCloser, Dispatcher, MapOptions, PooledFetch, Read, Settled, Source, ToRequest } from "./pool.ts";
export type { Awaitable, Consumer, RequestFilter, Task, TaskContext, Transaction } from "./task.ts";
export { filteredTask, perishableTask, requestTask } from "./tasks.ts";
