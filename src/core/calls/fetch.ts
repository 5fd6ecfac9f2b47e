import type { RunningAttempt, Submit } from "../queued-task.ts";
import { isObject, property } from "../../lib/checks.ts";
import { holdOf } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, signalOf, snapshot } from "../../lib/request.ts";
import { RequestTransaction } from "../../lib/request-transaction.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { follow, unfollow } from "../../lib/signals.ts";
import { canTrack, track } from "./tracked-response.ts";

/** Makes a pool's `fetch`. */
export function pooledFetch(submit: Submit, defaultHold: Hold): PooledFetch {
  const fetch: PooledFetch = (input, init) =>
    new Promise((resolve, reject) => {
      const hold = holdOf(isObject(init) ? property(init, "hold") : undefined) ?? defaultHold;
      const signal = checkSignal(signalOf(input, init));
      const request = snapshot(input, init);
      // Let go of with the response: a promise keeps what it was resolved with, and nobody here may keep the body alive.
      let waiting: Waiting | undefined = { resolve, reject };
      submit(() => new RequestTransaction(request, undefined, undefined), {
        signal,
        failed: (error) => waiting?.reject(error),
        takeOver: (response, attempt) => {
          const held = waiting && handOver(response, attempt, hold, signal, waiting.resolve);
          waiting = undefined;
          return held;
        },
      });
    });
  markPoolFetch(fetch);
  return fetch;
}

/** A call of `fetch` without its response. */
interface Waiting {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** Gives the response to the caller. @returns What holds the slot. */
function handOver(
  response: Response,
  attempt: RunningAttempt,
  hold: Hold,
  signal: AbortSignal | undefined,
  resolve: (response: Response) => void,
): Promise<void> | undefined {
  if (!canTrack(response) || (hold === "headers" && signal === undefined)) {
    resolve(response);
    return undefined;
  }
  const tracked = track(response, attempt);
  resolve(tracked.response);
  if (hold === "body") return tracked.ended;
  if (signal === undefined) return undefined;
  // The task is over, but the body is still the caller's to abort.
  const token = {};
  const release = (): void => unfollow(signal, token);
  follow(signal, token, (reason) => attempt.abortSignal(reason));
  tracked.ended.then(release, release);
  return undefined;
}
