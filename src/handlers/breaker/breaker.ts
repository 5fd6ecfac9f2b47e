import { markPoolFetch } from "../../lib/runtime/platform-fetch.ts";
import { cancelUpload } from "../../lib/task-mark.ts";
import { type Call, callOf, hostOf } from "./call.ts";
import { Circuits, type CircuitState } from "./circuits.ts";
import { Outcome } from "./outcome.ts";
import { letThrough } from "./let-through.ts";
import { type BreakerOptions, settingsOf } from "./settings.ts";

export type { BreakerEvent, CircuitState } from "./circuits.ts";
export type { BreakerOptions } from "./settings.ts";

/** A handler that is also a plain `fetch`. */
export interface Breaker<Answer extends Response | null | undefined = Response> {
  /**
   * @throws {CircuitOpenError} The host has failed too often, and nothing was sent.
   * @throws {TypeError} The request's body has been used already. No failure of the host.
   * @throws What the delegate failed with; a `DOMException` named `TimeoutError` after `timeout`.
   */
  (input: string | URL | Request, init?: RequestInit): Promise<Answer>;
  /**
   * How the circuits stand now, of the hosts that have failed: by host and port, which is there also when it is the one that
   * the scheme implies (`example.com:443`). A host that is not there has a closed circuit.
   */
  states(): ReadonlyMap<string, CircuitState>;
}

/**
 * Stops sending to a host that fails: after `threshold` failures in a row its circuit opens, and requests to it fail at
 * once with a {@link CircuitOpenError}. After a back-off (500 ms, half as long again each time, ±50 %, at most 60 s) one
 * request is let through to try the host: it closes the circuit, or opens it again for longer.
 *
 * A failure is an error of the delegate (unless `isFailure` says otherwise), the `timeout` here, the pool's own `timeout`,
 * and a response of which `tripOn` says so. The caller's own abort is none. Requests to one host and port share a circuit,
 * whatever their path.
 *
 * A delegate that ignores its signal goes on after `timeout`, unseen; a body it then brings is cancelled.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const handler = breakerHandler({ timeout: 5000, delegate: kyHandler(), tripOn: ({ status }) => status >= 500 });
 * const pool = new Client({ handler }).start();
 * ```
 */
export function breakerHandler<Answer extends Response | null | undefined = Response>(
  options: BreakerOptions<Answer> = {},
): Breaker<Answer> {
  const { delegate, isPlatform, judge, limits, rules } = settingsOf<Answer>(options);
  const circuits = new Circuits(rules);
  const breaker = (input: string | URL | Request, init?: RequestInit): Promise<Answer> => {
    let call: Call | undefined;
    try {
      call = callOf(input, init);
      const { request } = call;
      if (request.bodyUsed || request.body?.locked) throw new TypeError("The request's body has been used already");
      const host = hostOf(request);
      if (host === undefined) return Promise.resolve(delegate(request, call.init));
      const permit = circuits.enter(host);
      const outcome = new Outcome(circuits, permit, call, judge);
      return letThrough(call, delegate, outcome, limits, permit.isProbe);
    } catch (error) {
      // A pool may try the request again, and else does this itself.
      if (call?.isPlainFetch) cancelUpload(call.request, error);
      return Promise.reject(error);
    }
  };
  // Or, put in the place of the platform's `fetch`, it would call itself for ever.
  return Object.assign(isPlatform ? markPoolFetch(circuits, breaker) : breaker, { states: () => circuits.states() });
}
