import { describe, expect, test } from "vitest";
import {
  type MessageOutcome,
  type MessageVerdict,
  queueConsumer,
  type QueueConsumer,
  type QueueConsumerOptions,
  type QueueMessage,
} from "../../../src/engines/cloudflare-queues.ts";
import type { Task } from "../../../src/api/task.ts";
import { Client } from "../../../src/client.ts";
import { filteredTask, perishableTask, requestTask } from "../../../src/tasks.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { settled } from "../../support/settled.ts";
import { LogBook } from "../../support/log-book.ts";
import { ScriptedHandler } from "../../support/scripted-handler.ts";

/** A message as a queue delivers it. It keeps what it is told. */
class FakeMessage implements QueueMessage<string> {
  readonly id = "id";
  readonly timestamp: Date = new Date(0);
  readonly told: ("ack" | number | undefined)[] = [];
  readonly body: string;
  readonly attempts: number;

  constructor(body = "/", attempts = 1) {
    this.body = body;
    this.attempts = attempts;
  }

  ack(): void {
    this.told.push("ack");
  }

  retry(options?: { delaySeconds?: number }): void {
    this.told.push(options?.delaySeconds);
  }
}

type Options = Partial<QueueConsumerOptions<string, unknown>>;

const clock = new VirtualClock({ start: 1000 });

interface Stage {
  readonly handler: ScriptedHandler;
  readonly client: Client;
  readonly book: LogBook;
  readonly consumer: QueueConsumer<string, unknown>;
}

const toPath = (path: string): Task => requestTask(`https://example.com${path}`);

function stage(options: Options = {}): Stage {
  const handler = new ScriptedHandler();
  const book = new LogBook();
  const client = new Client({ handler: handler.handle, workers: 2, clock });
  return { handler, client, book, consumer: queueConsumer({ client, task: toPath, logger: book, clock, ...options }) };
}

function toGoodPath(path: string): Task {
  if (path === "/bad") throw new TypeError("bad");
  return toPath(path);
}

const status = (code: number, retryAfter?: string): Response =>
  new Response(null, { status: code, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });

/** Consumes one message that is answered so. @returns What it was told. */
async function tell(
  answer: Response | Error,
  options: Options = {},
  message: FakeMessage = new FakeMessage(),
): Promise<unknown> {
  const { handler, consumer } = stage(options);
  const done = consumer({ messages: [message] }, {});
  await settled();
  if (answer instanceof Error) handler.call(-1).fail(answer);
  else handler.call(-1).respond(answer);
  await done;
  expect(message.told).toHaveLength(1);
  return message.told[0];
}

describe("a message", () => {
  test.each([200, 204, 302, 399])("of status %i is acknowledged", async (code) => {
    expect(await tell(status(code))).toBe("ack");
  });

  test.each([400, 404, 408, 410, 425, 429, 500, 503])("of status %i is delivered again", async (code) => {
    expect(await tell(status(code))).toBe(20);
  });

  test("that fails is delivered again", async () => {
    expect(await tell(new TypeError("fetch failed"))).toBe(20);
  });

  test("is put off for twice as long each time, twelve hours at most", async () => {
    const delays = await Promise.all(
      [1, 2, 3, 10, 12, 13, 100, 5000].map((attempts) => tell(status(500), {}, new FakeMessage("/", attempts))),
    );
    expect(delays).toEqual([20, 40, 80, 10_240, 40_960, 43_200, 43_200, 43_200]);
  });

  test.each([
    ["7", 7],
    ["0", 0],
    ["99999999999", 43_200],
    ["-5", 20],
    ["soon", 20],
  ])("whose response has the Retry-After %s is delivered again after %i s", async (retryAfter, seconds) => {
    expect(await tell(status(429, retryAfter))).toBe(seconds);
    expect(await tell(status(500, retryAfter))).toBe(seconds);
  });

  test("waits for whole seconds, none too few", async () => {
    expect(await tell(status(500), { judge: () => ({ retry: 1.2 }) })).toBe(2);
  });

  test("without a task is acknowledged, and nothing is sent", async () => {
    for (const nothing of [null, undefined]) {
      const { handler, consumer } = stage({ task: async () => nothing });
      const message = new FakeMessage();
      await consumer({ messages: [message] }, {});
      expect(message.told).toEqual(["ack"]);
      expect(handler.calls).toHaveLength(0);
    }
  });

  test("whose task can't be made is delivered again, and harms no other", async () => {
    const { handler, consumer } = stage({ task: toGoodPath });
    const [bad, good] = [new FakeMessage("/bad"), new FakeMessage("/good")];
    const done = consumer({ messages: [bad, good] }, {});
    await settled();
    expect(bad.told).toEqual([20]);
    handler.call(0).respond(status(200));
    await done;
    expect(good.told).toEqual(["ack"]);
  });

  test("whose task is no function is delivered again", async () => {
    const { consumer } = stage({ task: () => "https://example.com" as never });
    const message = new FakeMessage();
    await consumer({ messages: [message] }, {});
    expect(message.told).toEqual([20]);
  });

  test("that expired, or was filtered, is acknowledged", async () => {
    const task = requestTask("https://example.com");
    for (const over of [perishableTask(0, task), filteredTask(() => false, task)]) {
      const { consumer } = stage({ task: () => over });
      const message = new FakeMessage();
      await consumer({ messages: [message] }, {});
      expect(message.told).toEqual(["ack"]);
    }
  });

  test("hands its body, itself and the environment to the task", async () => {
    const given: unknown[] = [];
    const { consumer } = stage({ task: (...all) => void given.push(...all) });
    const message = new FakeMessage("/the-body");
    const env = { KEY: "key" };
    await consumer({ messages: [message] }, env);
    expect(given).toEqual(["/the-body", message, env]);
  });
});

