import type { Abortable, Submit } from "./entry.ts";
import { holdOf } from "./normalize.ts";
import type { Hold } from "./options.ts";
import type { PooledFetch } from "./pool.ts";
import { markPoolFetch } from "./runtime.ts";
import { follow, unfollow } from "./signals.ts";
import { canTrack, track } from "./tracked-response.ts";

/** Makes a pool's `fetch`. */
export function pooledFetch(submit: Submit, defaultHold: Hold): PooledFetch {
  const fetch: PooledFetch = (input, init) =>
    new Promise((resolve, reject) => {
      const hold =
        (init !== undefined && init !== null && Object.hasOwn(init, "hold") ? holdOf(init.hold) : undefined) ??
        defaultHold;
      const signal = signalOf(input, init);
      const request = snapshot(input, init);
      submit(() => request, signal, {
        failed: reject,
        succeeded: () => reject(new TypeError("The handler gave no response")),
        takeOver: (response, attempt) => handOver(response, attempt, hold, signal, resolve),
      });
    });
  markPoolFetch(fetch);
  return fetch;
}

/** Gives the response to the caller. @returns What holds the slot. */
function handOver(
  response: Response,
  attempt: Abortable,
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
  follow(signal, token, (reason) => attempt.cut(reason));
  tracked.ended.then(release, release);
  return undefined;
}

/** The request as it is now. The caller's signal is left out: some platforms would keep a listener on it for good. */
function snapshot(input: string | URL | Request, init: RequestInit | undefined): Request {
  const hasSignal = init?.signal !== undefined || (typeof input === "object" && "signal" in input);
  return new Request(input, hasSignal ? withoutSignal(init) : init);
}

/** Seen through, not copied: an init may be a Request, whose properties are not its own. */
function withoutSignal(init: RequestInit = {}): RequestInit {
  return new Proxy(init, {
    get: (target, key) => (key === "signal" ? null : Reflect.get(target, key)),
    has: (target, key) => key === "signal" || Reflect.has(target, key),
  });
}

function signalOf(input: string | URL | Request, init: RequestInit | undefined): AbortSignal | undefined {
  const { signal } = init ?? {};
  if (signal === null) return undefined;
  return signal ?? (typeof input === "object" && "signal" in input ? input.signal : undefined);
}
