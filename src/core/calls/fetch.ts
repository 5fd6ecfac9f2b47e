import type { RunningAttempt, Submit } from "../queued-task.ts";
import { property } from "../../lib/checks.ts";
import { holdOf } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, keepReferrer, signalOf } from "../../lib/request.ts";
import { RequestTransaction } from "../../lib/request-transaction.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { Subscription } from "../../lib/signals.ts";
import { canTrack, track } from "./tracked-response.ts";

/** Makes a pool's `fetch`. */
export function pooledFetch(submit: Submit, defaultHold: Hold): PooledFetch {
  const fetch: PooledFetch = (input, init) =>
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
  const subscription = new Subscription(signal, (reason) => attempt.abortSignal(reason));
  const release = (): void => subscription.end();
  tracked.ended.then(release, release);
  return undefined;
}

/** The request as it is now. The caller's signal is left out: some platforms would keep a listener on it for good. */
function snapshot(input: string | URL | Request, init: RequestInit | undefined): Request {
  const isCopy = typeof input === "object" && "signal" in input;
  if (isCopy && isEmpty(init)) return new Request(input, keepReferrer(input, withoutSignal({})));
  const isFollowing = isCopy || read(init, "signal") !== undefined;
  return new Request(input, isFollowing ? withoutSignal(init ?? {}) : init);
}

/** Whether it changes nothing of a request that is copied. */
function isEmpty(init: RequestInit | undefined): boolean {
  for (const _ in init) return false;
  return true;
}

/** An init may be a Request, whose properties are not its own; and Bun does not see through a proxy. */
function withoutSignal(init: RequestInit): RequestInit {
  const copy: Record<string, unknown> = { __proto__: null };
  for (const name in init) copy[name] = property(init, name);
  return Object.assign(copy, { signal: null });
}

/** A property as `fetch` reads it, but not from a polluted `Object.prototype`. */
function read(init: RequestInit | null | undefined, name: "hold" | "signal"): unknown {
  if (typeof init !== "object" || init === null) return undefined;
  return property(init, name);
}
