import {
  type FinishEvent,
  isCircuitOpenError,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
  type RetryEvent,
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

/** The outcome that the end of a task, or of an attempt, tells of. */
export function outcomeOf(event: FinishEvent | RetryEvent): Outcome {
  const { error, status } = event;
  if (didAnswer(event)) {
    if (status === undefined) return "kept";
    return status < 400 ? "ok" : "status";
  }
  if (isTaskExpiredError(error) || isTaskFilteredError(error) || isCircuitOpenError(error)) return "kept";
  if (isTransactionTimeoutError(error) || isAbort(error)) return "up";
  return "failed";
}

/** What may go wrong with an attempt: told to come later, a fault of the server, the pool's timeout, or anything else. */
export type Trouble = "limited" | "server" | "timeout" | "other";

/** The troubles in the order of the legend. */
export const TROUBLES: readonly (readonly [Trouble, sign: string, label: string])[] = [
  ["limited", "▲", "429"],
  ["server", "■", "5xx"],
  ["timeout", "◷", "timeout"],
  ["other", "✕", "other failure"],
];

/** What went wrong with a task, or an attempt; undefined when it was answered well, or never sent. */
export function troubleOf(event: FinishEvent | RetryEvent): Trouble | undefined {
  return isTransactionTimeoutError(event.error) ? "timeout" : troubleIn(outcomeOf(event), event.status);
}

/** What an outcome with this status means. A server knows of no timeouts. */
export function troubleIn(outcome: Outcome, status: number | undefined): Trouble | undefined {
  if (outcome === "ok" || outcome === "kept") return undefined;
  if (outcome !== "status" || status === undefined) return "other";
  return status === 429 ? "limited" : status >= 500 ? "server" : "other";
}

/** A word or two on how a task, or an attempt, ended. */
export function wordFor(event: FinishEvent | RetryEvent): string {
  const { error, status } = event;
  if (didAnswer(event)) return status === undefined ? "nothing to send" : String(status);
  if (isTaskExpiredError(error)) return "expired";
  if (isTaskFilteredError(error)) return "filtered";
  if (isCircuitOpenError(error)) return "circuit open";
  if (isTransactionTimeoutError(error)) return "timeout";
  if (isAbort(error)) return "aborted";
  return status === undefined ? "no answer" : "cut short";
}

/** An attempt that is tried again has a response or an error; a task may have both. */
function didAnswer(event: FinishEvent | RetryEvent): boolean {
  return event.type === "retry" ? event.status !== undefined : event.ok;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
