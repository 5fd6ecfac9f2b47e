import type { Caller, QueuedTask, RunningAttempt, Submit } from "../queued-task.ts";
import type { RetryPolicy } from "../../api/policies.ts";
import { property } from "../../lib/checks.ts";
import { checkHold } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { TaskContext, Transaction } from "../../api/task.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, signalOf } from "../../lib/request.ts";
import { requestOf } from "../../lib/request-init.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { Subscription } from "../../lib/follower.ts";
import { isStream, markTask } from "../../lib/task-mark.ts";
import { canTrack, track } from "./tracked-response.ts";

/**
 * Makes a pool's `fetch`.
 *
 * @param sender By what the pool's attempts name it to what sends.
 */
export function pooledFetch(
  sender: object,
  submit: Submit,
  defaultHold: Hold,
  retry: RetryPolicy<QueuedTask> | undefined,
): PooledFetch {
  return markPoolFetch<PooledFetch>(
    sender,
    (input, init) =>
      new Promise((resolve, reject) => {
        const hold = checkHold(property(init, "hold")) ?? defaultHold;
        const priority = property(init, "priority");
        const wish = { lane: property(init, "lane"), priority: typeof priority === "number" ? priority : undefined };
        const signal = checkSignal(signalOf(input, init));
        const request = requestOf(input, init as RequestInit | undefined);
        const given = property(init, "body");
        const body = retry === undefined ? given : retry.keep(given);
        // Forgotten when the response is handed over: a promise keeps what it was resolved with, and what a pool keeps of a
        // call must not keep the body alive.
        let waiting: Waiting | undefined = { resolve, reject };
        // The caller's signal is followed from the call on.
        const task = ({ attempt }: TaskContext): Transaction => ({
          request: attempt > 1 && retry !== undefined ? retry.resend(request, body) : request,
          signal: null,
        });
        // The stream that the platform has made of a body is sent once only, but not the body.
        markTask(task, request, isStream(body) ? undefined : body);
        const call: Caller = {
          signal,
          failed: (error) => waiting?.reject(error),
          takeOver: (response, attempt) => {
            const held = waiting && handOver(response, attempt, hold, signal, waiting.resolve);
            waiting = undefined;
            return held;
          },
        };
        submit(task, call, wish);
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
  const unfollow = (): void => subscription.deref()?.unfollow();
  tracked.ended.then(unfollow, unfollow);
  return undefined;
}
