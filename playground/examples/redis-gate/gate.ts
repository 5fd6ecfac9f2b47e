/* A gate for lanes that many processes share by way of Redis. */
import type { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

/** A limit: at most so many starts in a window. */
export interface Limit {
  readonly points: number;
  /** s of a window, a whole number. */
  readonly duration: number;
}

/** Says for how many ms a lane has to wait; 0 lets one task start. It fails while Redis is away, and is asked again then. */
export function redisGate(client: Redis, limit: Limit): (lane: string) => Promise<number> {
  const limiter = new RateLimiterRedis({ storeClient: client, ...limit, rejectIfRedisNotReady: true });
  return async (lane) => {
    try {
      await limiter.consume(lane);
      return 0;
    } catch (refusal) {
      // At the very end of a window 0 ms are left, which would let it start.
      if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
      throw refusal;
    }
  };
}
