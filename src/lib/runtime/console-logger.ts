import type { Logger } from "../../api/logger.ts";

/** Errors to `console.error`, details nowhere. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  error: (...args) => console.error(...args),
};
