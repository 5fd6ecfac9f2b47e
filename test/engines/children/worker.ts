/* A process that works on the jobs of a queue, until a SIGTERM. */
import { Queue, Worker } from "bullmq";
import { Client, requestTask } from "httppool";
import { jobProcessor } from "httppool/bullmq";
import { lanes } from "httppool/lanes";
import type { WorkerSetup } from "../stage/setups.ts";

const setup = JSON.parse(String(process.argv[2])) as WorkerSetup;
const { name, redis, origin, queue: queueName, concurrency, workers, grace = 5000 } = setup;
const connection = { host: "127.0.0.1", port: redis };

const pool = new Client({ workers, ...(setup.lanes === true && { lanes: lanes() }) }).start();
const queue = new Queue(queueName, { connection });
queue.on("error", () => undefined);

const worker = new Worker(
  queueName,
  jobProcessor(
    pool,
    (job) => {
      const headers = { "x-job": String(job.id), "x-process": name };
      return requestTask(origin, { method: "POST", headers }, (response) => response.text());
    },
    setup.holds === true ? { queue } : {},
  ),
  {
    name,
    connection,
    concurrency,
    lockDuration: setup.lockDuration ?? 8000,
    stalledInterval: 500,
    maxStalledCount: 100,
    runRetryDelay: 200,
    drainDelay: 1,
    ...(setup.hasLimiter === true && { limiter: { max: 1e6, duration: 1000 } }),
  },
);
// Redis may be away or full for a while: the worker goes on by itself, and says so again and again.
const told = new Set<string>();
worker.on("error", ({ message }) => {
  if (!told.has(message)) console.error(message);
  told.add(message);
});

process.once("SIGTERM", () => {
  void (async () => {
    const timer = setTimeout(() => void pool.abort(), grace);
    await worker.close();
    clearTimeout(timer);
    await pool.close();
    await queue.close();
    process.disconnect();
  })();
});

await worker.waitUntilReady();
process.send?.("ready");
