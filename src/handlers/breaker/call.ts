import { checkSignal, isRequest, signalOf } from "../../lib/request.ts";
import { requestOf } from "../../lib/request-init.ts";

/** A request, and what is known about who wants it sent. */
export interface Call {
  readonly request: Request;
  /** What the delegate is called with beside the request. */
  readonly init: { readonly signal: AbortSignal };
  /** The caller's own signal: what ends the request. undefined when there is none. */
  readonly signal: AbortSignal | undefined;
  /** Whether the breaker was called as plain `fetch`: then the signal may be shared, and outlive the request by far. */
  readonly isPlainFetch: boolean;
  /**
   * A request whose signal is followed. It must live until the body has ended: the signal of a `Request` that was made with
   * another signal follows that one for no longer than something holds the `Request`.
   */
  readonly signalSource: Request | undefined;
}

/** Who sends what a breaker lets through: a handler, by its answer. */
export type Delegate<Answer> = (request: Request, init: Call["init"]) => PromiseLike<Answer>;

/**
 * A handler's arguments as they are, or what those of plain `fetch` come to. A request that is made here is made without
 * the caller's signal, which goes to the delegate beside it: a platform heeds that one until the body has ended.
 */
export function callOf(input: string | URL | Request, init: RequestInit | null | undefined): Call {
  if (isRequest(input)) {
    if (init === undefined || init === null) {
      const { signal } = input;
      // A request of another package may have null for no signal.
      return { request: input, init: { signal }, signal: signal ?? undefined, isPlainFetch: true, signalSource: input };
    }
    if (hasSignalOnly(init)) {
      const signal = signalOf(input, init);
      return { request: input, init, signal, isPlainFetch: false, signalSource: undefined };
    }
  }
  const signal = checkSignal(signalOf(input, init));
  const request = requestOf(input, init ?? undefined);
  const signalSource = [init, input].find(isRequest);
  return { request, init: { signal: signal ?? request.signal }, signal, isPlainFetch: true, signalSource };
}

/**
 * The host with its port, also when the port is the one that the scheme implies: so `http` and `https` differ.
 * undefined: the request goes to no host.
 */
export function hostOf(request: Request): string | undefined {
  const found = HOST.exec(request.url);
  if (found === null) return undefined;
  const [, secure, host] = found as unknown as [string, string, string]; // neither group is optional
  return PORT.test(host) ? host : `${host}:${secure === "" ? 80 : 443}`;
}

/** A fifth of what `new URL()` takes, of a URL that is in its normal form already. */
const HOST = /^http(s?):\/\/(?:[^/?#]*@)?([^/?#]+)/u;
const PORT = /:\d+$/u;

/** Whether it is an ordinary object with a `signal` and nothing else, as a pool's. */
function hasSignalOnly(init: RequestInit): init is Call["init"] {
  const keys = Reflect.ownKeys(init);
  if (keys.length !== 1 || keys[0] !== "signal" || init.signal === undefined) return false;
  return Object.getPrototypeOf(init) === Object.prototype;
}
