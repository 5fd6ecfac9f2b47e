/** How many requests a host takes in a time. What is above is refused with 429, Retry-After and the RateLimit fields. */
export interface RateLimit {
  /** So many requests … */
  readonly requests: number;
  /** … in so many ms. */
  readonly per: number;
  /**
   * - `"token bucket"`: fills up evenly, a request takes one token
   * - `"fixed window"`: counts from 0 again at each multiple of `per` since the clock's 0
   * - `"sliding window"`: looks back `per` ms from each request
   *
   * @default "token bucket"
   */
  readonly kind?: "token bucket" | "fixed window" | "sliding window" | undefined;
  /** The most tokens that a bucket holds; full at first. @default `requests` */
  readonly burst?: number | undefined;
  /** ms for which a refusal refuses everything that follows, as strict providers do. @default 0 */
  readonly lockout?: number | undefined;
  /** Whether answers have the fields RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers). @default true */
  readonly fields?: boolean | undefined;
}

/** What a limit says to one request. */
export interface Verdict {
  /** ms until a request may be taken again; 0 when this one is. */
  readonly refusedFor: number;
  /** Requests that it would still take now. */
  readonly remaining: number;
  /** ms until it takes more than that: until the quota is reset, or the next token comes. */
  readonly resetIn: number;
}

/** Counts the requests of one host, by one kind of limit. */
interface Counter {
  take(now: number, limit: RateLimit): Verdict;
}

/** The counts of one host's limit. */
export class RateLimiter {
  #kind: string | undefined;
  #counter: Counter | undefined;
  #lockedUntil = -Infinity;

  /** One more request comes. The limit may be another one each time: the counts go on as long as it is of the same kind. */
  take(now: number, limit: RateLimit): Verdict {
    const { kind = "token bucket", lockout = 0 } = limit;
    if (now < this.#lockedUntil) {
      const refusedFor = this.#lockedUntil - now;
      return { refusedFor, remaining: 0, resetIn: refusedFor };
    }
    if (this.#counter === undefined || kind !== this.#kind) this.#counter = new COUNTERS[kind]();
    this.#kind = kind;
    const verdict = this.#counter.take(now, limit);
    if (verdict.refusedFor === 0 || lockout === 0) return verdict;
    this.#lockedUntil = now + lockout;
    return { refusedFor: lockout, remaining: 0, resetIn: lockout };
  }
}

/** A bucket, kept as the time at which it would be full (the generic cell rate algorithm, ITU-T I.371): nothing drifts. */
class TokenBucket implements Counter {
  #fullAt = -Infinity;

  take(now: number, { requests, per, burst = requests }: RateLimit): Verdict {
    const each = per / requests;
    const before = Math.max(this.#fullAt, now);
    const missing = before - now;
    // One part in a million of a token is forgiven: quotients are rounded.
    const refusedFor = missing - (burst - 1) * each;
    if (refusedFor > each * 1e-6) return { refusedFor, remaining: 0, resetIn: refusedFor };
    this.#fullAt = before + each;
    const remaining = Math.floor(burst - (missing + each) / each + 1e-6);
    return { refusedFor: 0, remaining, resetIn: missing + each - (burst - remaining - 1) * each };
  }
}

class FixedWindow implements Counter {
  #window = -Infinity;
  #taken = 0;

  take(now: number, { requests, per }: RateLimit): Verdict {
    const window = Math.floor(now / per);
    if (window !== this.#window) this.#taken = 0;
    this.#window = window;
    const resetIn = (window + 1) * per - now;
    if (this.#taken >= requests) return { refusedFor: resetIn, remaining: 0, resetIn };
    this.#taken++;
    return { refusedFor: 0, remaining: requests - this.#taken, resetIn };
  }
}

class SlidingWindow implements Counter {
  /** When the last ones were taken, the oldest first. */
  #times: number[] = [];

  take(now: number, { requests, per }: RateLimit): Verdict {
    const first = this.#times.findIndex((time) => time > now - per);
    this.#times = first < 0 ? [] : this.#times.slice(first);
    const isTaken = this.#times.length < requests;
    if (isTaken) this.#times.push(now);
    const resetIn = (this.#times[0] ?? now) + per - now;
    const freeIn = (this.#times[this.#times.length - requests] ?? now) + per - now;
    return { refusedFor: isTaken ? 0 : freeIn, remaining: requests - this.#times.length, resetIn };
  }
}

const COUNTERS: Readonly<Record<NonNullable<RateLimit["kind"]>, new () => Counter>> = {
  "token bucket": TokenBucket,
  "fixed window": FixedWindow,
  "sliding window": SlidingWindow,
};

/** The fields by which a limit tells how it stands. */
export function rateLimitFields({ requests, per }: RateLimit, { remaining, resetIn }: Verdict): Record<string, string> {
  return {
    ratelimit: `"default";r=${Math.max(remaining, 0)};t=${Math.ceil(resetIn / 1000)}`,
    "ratelimit-policy": `"default";q=${requests};w=${Math.max(Math.ceil(per / 1000), 1)}`,
  };
}
