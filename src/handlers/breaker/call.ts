import { isRequest, platformRequest } from "../../lib/request.ts";

/** A call of a handler: what its delegate is called with. */
export interface Call {
  readonly request: Request;
  readonly init: { readonly signal: AbortSignal };
}

/** Who sends what a breaker lets through: a handler, by its answer. */
export type Delegate<Answer> = (request: Request, init: Call["init"]) => PromiseLike<Answer>;

/** A handler's arguments as they are, or what those of plain `fetch` come to. */
export function callOf(input: string | URL | Request, init: RequestInit | null | undefined): Call {
  if (isRequest(input)) {
    if (init === undefined || init === null) return { request: input, init: { signal: input.signal } };
    if (hasSignalOnly(init)) return { request: input, init };
  }
  const request = new Request(isRequest(input) ? platformRequest(input) : input, init ?? undefined);
  return { request, init: { signal: request.signal } };
}

/** The host, with its port when it is not the scheme's own. undefined: the request goes to no host. */
export function hostOf(request: Request): string | undefined {
  return HOST.exec(request.url)?.[1];
}

/** A tenth of what `new URL()` takes, of a URL that is in its normal form already. */
const HOST = /^https?:\/\/(?:[^/?#]*@)?([^/?#]+)/u;

/** Whether it is an ordinary object with a `signal` and nothing else. The signal stays unread. */
function hasSignalOnly(init: RequestInit): init is Call["init"] {
  const keys = Reflect.ownKeys(init);
  return keys.length === 1 && keys[0] === "signal" && Object.getPrototypeOf(init) === Object.prototype;
}
