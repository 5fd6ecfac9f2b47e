import type { Logger } from "../api/logger.ts";
import { guard } from "./guard.ts";

/** A logger that never throws: not even telling of an error may harm a task. */
export function quiet(logger: Logger): Logger {
  return {
    debug: guard((...args) => logger.debug(...args), ignore),
    error: guard((...args) => logger.error(...args), ignore),
  };
}

const ignore = (): void => undefined;