describe("judge", () => {
  test.each<[MessageVerdict, unknown]>([
    ["ack", "ack"],
    ["retry", 20],
    [{ retry: 5 }, 5],
    [{ retry: 1e9 }, 43_200],
    [undefined, 20],
  ])("says %o of a 500: told %s", async (verdict, told) => {
    expect(await tell(status(500), { judge: () => verdict })).toBe(told);
  });

  test("may have what succeeded delivered again", async () => {
    expect(await tell(status(202), { judge: () => "retry" })).toBe(20);
    expect(await tell(status(202, "3"), { judge: () => "retry" })).toBe(20);
  });

  test("is told what became of the message, once its consumer has run", async () => {
    const seen: MessageOutcome<QueueMessage<string>>[] = [];
    const judge = (outcome: MessageOutcome<QueueMessage<string>>): undefined => void seen.push(outcome);
    const message = new FakeMessage("/", 3);
    await tell(status(503, "9"), { judge }, message);
    expect(seen).toEqual([{ ok: true, status: 503, retryAfterMs: 9000, attempts: 3, message }]);
    const error = new TypeError("fetch failed");
    await tell(error, { judge });
    expect(seen[1]).toMatchObject({ ok: false, error });
  });

  test.each([
    () => {
      throw new Error("judge is ill");
    },
    () => "done",
    () => ({ retry: -1 }),
    () => ({ retry: Number.NaN }),
    () => ({ retry: Infinity }),
    async () => {
      throw new Error("judge is ill, later");
    },
  ])("that fails or makes no sense is logged, and the message is delivered again: %s", async (judge) => {
    const book = new LogBook();
    expect(await tell(status(200), { judge: judge as () => never, logger: book })).toBe(20);
    expect(book.errors).toHaveLength(1);
  });
});

const late = (): never => Promise.reject(new Error("no key")) as never;

const fail = (): never => {
  throw new Error("ill");
};

test("a logger that fails harms no message", async () => {
  const [judge, logger] = [fail, { debug: fail, error: fail }];
  expect(await tell(status(200), { judge, logger })).toBe(20);
});

