import { isCircuitOpenError, isDispatcherClosedError, isTransactionTimeoutError } from "../../api/errors.ts";
import type { Circuits, Permit, Verdict } from "./circuits.ts";

/** What one request shows about its host: the first that is known is what counts. */
export class Outcome {
  readonly #circuits: Circuits;
  readonly #permit: Permit;
  readonly #tripsOn: (answer: unknown) => boolean;
  #decided = false;

  constructor(circuits: Circuits, permit: Permit, tripsOn: (answer: unknown) => boolean) {
    this.#circuits = circuits;
    this.#permit = permit;
    this.#tripsOn = tripsOn;
  }

  /** The delegate resolved. When the pool's time was over by then, that is what counts. */
  answered(answer: unknown, signal: AbortSignal | undefined): void {
    const late = signal?.aborted === true && isTransactionTimeoutError(signal.reason);
    this.#decide(late || this.#tripsOn(answer) ? "failure" : "success");
  }

  /** The delegate rejected. */
  failed(error: unknown, signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) return this.aborted(signal.reason);
    // Nothing was sent: by another breaker, or by the pool that is the delegate.
    this.#decide(isCircuitOpenError(error) || isDispatcherClosedError(error) ? "nothing" : "failure");
  }

  /** The caller gave up: no fault of the host, unless it was the pool, whose time was over. */
  aborted(reason: unknown): void {
    this.#decide(isTransactionTimeoutError(reason) ? "failure" : "nothing");
  }

  /** The breaker's own time was over. */
  timedOut(): void {
    this.#decide("failure");
  }

  /** It is high time for another probe. This one may still succeed. */
  overdue(): void {
    this.#circuits.settle(this.#permit, "failure");
  }

  #decide(verdict: Verdict): void {
    if (this.#decided) return;
    this.#decided = true;
    this.#circuits.settle(this.#permit, verdict);
  }
}
