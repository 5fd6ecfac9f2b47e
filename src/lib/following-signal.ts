import { LazySignal } from "./lazy-signal.ts";
import { follow, type Follower, unfollow } from "./follower.ts";

/** A lazy signal whose owner follows another signal, most often to abort its own. It is its own link among those who do. */
export abstract class FollowingSignal extends LazySignal implements Follower {
  previous: Follower | undefined = undefined;
  next: Follower | undefined = undefined;
  #followed: AbortSignal | undefined;

  /** The signal that is followed has aborted. */
  abstract abort(reason: unknown): void;

  /** @param isOfRequest Whether it is a `Request`'s very own signal. */
  protected follow(signal: AbortSignal, isOfRequest: boolean): void {
    this.#followed = signal;
    follow(signal, this, isOfRequest);
  }

  protected unfollow(): void {
    if (this.#followed !== undefined) unfollow(this.#followed, this);
  }
}
