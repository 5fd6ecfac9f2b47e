/** The most seconds that are believed: what overflows counts as so many (RFC 9111 §1.2.2). */
const MOST_SECONDS = 2 ** 31;

/** The three forms of a date in HTTP (RFC 9110 §5.6.7), as far as `Date.parse`, which takes much else, must be kept to them. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? [\w -]+ \d\d:\d\d:\d\d (?:GMT|\d{4})$/;

/**
 * How long the Retry-After of a response says to wait (RFC 9110 §10.2.3), in ms: a whole number of seconds, or until a date.
 *
 * @param now Wall time in ms, that a date is compared with.
 * @returns undefined: there is none, it is malformed, or its date is over.
 */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(value)) return msOf(value);
  // The oldest form names no zone. Every date in HTTP is in GMT.
  const ms = HTTP_DATE.test(value) ? Date.parse(value.replace(/(?: GMT)?$/, " GMT")) - now : -1;
  return ms >= 0 ? ms : undefined;
}

/** Digits that are seconds, in ms. */
export function msOf(seconds: string): number {
  return Math.min(Number(seconds), MOST_SECONDS) * 1000;
}
