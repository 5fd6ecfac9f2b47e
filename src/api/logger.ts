/** Where a pool says what went wrong without harm to a task, like a listener that threw. */
export interface Logger {
  /** Details, like an error while a body was released. */
  debug(...args: unknown[]): void;
  /** What somebody should mend, like a listener that threw. */
  error(...args: unknown[]): void;
}