describe("a batch", () => {
  test("has a pool of its own, closed when the handler returns", async () => {
    const { client, handler, consumer } = stage();
    const pools: ReturnType<Client["start"]>[] = [];
    const watched = queueConsumer<string, unknown>({
      client: {
        start: () => {
          const pool = client.start();
          pools.push(pool);
          return pool;
        },
      },
      task: () => requestTask("https://example.com"),
    });
    for (let batch = 0; batch < 2; batch++) {
      const done = watched({ messages: [new FakeMessage()] }, {});
      await settled();
      expect(pools[batch]?.closed).toBe(false);
      handler.call(-1).respond(status(200));
      await done;
      expect(pools[batch]?.closed).toBe(true);
    }
    expect(new Set(pools).size).toBe(2);
    await expect(consumer({ messages: [] }, {})).resolves.toBeUndefined();
  });

  test("may have a client of its environment", async () => {
    const { client } = stage();
    const given: unknown[] = [];
    const consumer = queueConsumer<string, { readonly key: string }>({
      client: (env) => {
        given.push(env);
        return client;
      },
      task: () => null,
    });
    await consumer({ messages: [new FakeMessage()] }, { key: "a" });
    expect(given).toEqual([{ key: "a" }]);
  });

  test("rejects with what its client throws, and is delivered again by that", async () => {
    const error = new Error("no key");
    const { consumer } = stage({
      client: () => {
        throw error;
      },
    });
    const message = new FakeMessage();
    await expect(consumer({ messages: [message] }, {})).rejects.toBe(error);
    expect(message.told).toEqual([]);
    const nothing = stage({ client: () => undefined as never }).consumer;
    await expect(nothing({ messages: [message] }, {})).rejects.toThrow(
      "Expected `client()` to be a Client, got undefined",
    );
  });

  test("rejects, nothing told, with a client or a pool that is not there yet, and with one that is none", async () => {
    for (const [client, name] of [
      [late, "client()"],
      [{ start: late }, "client.start()"],
      [{ start: () => undefined as never }, "client.start()"],
    ] as const) {
      const message = new FakeMessage();
      const consumed = stage({ client }).consumer({ messages: [message] }, {});
      await expect(consumed).rejects.toThrow(`Expected \`${name}\` to be a`);
      expect(message.told).toEqual([]);
    }
  });

  test("is sent no more than `workers` at a time, in order, each message acknowledged as it is done", async () => {
    const { handler, consumer } = stage();
    const messages = ["/0", "/1", "/2", "/3"].map((path) => new FakeMessage(path));
    const done = consumer({ messages }, {});
    await settled();
    expect(handler.calls.map(({ request }) => new URL(request.url).pathname)).toEqual(["/0", "/1"]);
    handler.call(1).respond(status(200));
    await settled();
    expect(messages.map(({ told }) => told)).toEqual([[], ["ack"], [], []]);
    handler.call(0).respond(status(200));
    await settled();
    for (const call of handler.calls.slice(2)) call.respond(status(200));
    await done;
    expect(messages.map(({ told }) => told)).toEqual([["ack"], ["ack"], ["ack"], ["ack"]]);
  });

  test("of more messages than the pool has places is sent all the same", async () => {
    const { handler, consumer } = stage();
    const messages = Array.from({ length: 250 }, () => new FakeMessage());
    const done = consumer({ messages }, {});
    for (let sent = 0; sent < messages.length; sent++) {
      await settled();
      handler.call(sent).respond(status(200));
    }
    await done;
    expect(messages.every(({ told }) => told.length === 1 && told[0] === "ack")).toBe(true);
  });

  test("is delivered again at once where maxDuration cuts it short: nothing more is sent, what runs is aborted", async () => {
    const { handler, consumer } = stage({ maxDuration: 1000 });
    const messages = Array.from({ length: 5 }, () => new FakeMessage());
    const done = consumer({ messages }, {});
    await clock.advance(999);
    handler.call(0).respond(status(200));
    await settled();
    expect(messages.map(({ told }) => told)).toEqual([["ack"], [], [], [], []]);
    await clock.advance(1);
    await done;
    expect(messages.map(({ told }) => told)).toEqual([["ack"], [0], [0], [0], [0]]);
    expect(handler.calls).toHaveLength(3);
    expect(handler.calls.slice(1).every(({ init }) => init.signal.aborted)).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test("does not wait longer than maxDuration for a task that is still being made, and never sends it", async () => {
    const slow = Promise.withResolvers<Task>();
    const { handler, consumer } = stage({
      maxDuration: 1000,
      task: (path) => (path === "/slow" ? slow.promise : toPath(path)),
    });
    const messages = ["/slow", "/"].map((path) => new FakeMessage(path));
    const done = consumer({ messages }, {});
    await settled();
    handler.call(0).respond(status(200));
    await clock.advance(1000);
    await done;
    slow.resolve(toPath("/slow"));
    await settled();
    expect(messages.map(({ told }) => told)).toEqual([[0], ["ack"]]);
    expect(handler.calls).toHaveLength(1);
  });

  test("has no timer left when it is done in time, and none without maxDuration", async () => {
    for (const maxDuration of [undefined, 0, 60_000]) {
      const { handler, consumer } = stage({ maxDuration });
      const done = consumer({ messages: [new FakeMessage()] }, {});
      await settled();
      expect(clock.timers).toBe(maxDuration ? 1 : 0);
      handler.call(0).respond(status(200));
      await done;
      expect(clock.timers).toBe(0);
    }
  });

  test("in which a message can't be told rejects when all others are told: it is delivered again", async () => {
    const { handler, consumer } = stage();
    const error = new Error("The message is gone");
    const gone = new FakeMessage();
    gone.ack = (): never => {
      throw error;
    };
    const other = new FakeMessage();
    const done = consumer({ messages: [gone, other] }, {});
    const failed = done.catch((reason: unknown) => reason);
    await settled();
    handler.call(0).respond(status(200));
    await settled();
    expect(other.told).toEqual([]);
    handler.call(1).respond(status(200));
    expect(await failed).toBe(error);
    expect(other.told).toEqual(["ack"]);
  });
});

const task = (): null => null;

describe("options", () => {
  const client = new Client({ handler: new ScriptedHandler().handle });

  test.each<[string, object]>([
    ["Expected `options` to be an object, got null", null as never],
    ["Expected `client` to be a Client or a function, got undefined", { task }],
    ["Expected `client` to be a Client or a function, got an object", { client: client.start(), task }],
    ["Expected `task` to be a function, got undefined", { client }],
    ["Expected `judge` to be a function, got 1 (number)", { client, task, judge: 1 }],
    ["Expected `maxDuration` to be a finite number of ms, got NaN (number)", { client, task, maxDuration: Number.NaN }],
    ["Expected `logger` to be", { client, task, logger: {} }],
    ["Expected `clock` to be", { client, task, clock: {} }],
  ])("of a wrong type are refused: %s", (message, options) => {
    expect(() => queueConsumer(options as QueueConsumerOptions<unknown, unknown>)).toThrow(message);
  });
});
