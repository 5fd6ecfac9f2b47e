/* A pool per queue batch: delivers each message, six at a time, and lets the queue deliver again what failed.

   wrangler.jsonc: { "name": "deliveries", "main": "per-batch.ts", "compatibility_date": "2026-07-01",
                     "queues": { "consumers": [{ "queue": "deliveries", "max_batch_size": 50, "retry_delay": 30 }] } } */
import { Client, requestTask } from "httppool";
import type { Message, MessageBatch } from "./cloudflare.ts";

/** A message of the queue. */
export interface Delivery {
  readonly url: string;
  readonly text: string;
}

// More than six requests that wait for their headers would wait in line inside the platform, unseen.
const client = new Client({ workers: 6, timeout: 30_000 });

export default {
  async queue(batch: MessageBatch<Delivery>): Promise<void> {
    const pool = client.start();
    const deliver = async (message: Message<Delivery>): Promise<void> => {
      const { url, text } = message.body;
      const task = requestTask(url, { method: "POST", body: text }, ({ status }) => status);
      const status = await pool.run(task).catch(() => undefined);
      const isLost = status === undefined || status === 429 || status >= 500;
      if (isLost) message.retry();
      else message.ack();
    };
    await Promise.all(batch.messages.map(deliver));
    await pool.close();
  },
};
