import { msOf, retryAfterOf } from "../../lib/retry-after.ts";

/**
 * How long a response asks for quiet, in ms: by the Retry-After of a 429 or a 503 (RFC 9110 §10.2.3), else by the RateLimit
 * field of any (draft-ietf-httpapi-ratelimit-headers): the longest `t` of a quota of which nothing remains (`r=0`).
 *
 * @param now Wall time in ms, that a date is compared with. @default `Date.now()`
 * @returns undefined: it asks for none. What is malformed, negative or over asks for none either.
 *
 * @example
 * ```ts
 * lanes({ hold: (response) => (response.status === 420 ? 60_000 : holdOf(response)) });
 * ```
 */
export function holdOf({ status, headers }: Response, now: number = Date.now()): number | undefined {
  const ms = status === 429 || status === 503 ? retryAfterOf(headers, now) : undefined;
  const field = headers.get("ratelimit");
  return ms ?? (field === null ? undefined : rateLimitOf(field));
}

/** A list of items with parameters (RFC 9651 §3.1): `"burst";r=0;t=5, "daily";r=812;t=3600`. */
function rateLimitOf(field: string): number | undefined {
  // A name may have in it what stands between items.
  // One that has no end goes on to the end of the field: it is not looked for again from each quote in it.
  const list = field.replace(/"(?:[^"\\]|\\.)*("|\\?$)/g, (_, end) => (end === '"' ? "_" : '"'));
  let most: number | undefined;
  for (const item of list.includes('"') ? [] : list.split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const time = parameters.find((parameter) => /^t=\d+$/.test(parameter));
    if (time === undefined || !parameters.includes("r=0") || !/^[\w*:/.-]+$/.test(name)) continue;
    most = Math.max(most ?? 0, msOf(time.slice(2)));
  }
  return most;
}
