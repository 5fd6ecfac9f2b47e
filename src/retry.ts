/* Retries that rest outside the slots, with a budget. */
export type { Retry } from "./api/policies.ts";
export type { FailedAttempt, RetryBudget, RetryOptions } from "./traffic/retry/options.ts";
export { retry } from "./traffic/retry/retry.ts";
