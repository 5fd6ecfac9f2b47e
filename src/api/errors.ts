/** What the errors of this package have in common: a stable `code`. */
export abstract class HttpPoolError extends Error {
  /** Stable across versions and copies of the package. */
  abstract readonly code: string;
}

/** The pool is closed and takes no more tasks. */
export class DispatcherClosedError extends HttpPoolError {
  override readonly name = "DispatcherClosedError";
  readonly code = "ERR_DISPATCHER_CLOSED";
  constructor() {
    super("The dispatcher is closed");
  }
}

/** A task came to its turn after its expiry. */
export class TaskExpiredError extends HttpPoolError {
  override readonly name = "TaskExpiredError";
  readonly code = "ERR_TASK_EXPIRED";
  constructor() {
    super("The task expired before its turn came");
  }
}

/** A filter refused the task's request. */
export class TaskFilteredError extends HttpPoolError {
  override readonly name = "TaskFilteredError";
  readonly code = "ERR_TASK_FILTERED";
  constructor() {
    super("The task's request was filtered out");
  }
}

/** A transaction took longer than the pool's `timeout`. */
export class TransactionTimeoutError extends HttpPoolError {
  override readonly name = "TransactionTimeoutError";
  readonly code = "ERR_TRANSACTION_TIMEOUT";
  /** @param timeout The limit in force, in ms. */
  constructor(timeout: number) {
    super(`The transaction took longer than the ${timeout} ms that \`timeout\` allows`);
  }
}

/** The breaker has seen a host fail too often, and sends it nothing for a while. Thrown by `httppool/breaker`. */
export class CircuitOpenError extends HttpPoolError {
  override readonly name = "CircuitOpenError";
  readonly code = "ERR_CIRCUIT_OPEN";
  /** The host with its port, also when the scheme implies it: `example.com:443`. */
  readonly host: string;
  /** ms until a request may be sent to see whether the host is back. 0: one is under way. */
  readonly retryAfterMs: number;
  constructor(host: string, retryAfterMs: number) {
    const next = retryAfterMs > 0 ? `may be sent in ${Math.ceil(retryAfterMs)} ms` : "is under way";
    super(`The circuit to ${host} is open: the next probe ${next}`);
    this.host = host;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether the error is a {@link DispatcherClosedError}, of any copy of this package. */
export const isDispatcherClosedError = (error: unknown): error is DispatcherClosedError =>
  hasCode(error, "ERR_DISPATCHER_CLOSED");

/** Whether the error is a {@link TaskExpiredError}, of any copy of this package. */
export const isTaskExpiredError = (error: unknown): error is TaskExpiredError => hasCode(error, "ERR_TASK_EXPIRED");

/** Whether the error is a {@link TaskFilteredError}, of any copy of this package. */
export const isTaskFilteredError = (error: unknown): error is TaskFilteredError => hasCode(error, "ERR_TASK_FILTERED");

/** Whether the error is a {@link TransactionTimeoutError}, of any copy of this package. */
export const isTransactionTimeoutError = (error: unknown): error is TransactionTimeoutError =>
  hasCode(error, "ERR_TRANSACTION_TIMEOUT");

/** Whether the error is a {@link CircuitOpenError}, of any copy of this package. */
export const isCircuitOpenError = (error: unknown): error is CircuitOpenError => hasCode(error, "ERR_CIRCUIT_OPEN");

function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
