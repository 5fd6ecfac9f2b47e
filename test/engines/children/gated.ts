/* A process that sends requests to one origin, at a pace that it shares with others by way of Redis. */
import { Client, requestTask } from "httppool";
import { lanes } from "httppool/lanes";
import { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { GatedSetup } from "../stage/setups.ts";

const { name, redis, origin, points, duration, tasks } = JSON.parse(String(process.argv[2])) as GatedSetup;

// Without Redis the gate fails at once, and is asked again after a second.
const client = new Redis(redis, "127.0.0.1", { maxRetriesPerRequest: 0 });
client.on("error", () => undefined);
const limiter = new RateLimiterRedis({ storeClient: client, points, duration, rejectIfRedisNotReady: true });

const gate = async (lane: string): Promise<number> => {
  try {
    await limiter.consume(lane);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
};

const pool = new Client({ workers: 20, lanes: lanes({ gate }) }).start();
process.once("SIGTERM", () => void pool.abort());
await client.ping();
process.send?.("ready");
process.once("message", () => {
  void (async () => {
    try {
      for (let number = 1; number <= tasks; number++) {
        const headers = { "x-job": `${name}-${number}`, "x-process": name };
        await pool.send(requestTask(origin, { headers }));
      }
    } catch {
      // Aborted: the run is over.
    }
    await pool.close();
    client.disconnect();
    process.disconnect();
  })();
});
