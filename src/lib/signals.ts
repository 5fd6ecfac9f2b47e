import { Mark } from "./marks.ts";

type OnAbort<Follower> = (reason: unknown, follower: Follower) => void;

/**
 * Who follows a signal, kept on the signal itself. It has one listener, however many follow it: platforms search all
 * listeners of a signal to add or remove one.
 */
class Followed extends Mark {
  readonly #followers = new Map<object, OnAbort<never>>();
  readonly #listener: () => void;

  private constructor(signal: AbortSignal) {
    super(signal);
    this.#listener = () => {
      for (const [follower, onAbort] of this.#followers) {
        // One follower's end may be another's reason to leave.
        Followed.unfollow(signal, follower);
        onAbort(signal.reason, follower as never);
      }
    };
  }

  static follow(signal: AbortSignal, follower: object, onAbort: OnAbort<never>): void {
    const followed = #followers in signal ? signal : new Followed(signal);
    if (followed.#followers.size === 0) signal.addEventListener("abort", followed.#listener);
    followed.#followers.set(follower, onAbort);
  }

  static unfollow(signal: AbortSignal, follower: object): void {
    if (!(#followers in signal) || !signal.#followers.delete(follower) || signal.#followers.size > 0) return;
    signal.removeEventListener("abort", signal.#listener);
  }
}

/** Calls back, once, when the signal aborts, for `follower`, which follows the signal only once at a time. */
export function follow<Follower extends object>(
  signal: AbortSignal,
  follower: Follower,
  onAbort: OnAbort<Follower>,
): void {
  Followed.follow(signal, follower, onAbort);
}

/** Ends what {@link follow} began. The last one to go takes the listener off the signal. */
export function unfollow(signal: AbortSignal, follower: object): void {
  Followed.unfollow(signal, follower);
}
