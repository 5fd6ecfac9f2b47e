import type { Logger } from "../../src/api/logger.ts";

/** A logger that keeps what it is told. */
export class LogBook implements Logger {
  readonly debugs: unknown[][] = [];
  readonly errors: unknown[][] = [];

  debug(...args: unknown[]): void {
    this.debugs.push(args);
  }

  error(...args: unknown[]): void {
    this.errors.push(args);
  }
}
