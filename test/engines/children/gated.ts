/* A process that sends requests to one origin, at a pace that it shares with others by way of Redis. */
import { Client, requestTask } from "httppool";
import { lanes } from "httppool/lanes";
import { Redis } from "ioredis";
import { redisGate } from "../../../playground/examples/redis-gate/gate.ts";
import type { GatedSetup } from "../stage/setups.ts";

const { name, redis, origin, points, duration, tasks } = JSON.parse(String(process.argv[2])) as GatedSetup;

// Without Redis the gate fails at once, and is asked again after a second.
const client = new Redis(redis, "127.0.0.1", { maxRetriesPerRequest: 0 });
client.on("error", () => undefined);
const gate = redisGate(client, { points, duration });
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
