import {
  type FinishEvent,
  isCircuitOpenError,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
} from "httppool";

/**
 * How a task ended: `ok`, with an error `status`, `failed` by the network or the consumer, given `up` by the timeout, the
 * caller or abort(), or never sent because it was `kept` back.
 */
export type Outcome = "ok" | "status" | "failed" | "up" | "kept";

/** The outcomes in the order of the legend. */
export const OUTCOMES: readonly (readonly [Outcome, label: string, detail: string])[] = [
  ["ok", "answered", "status below 400"],
  ["status", "error status", "4xx or 5xx: a response like any other"],
  ["failed", "failed", "connection refused, reset or cut short"],
  ["up", "given up", "timeout, caller's signal or abort()"],
  ["kept", "not sent", "expired, filtered, or the circuit is open"],
];

/** The outcome that a finish event tells of. */
export function outcomeOf(event: FinishEvent): Outcome {
  if (event.ok) {
    if (event.status === undefined) return "kept";
    return event.status < 400 ? "ok" : "status";
  }
  const { error } = event;
  if (isTaskExpiredError(error) || isTaskFilteredError(error) || isCircuitOpenError(error)) return "kept";
  if (isTransactionTimeoutError(error) || isAbort(error)) return "up";
  return "failed";
}

/** A word or two on how a task ended. */
export function wordFor(event: FinishEvent): string {
  if (event.ok) return event.status === undefined ? "nothing to send" : String(event.status);
  const { error } = event;
  if (isTaskExpiredError(error)) return "expired";
  if (isTaskFilteredError(error)) return "filtered";
  if (isCircuitOpenError(error)) return "circuit open";
  if (isTransactionTimeoutError(error)) return "timeout";
  if (isAbort(error)) return "aborted";
  return event.status === undefined ? "no answer" : "cut short";
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
