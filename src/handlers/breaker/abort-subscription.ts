import { onCollected, Returned } from "../../lib/runtime/runtime.ts";
import { follow, unfollow } from "../../lib/signals.ts";

/** Hears of a caller's abort, until it is ended. A signal of one request, as a pool's are, is cheap; one of many is safe. */
export class Heed {
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: (reason: unknown) => void;
  /** Whether the signal has been heeded before: then its listeners could become many. */
  readonly #isShared: boolean;

  /** @param onAbort Called at once when the signal has aborted already. */
  constructor(signal: AbortSignal | undefined, onAbort: (reason: unknown) => void) {
    this.#signal = signal;
    this.#onAbort = onAbort;
    this.#isShared = signal !== undefined && Met.has(signal);
    if (signal === undefined) return;
    if (signal.aborted) {
      onAbort(signal.reason);
    } else if (this.#isShared) {
      follow(signal, this, onAbort);
    } else {
      signal.addEventListener("abort", this);
      Met.mark(signal);
    }
  }

  end(): void {
    if (this.#signal === undefined) return;
    if (this.#isShared) unfollow(this.#signal, this);
    else this.#signal.removeEventListener("abort", this);
  }

  /** Ends when the body is garbage. To ask for that costs more than all the rest: a signal of one request goes with it. */
  endWith(body: object): void {
    if (this.#isShared) onCollected(body, () => this.end());
  }

  /** As a listener of the signal. */
  handleEvent(): void {
    this.#onAbort(this.#signal?.reason);
  }
}

/** Marks objects, unseen: a `WeakSet` would cost ten times as much, most of it when garbage is collected. */
class Met extends Returned {
  readonly #mark = true;

  static has(object: object): boolean {
    return #mark in object;
  }

  static mark(object: object): void {
    void new Met(object).#mark;
  }
}
