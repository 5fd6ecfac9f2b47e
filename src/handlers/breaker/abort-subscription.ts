import { Mark } from "../../lib/mark.ts";
import { Subscription } from "../../lib/follower.ts";

/**
 * Hears of the abort of a signal, until it unfollows it. The first subscription to a signal that most likely belongs to one
 * request is a plain listener, which is cheap; the others share a single listener, since a platform searches all listeners
 * of a signal to add or remove one.
 */
export class AbortSubscription {
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: (reason: unknown) => void;
  /** Where it is not the first to the signal. */
  readonly #shared: Subscription | undefined;

  /**
   * @param isShared Whether the signal is known to be one of many requests.
   * @param onAbort Called at once when the signal has aborted already.
   */
  constructor(signal: AbortSignal | undefined, isShared: boolean, onAbort: (reason: unknown) => void) {
    this.#signal = signal;
    this.#onAbort = onAbort;
    if (signal === undefined) return;
    if (signal.aborted) {
      onAbort(signal.reason);
    } else if (isShared || Subscribed.has(signal)) {
      this.#shared = new Subscription(signal, onAbort);
    } else {
      signal.addEventListener("abort", this);
      Subscribed.mark(signal);
    }
  }

  unfollow(): void {
    if (this.#signal === undefined) return;
    if (this.#shared !== undefined) this.#shared.unfollow();
    else this.#signal.removeEventListener("abort", this);
  }

  /**
   * Unfollows when the body has been garbage-collected. To be told of that costs more than all the rest, so a plain listener stays:
   * the signal of one request is collected with it.
   */
  unfollowWith(body: object): void {
    this.#shared?.unfollowWith(body);
  }

  /** As a listener of the signal. */
  handleEvent(): void {
    this.#onAbort(this.#signal?.reason);
  }
}

/** Marks signals that have been subscribed to before. */
class Subscribed extends Mark {
  readonly #isSubscribed = true;

  static has(signal: object): boolean {
    return #isSubscribed in signal;
  }

  static mark(signal: object): void {
    void new Subscribed(signal).#isSubscribed;
  }
}
