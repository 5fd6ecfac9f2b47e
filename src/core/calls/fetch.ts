import type { RunningAttempt, Submit } from "../queued-task.ts";
import { own, property } from "../../lib/checks.ts";
import { holdOf } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, isRequest, keepReferrer, platformRequest, signalOf } from "../../lib/request.ts";
import { RequestTransaction } from "../../lib/request-transaction.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { follow, unfollow } from "../../lib/signals.ts";
import { canTrack, track } from "./tracked-response.ts";

/** Makes a pool's `fetch`. */
export function pooledFetch(submit: Submit, defaultHold: Hold): PooledFetch {
  return markPoolFetch<PooledFetch>(
    (input, init) =>
      new Promise((resolve, reject) => {
        const hold = holdOf(read(init, "hold")) ?? defaultHold;
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
  // The task is over, but the body is still the caller's to abort.
  const token = {};
  const release = (): void => unfollow(signal, token);
  follow(signal, token, (reason) => attempt.abortSignal(reason));
  tracked.ended.then(release, release);
  return undefined;
}

/** The request as it is now. The caller's signal is left out: some platforms would keep a listener on it for good. */
function snapshot(input: string | URL | Request, init: RequestInit | undefined): Request {
  if (!isRequest(input)) return new Request(input, read(init, "signal") === undefined ? init : withoutSignal(init));
  const request = platformRequest(input);
  return new Request(request, isEmpty(init) ? keepReferrer(request, own({ signal: null })) : withoutSignal(init));
}

/** Whether it changes nothing of a request that is copied. */
function isEmpty(init: RequestInit | undefined): boolean {
  for (const _ in init) return false;
  return true;
}

/** An init may be a Request, whose properties are not its own; and Bun does not see through a proxy. */
function withoutSignal(init: RequestInit | undefined): RequestInit {
  const copy: Record<string, unknown> = {};
  for (const name in init) copy[name] = property(init, name);
  return own({ ...copy, signal: null });
}

/** A property as `fetch` reads it, but not from a polluted `Object.prototype`. */
function read(init: RequestInit | null | undefined, name: "hold" | "signal"): unknown {
  if (typeof init !== "object" || init === null) return undefined;
  return property(init, name);
}
