/* A Worker that delivers the messages of a queue, and tells of those that end in its dead-letter queue. */
import { Client, requestTask } from "httppool";
import { type QueueBatch, type QueueConsumer, queueConsumer, type QueueMessage } from "httppool/cloudflare-queues";

interface Env {
  /** Where messages are delivered to. */
  readonly ORIGIN: string;
  /** Where those are told of that never could be. */
  readonly CEMETERY: string;
  /** ms that a batch may take. 0: as long as it likes. */
  readonly MAX_DURATION: number;
}

const client = new Client({ workers: 6 });

const consumerOf = (target: "ORIGIN" | "CEMETERY", maxDuration: number): QueueConsumer<string, Env> =>
  queueConsumer({
    client,
    maxDuration,
    task: (id, _message, env) =>
      requestTask(env[target], { method: "POST", headers: { "x-job": id }, body: "hello" }, (response) =>
        response.text(),
      ),
    // As the rules have it, but at once: a test does not wait for ten seconds and more.
    judge: ({ ok, status = 0 }) => (ok && status < 400 ? undefined : { retry: 0 }),
  });

export default {
  queue: (batch: QueueBatch<QueueMessage<string>> & { readonly queue: string }, env: Env): Promise<void> =>
    consumerOf(batch.queue === "dead" ? "CEMETERY" : "ORIGIN", env.MAX_DURATION)(batch, env),
};
