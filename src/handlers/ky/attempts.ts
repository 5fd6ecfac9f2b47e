import { own } from "../../lib/checks.ts";
import { keepReferrer } from "../../lib/request.ts";
import { Subscription } from "../../lib/follower.ts";

/** What sends one attempt. */
export type Send = (request: Request, init: RequestInit) => Promise<Response>;

/**
 * ky's attempts at one request. ky goes on as soon as it has lost patience with one; here the next begins when that one
 * has been aborted and has settled, so that a slot never has two requests under way.
 */
export class Attempts {
  readonly #send: Send;
  readonly #signal: AbortSignal;
  #controller: AbortController | undefined;
  /** Settles with the attempt under way. undefined: there is none. */
  #underWay: Promise<void> | undefined;

  constructor(send: Send, signal: AbortSignal) {
    this.#send = send;
    this.#signal = signal;
  }

  /** The next attempt, in the place of the last, whose body is aborted too. */
  next(request: Request, init: RequestInit): Promise<Response> {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const answer = this.#attempt(request, init, controller, this.#underWay);
    const settle = (): void => {
      if (this.#underWay === underWay) this.#underWay = undefined;
    };
    const underWay = answer.then(settle, settle);
    this.#underWay = underWay;
    return answer;
  }

  /** ky has finished: what is still under way is aborted. @returns Resolves when it has settled. */
  end(): Promise<void> | undefined {
    if (this.#underWay !== undefined) this.#controller?.abort();
    return this.#underWay;
  }

  async #attempt(
    request: Request,
    init: RequestInit,
    controller: AbortController,
    before: Promise<void> | undefined,
  ): Promise<Response> {
    const ours = this.#signal;
    // It aborts when ky's time is over.
    const theirs = request.signal;
    const { signal } = controller;
    const onAbort = (): void => controller.abort(ours.aborted ? ours.reason : theirs.reason);
    if (ours.aborted || theirs.aborted) onAbort();
    const subscription = new Subscription(ours, onAbort);
    theirs.addEventListener("abort", onAbort);
    let response: Response | undefined;
    try {
      await before;
      if (!signal.aborted) response = await this.#send(request, keepReferrer(request, own({ ...init, signal })));
      if (response !== undefined && !signal.aborted) return response;
      response?.body?.cancel().catch(() => undefined);
      response = undefined;
      throw signal.aborted ? signal.reason : new TypeError("The `fetch` gave no response");
    } finally {
      theirs.removeEventListener("abort", onAbort);
      // The body is still the caller's to abort.
      if (response?.body) subscription.unfollowWith(response.body);
      else subscription.unfollow();
    }
  }
}
