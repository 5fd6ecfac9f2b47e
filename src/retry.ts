/**
 * Retries that rest outside the slots, with a budget.
 *
 * @module httppool/retry
 */
export type { Retry } from "./api/policies.ts";
export { retry } from "./traffic/retry/retry.ts";
export type { RetryAttempt, RetryBudget, RetryOptions } from "./traffic/retry/settings.ts";
