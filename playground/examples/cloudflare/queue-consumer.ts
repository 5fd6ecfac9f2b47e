/* A pool per queue batch: delivers each message, six at a time. What fails is delivered again, when its server says or later
   each time; what never succeeds ends in the dead-letter queue.

   wrangler.jsonc: { "name": "deliveries", "main": "queue-consumer.ts", "compatibility_date": "2026-07-01",
                     "queues": { "consumers": [{ "queue": "deliveries", "max_batch_size": 50, "max_retries": 10,
                                                 "dead_letter_queue": "undeliverable" }] } } */
import { Client, requestTask } from "httppool";
import { queueConsumer } from "httppool/cloudflare-queues";

/** A message of the queue. */
export interface Delivery {
  readonly url: string;
  readonly text: string;
}

// More than six requests that wait for their headers would wait in line inside the platform, unseen.
const client = new Client({ workers: 6, timeout: 30_000 });

export default {
  queue: queueConsumer({
    client,
    task: ({ url, text }: Delivery) => requestTask(url, { method: "POST", body: text }),
    // A batch has 15 minutes: what it has not delivered after 14 is delivered again by the next.
    maxDuration: 14 * 60_000,
  }),
};
