import type { RunningAttempt, Submit } from "../queued-task.ts";
import { property } from "../../lib/checks.ts";
import { holdOf } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { Transaction } from "../../api/task.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, isRequest, signalOf } from "../../lib/request.ts";
import { requestOf } from "../../lib/request-init.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { Subscription } from "../../lib/signals.ts";
import { markUpload } from "../../lib/upload.ts";
import { canTrack, track } from "./tracked-response.ts";

/**
 * Makes a pool's `fetch`.
 *
 * @param sender By what the pool's attempts name it to what sends.
 */
export function pooledFetch(sender: object, submit: Submit, defaultHold: Hold): PooledFetch {
  return markPoolFetch<PooledFetch>(
    sender,
    (input, init) =>
      new Promise((resolve, reject) => {
        const hold = holdOf(property(init, "hold")) ?? defaultHold;
        const signal = checkSignal(signalOf(input, init));
        const request = requestOf(input, init);
        // Forgotten when the response is handed over: a promise keeps what it was resolved with, and what a pool keeps of a
        // call must not keep the body alive.
        let waiting: Waiting | undefined = { resolve, reject };
        // The caller's signal is followed from the call on.
        const task = (): Transaction => ({ request, signal: null });
        if (isRequest(input) || property(init, "body")) markUpload(task, request);
        submit(task, {
          signal,
          failed: (error) => waiting?.reject(error),
          takeOver: (response, attempt) => {
            const held = waiting && handOver(response, attempt, hold, signal, waiting.resolve);
            waiting = undefined;
            return held;
          },
        });
      }),
  );
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
  // The task is over, but the body is still the caller's to abort. The platform keeps what ends the subscription for as long
  // as it keeps the body; it must not lead to the signal, whose other listeners may refer to the body: neither would ever be
  // collected then.
  const subscription = new WeakRef(new Subscription(signal, (reason) => attempt.abortSignal(reason)));
  const unsubscribe = (): void => subscription.deref()?.end();
  tracked.ended.then(unsubscribe, unsubscribe);
  return undefined;
}
