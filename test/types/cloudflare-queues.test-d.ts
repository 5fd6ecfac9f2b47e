import type { ExportedHandler, Message, MessageBatch } from "@cloudflare/workers-types/index.ts";
import { expectTypeOf, test } from "vitest";
import { type MessageOutcome, queueConsumer, type QueueMessage } from "../../src/cloudflare-queues.ts";
import { Client, requestTask } from "../../src/index.ts";

interface Hook {
  readonly url: string;
}

interface Env {
  readonly KEY: string;
}

const client = new Client();

test("a consumer fits a Worker, which says what a message and the environment are", () => {
  const worker = {
    queue: queueConsumer({
      client: (env: Env) => new Client({ name: env.KEY }),
      task: (body: Hook, message, env) => {
        expectTypeOf(message).toEqualTypeOf<QueueMessage<Hook>>();
        expectTypeOf(env).toEqualTypeOf<Env>();
        return requestTask(body.url, { headers: { authorization: env.KEY } });
      },
      judge: (outcome) => {
        expectTypeOf(outcome).toEqualTypeOf<MessageOutcome<QueueMessage<Hook>>>();
        return outcome.message.attempts > 3 ? "ack" : { retry: 60 };
      },
    }),
  } satisfies ExportedHandler<Env, Hook>;
  expectTypeOf(worker.queue).toBeCallableWith({} as MessageBatch<Hook>, { KEY: "" }, {});
});

test("Cloudflare's own messages are messages", () => {
  expectTypeOf<Message<Hook>>().toExtend<QueueMessage<Hook>>();
});

test("a wrong verdict does not compile", () => {
  // @ts-expect-error Cloudflare's queues know no "done".
  queueConsumer({ client, task: () => null, judge: () => "done" });
  // @ts-expect-error A pool would outlive its batch.
  queueConsumer({ client: client.start(), task: () => null });
});
