/* Gets a URL sixty times, no more often than all processes together may. */
import { Client } from "httppool";
import { lanes } from "httppool/lanes";
import { Redis } from "ioredis";
import { redisGate } from "./gate.ts";

const url = process.argv[2] ?? "http://127.0.0.1:8080/";

// A gate that fails is asked again after a second: better than a command that waits for Redis all the while.
const client = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379", { maxRetriesPerRequest: 0 });
client.on("error", (error) => console.error(error.message));

const gate = redisGate(client, { points: 20, duration: 1 });
const pool = new Client({ workers: 10, lanes: lanes({ gate }) }).start();
const urls = Array.from({ length: 60 }, () => url);
for await (const status of pool.map(
  urls,
  (one) => one,
  (response) => response.status,
))
  console.log(status);
await pool.close();
client.disconnect();
