/* Adds a delivery for each URL that it is given. */
import { Queue } from "bullmq";
import { connection, type Hook, QUEUE } from "./queue.ts";

const queue = new Queue<Hook>(QUEUE, { connection });
// Five attempts, after 1, 2, 4 and 8 s, or as long as a Retry-After says. What fails for good stays to be looked at.
const opts = { attempts: 5, backoff: { type: "exponential", delay: 1000 }, removeOnComplete: 1000 };
await queue.addBulk(
  process.argv.slice(2).map((url) => ({ name: "hook", data: { url, body: { hello: "world" } }, opts })),
);
await queue.close();
