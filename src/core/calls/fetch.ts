import type { RunningAttempt, Submit } from "../queued-task.ts";
import { property } from "../../lib/checks.ts";
import { holdOf } from "../settings.ts";
import type { Hold } from "../../api/options.ts";
import type { Transaction } from "../../api/task.ts";
import type { PooledFetch } from "../../api/dispatcher.ts";
import { checkSignal, isRequest, keepReferrer, signalOf } from "../../lib/request.ts";
import { membersOf } from "../../lib/request-init.ts";
import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { Subscription } from "../../lib/signals.ts";
import { markUpload } from "../../lib/upload.ts";
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
      // The caller's signal is followed from the call on.
      const task = (): Transaction => ({ request, signal: null });
      if (isRequest(input) || read(init, "body")) markUpload(task, request);
      submit(task, {
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
  if (!isCopy && read(init, "signal") === undefined) return new Request(input, init);
  const members: RequestInit & { hold?: Hold } = membersOf(init ?? {});
  delete members.hold;
  const changesNothing = Object.keys(members).length === 0;
  members.signal = null;
  return new Request(input, isCopy && changesNothing ? keepReferrer(input, members) : members);
}

/** A property as `fetch` reads it, but not from a polluted `Object.prototype`. */
function read(init: RequestInit | null | undefined, name: "body" | "hold" | "signal"): unknown {
  if (typeof init !== "object" || init === null) return undefined;
  return property(init, name);
}
