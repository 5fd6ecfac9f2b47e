import type { Random } from "./random.ts";

/** How a pool tries again. */
export interface RetrySetup {
  readonly limit: number;
  readonly budget: false | { readonly ratio: number; readonly reserve: number };
  /** The delays are so many ms, at most. */
  readonly longest: number;
  readonly backoffLimit: number;
  readonly jitter: "none" | "full" | "own";
  readonly retryOnTimeout: boolean;
  readonly maxRetryAfter: number;
  /** The chance that `shouldRetry` decides. */
  readonly opinion: number;
}

/** Random retries. */
export function randomRetry(random: Random): RetrySetup {
  return {
    limit: random.pick([0, 1, 2, 2, 5]),
    budget: random.pick([
      false,
      { ratio: 0.25, reserve: 10 },
      { ratio: 0.125, reserve: 2.5 },
      { ratio: 0, reserve: 1 },
      { ratio: 1, reserve: 1 },
      { ratio: 0.5, reserve: 0 },
    ]),
    longest: random.pick([0, 2, 30, 1000]),
    backoffLimit: random.pick([30_000, 30_000, 8, 0]),
    jitter: random.pick(["none", "full", "own"]),
    retryOnTimeout: random.chance(0.5),
    maxRetryAfter: random.pick([60_000, 60_000, 1000, 0]),
    opinion: random.pick([0, 0, 0.3]),
  };
}
