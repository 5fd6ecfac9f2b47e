import { isCircuitOpenError, isDispatcherClosedError, isTransactionTimeoutError } from "../../api/errors.ts";
import { hasErrored } from "../../lib/runtime/has-errored.ts";
import type { Call } from "./call.ts";
import type { Circuits, Permit, Verdict } from "./circuits.ts";

/** What the user says of answers and errors. Must not throw. */
export interface Judge {
  /** Whether an answer counts as a failure. */
  readonly trips: (answer: unknown) => boolean;
  /** Whether an error of the delegate counts as a failure. */
  readonly fails: (error: unknown) => boolean;
}

/** What one request shows about its host. The first that is known is what counts. */
export class Outcome {
  readonly #circuits: Circuits;
  readonly #permit: Permit;
  readonly #call: Call;
  readonly #judge: Judge;
  #isDecided = false;

  constructor(circuits: Circuits, permit: Permit, call: Call, judge: Judge) {
    this.#circuits = circuits;
    this.#permit = permit;
    this.#call = call;
    this.#judge = judge;
  }

  /** The delegate resolved. When the pool's time was over by then, that is what counts. */
  answered(answer: unknown): void {
    const { signal } = this.#call;
    const isLate = signal?.aborted === true && isTransactionTimeoutError(signal.reason);
    this.#decide(isLate || this.#judge.trips(answer) ? "failure" : "success");
  }

  /** The delegate rejected. */
  failed(error: unknown): void {
    const { request, signal } = this.#call;
    if (signal?.aborted === true) return this.aborted(signal.reason);
    // Another breaker, or a pool that is the delegate, has sent nothing then.
    const isUnsent = isCircuitOpenError(error) || isDispatcherClosedError(error);
    // An upload that fails by its own source is the caller's fault.
    const isHosts = !isUnsent && !hasErrored(request.body ?? null) && this.#judge.fails(error);
    this.#decide(isHosts ? "failure" : "nothing");
  }

  /** The caller aborted: no fault of the host, unless the caller is a pool whose time was over. */
  aborted(reason: unknown): void {
    this.#decide(isTransactionTimeoutError(reason) ? "failure" : "nothing");
  }

  /** The breaker's own time was over. */
  timedOut(): void {
    this.#decide("failure");
  }

  /** A probe has kept others back long enough: it counts as failed for now. It may still succeed. */
  overdue(): void {
    this.#circuits.settle(this.#permit, "failure");
  }

  #decide(verdict: Verdict): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#circuits.settle(this.#permit, verdict);
  }
}
