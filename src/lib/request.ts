import { has, isSignal, optional, property } from "./checks.ts";
import { isNativeRequest } from "./runtime/native.ts";
import { orElse } from "./or-else.ts";
import { baseUrl } from "./runtime/base-url.ts";

/** Whether the value is a `Request`. Known by shape, so that those of another realm or package count. */
export function isRequest(value: unknown): value is Request {
  if (isNativeRequest(value)) return true;
  return has(value, "url", "string") && has(value, "method", "string") && has(value, "headers", "object");
}

/** The request as the platform's own, which `fetch` takes: one of another realm or package is copied. */
export function platformRequest(request: Request): Request {
  return request instanceof Request ? request : new Request((request as Request).url, request);
}

/** The init, with what a request would lose by it: any init, were it of a signal alone, makes `fetch` forget these two. */
export function keepReferrer<Init extends object>(request: Request, init: Init): Init {
  const { referrer, referrerPolicy } = request;
  const isPlain = referrer === undefined || (referrer === "about:client" && !referrerPolicy);
  return isPlain ? init : { __proto__: null, ...init, referrer, referrerPolicy };
}

/** The signal that a call of `fetch` with these arguments would follow: null in the init stands for none. */
export function signalOf(input: unknown, init: unknown): AbortSignal | undefined {
  const given = property(init, "signal");
  if (given === null) return undefined;
  // A request of another package may have null for none.
  return (given ?? (isRequest(input) ? (input.signal ?? undefined) : undefined)) as AbortSignal | undefined;
}

/** The signal, when it is one or none. @throws {TypeError} It is something else. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  return optional(signal, "signal", "an AbortSignal", isSignal);
}

/** As platforms write a URL: scheme, host and a port that is not the default's, and no user before it. */
const ORIGIN = /^https?:\/\/[^/?#@\\]+(?=\/)/;

/** Where a request goes, without its secrets. */
export function originOf(request: Request): string {
  const { url } = request;
  // Platforms have brought the URL of their own requests into its normal form, which spares a parse.
  return (isNativeRequest(request) ? ORIGIN.exec(url)?.[0] : undefined) ?? parsedOriginOf(url);
}

/** The origin of a URL that goes by http(s). undefined: it is none. A page's own scripts may leave out what the page has. */
export function originOfUrl(url: string): string | undefined {
  const parsed = orElse(() => new URL(url, baseUrl()), undefined);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined;
}

/** Not by `URL.parse()`, which is younger than the rest of what a browser has to have. */
function parsedOriginOf(url: string): string {
  return orElse(() => new URL(url).origin, "null");
}
