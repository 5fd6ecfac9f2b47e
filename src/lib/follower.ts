import { Line, type Linked } from "./line.ts";
import { Mark } from "./mark.ts";
import { onCollected } from "./runtime/on-collected.ts";

/** Hears of the abort of one signal at a time. It is its own link in the line of those who do. */
export interface Follower extends Linked<Follower> {
  /** The signal has aborted, and is not followed any more. */
  abort(reason: unknown): void;
}

/**
 * Who follows a signal, kept on the signal itself. It has one listener, however many follow it: platforms search all
 * listeners of a signal to add or remove one.
 */
class Followed extends Mark {
  readonly #line = new Line<Follower>();
  readonly #listener: () => void;
  #isListening = false;
  /** The listener goes with the signal: to leave it there costs less. */
  #isLeft = false;

  private constructor(signal: AbortSignal) {
    super(signal);
    const line = this.#line;
    this.#listener = () => {
      // One by one, since one follower's end may be another's reason to leave.
      for (let follower = line.first; follower !== undefined; follower = line.first) {
        Followed.unfollow(signal, follower);
        follower.abort(signal.reason);
      }
    };
  }

  static follow(signal: AbortSignal, follower: Follower, isOfRequest: boolean): void {
    const followed = #line in signal ? signal : new Followed(signal);
    if (!followed.#isListening) {
      followed.#isListening = true;
      followed.#isLeft = isOfRequest;
      signal.addEventListener("abort", followed.#listener, { once: true });
    }
    followed.#line.push(follower);
  }

  static unfollow(signal: AbortSignal, follower: Follower): void {
    if (!(#line in signal) || !signal.#line.has(follower)) return;
    signal.#line.remove(follower);
    if (signal.#line.first !== undefined || signal.#isLeft) return;
    signal.removeEventListener("abort", signal.#listener);
    signal.#isListening = false;
  }
}

/**
 * Lets a follower hear, once, that the signal has aborted.
 *
 * @param isOfRequest Whether it is a `Request`'s very own signal, which goes with it: who is the first to follow it leaves
 *   the listener there for good.
 */
export function follow(signal: AbortSignal, follower: Follower, isOfRequest = false): void {
  Followed.follow(signal, follower, isOfRequest);
}

/** Ends what {@link follow} began. The last one to go takes the listener off the signal. */
export function unfollow(signal: AbortSignal, follower: Follower): void {
  Followed.unfollow(signal, follower);
}

/** A follower of its own, for whoever is no link or follows several signals. */
export class Subscription implements Follower {
  previous: Follower | undefined = undefined;
  next: Follower | undefined = undefined;
  readonly abort: (reason: unknown) => void;
  readonly #signal: AbortSignal;

  /** @param onAbort Called once, when the signal aborts. */
  constructor(signal: AbortSignal, onAbort: (reason: unknown) => void) {
    this.abort = onAbort;
    this.#signal = signal;
    follow(signal, this);
  }

  unfollow(): void {
    unfollow(this.#signal, this);
  }

  /** Unfollows when a body has been garbage-collected. */
  unfollowWith(body: object): void {
    // The registry keeps what it calls back. The signal's other listeners may refer to the body, which would never go then.
    const subscription = new WeakRef(this);
    onCollected(body, () => subscription.deref()?.unfollow());
  }
}
