/* Delivers the jobs of the queue, until a SIGTERM. */
import { Queue, Worker } from "bullmq";
import { Client, requestTask } from "httppool";
import { jobProcessor } from "httppool/bullmq";
import { connection, type Hook, QUEUE } from "./queue.ts";

/** ms from the SIGTERM to the end of what has not finished by itself. Containers are killed after 10 to 30 s. */
const GRACE = Number(process.env["GRACE_MS"] ?? 10_000);

const pool = new Client({ workers: 20, timeout: 30_000 }).start();
const queue = new Queue<Hook>(QUEUE, { connection });

const worker = new Worker<Hook>(
  QUEUE,
  jobProcessor(
    pool,
    ({ id, data }) =>
      requestTask(data.url, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `${QUEUE}-${id}` },
        body: JSON.stringify(data.body),
      }),
    { queue },
  ),
  // Without a limiter nobody would look at a hold. A job of a process that died is delivered again, here up to five times.
  { connection, concurrency: 20, limiter: { max: 1e6, duration: 1000 }, maxStalledCount: 5 },
);
worker.on("error", (error) => console.error(error.message));
worker.on("failed", (job, error) => console.error(`Job ${job?.id}: ${error.message}`));

process.once("SIGTERM", () => void end());

async function end(): Promise<void> {
  const timer = setTimeout(() => void pool.abort(), GRACE);
  await worker.close(); // takes no more jobs, and waits for those that it has
  clearTimeout(timer);
  await pool.close();
  await queue.close();
}
