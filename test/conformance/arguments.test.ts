import { describe, expect, test } from "vitest";
import {
  type Consumer,
  filteredTask,
  kyHandler,
  type KyOptions,
  perishableTask,
  type RequestFilter,
  requestTask,
  type SendOptions,
  type Task,
  type TaskContext,
} from "../../src/index.ts";
import { counted, lab, request } from "../support/lab.ts";

const readText: Consumer<string> = (response) => response.text();
const context: TaskContext = { id: 1, attempt: 1, signal: new AbortController().signal, date: () => 0 };

describe("an argument of a wrong type is a TypeError before anything is queued", () => {
  const wrongOptions: [unknown, string][] = [
    [null, "options"],
    [5, "options"],
    ["x", "options"],
    [{ signal: null }, "signal"],
    [{ signal: 5 }, "signal"],
    [{ signal: {} }, "signal"],
    [{ signal: new EventTarget() }, "signal"],
    [{ signal: new AbortController() }, "signal"],
  ];

  test.each(wrongOptions)("options of %o for send, offer, run and map", async (value, name) => {
    const { pool, log } = lab();
    const options = value as SendOptions;
    const task = counted();
    const message = new RegExp(`^Expected \`${name}\` to be .+, got .+$`);
    expect(() => pool.offer(task, options)).toThrow(TypeError);
    expect(() => pool.offer(task, options)).toThrow(message);
    for (const call of [pool.send(task, options), pool.run(task, options)]) {
      const error: unknown = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toHaveProperty("message", expect.stringMatching(message));
    }
    expect(() => pool.map(["/"], String, String, options)).toThrow(message);
    expect([log.events, task.contexts, pool.waiting]).toEqual([[], [], 0]);
  });

  test("the arguments of map, at once", () => {
    const { pool, log } = lab();
    const map = pool.map as (...args: unknown[]) => unknown;
    const rows: [unknown[], string][] = [
      [[5, String, String], "inputs"],
      [[null, String, String], "inputs"],
      [[{}, String, String], "inputs"],
      [[[], "x", String], "toRequest"],
      [[[], String, undefined], "read"],
      [[[], String, String, { ordered: "yes" }], "ordered"],
      [[[], String, String, { ordered: null }], "ordered"],
      [[[], String, String, { settled: 1 }], "settled"],
    ];
    for (const [args, name] of rows) {
      const call = (): unknown => map.apply(pool, args);
      expect(call).toThrow(TypeError);
      expect(call).toThrow(new RegExp(`^Expected \`${name}\` to be .+, got .+$`));
    }
    expect(log.events).toEqual([]);
  });

  test.each(["header", null, 5])("fetch's hold of %o", async (hold) => {
    const { pool, log } = lab();
    const error: unknown = await pool.fetch("https://example.com/", { hold: hold as "body" }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(/^Expected `hold` to be "headers" or "body", got /));
    expect(log.events).toEqual([]);
  });

  test.each([5, {}, "x", new EventTarget()])("fetch's signal of %o, each time", async (signal) => {
    const { pool, log } = lab();
    const init = { signal: signal as AbortSignal };
    for (let i = 0; i < 2; i++) {
      await expect(pool.fetch("https://example.com/", init)).rejects.toThrow(TypeError);
    }
    expect([log.events, pool.running]).toEqual([[], 0]);
  });
});

describe("requestTask", () => {
  test("makes a fresh Request of a URL each time, with the init", async () => {
    const task = requestTask("https://example.com/a", { method: "POST", body: "x" });
    const [one, two] = [await task(context), await task(context)];
    const requests = [one, two].map((made) => (made as { request: Request }).request);
    expect(requests[0]).not.toBe(requests[1]);
    for (const made of requests) {
      expect([made.url, made.method, await made.text()]).toEqual(["https://example.com/a", "POST", "x"]);
    }
  });

  test("takes a URL as it is now", async () => {
    const url = new URL("https://example.com/a");
    const task = requestTask(url);
    url.pathname = "/b";
    expect(await task(context)).toMatchObject({ request: { url: "https://example.com/a" } });
  });

  test("hands a Request on as it is; with an init it makes another", async () => {
    const made = request("/a");
    expect(((await requestTask(made)(context)) as { request: Request }).request).toBe(made);
    const { request: other } = (await requestTask(made, { method: "PUT" })(context)) as { request: Request };
    expect([other.url, other.method]).toEqual([made.url, "PUT"]);
  });

  test("a Request that has a body can be sent once only", async () => {
    const { pool, log, handler } = lab({
      handler: async (asked) => {
        await asked.text();
        return new Response("x");
      },
    });
    const task = requestTask(request("/", { method: "POST", body: "x" }));
    await pool.run(task);
    await expect(pool.run(task)).rejects.toThrow(TypeError);
    expect([log.finish(1).ok, log.finish(2).ok, handler.calls.length]).toEqual([true, false, 0]);
  });

  test("takes the consumer second or third", async () => {
    const consumer = readText;
    expect(await requestTask("https://example.com/", consumer)(context)).toHaveProperty("consumer", consumer);
    expect(await requestTask("https://example.com/", {}, consumer)(context)).toHaveProperty("consumer", consumer);
    expect(await requestTask("https://example.com/", undefined, consumer)(context)).toHaveProperty(
      "consumer",
      consumer,
    );
  });

  test("a URL that is none fails the task, not the call", async () => {
    const { pool, log } = lab();
    const task = requestTask("no URL");
    pool.offer(task);
    await pool.close();
    expect(log.failure(1)).toBeInstanceOf(TypeError);
  });

  test.each([
    [[undefined], "input"],
    [[5], "input"],
    [[null], "input"],
    [[{}], "input"],
    [["https://example.com/", null], "init"],
    [["https://example.com/", 5], "init"],
    [["https://example.com/", {}, 5], "consumer"],
    [["https://example.com/", {}, null], "consumer"],
  ])("of %o is a TypeError", (args, name) => {
    const make = (): unknown => (requestTask as (...args: unknown[]) => unknown)(...args);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^Expected \`${name}\` to be .+, got .+$`));
  });
});

test.each([Number.NaN, new Date(Number.NaN), "2030-01-01", null, undefined, {}])(
  "perishableTask with an expiry of %o is a TypeError",
  (expiry) => {
    const make = (): unknown => perishableTask(expiry as Date, counted());
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^Expected `expiry` to be .+, got .+$/);
  },
);

test.each([null, undefined, 5, {}])(
  "perishableTask and filteredTask with a task, or a filter, of %o are TypeErrors",
  (value) => {
    const makes = [
      () => perishableTask(0, value as Task),
      () => filteredTask(() => true, value as Task),
      () => filteredTask(value as RequestFilter, counted()),
    ];
    for (const [index, make] of makes.entries()) {
      expect(make).toThrow(TypeError);
      expect(make).toThrow(new RegExp(`^Expected \`${index === 2 ? "filter" : "task"}\` to be a function, got .+$`));
    }
  },
);

test.each([null, 5, "x"])("kyHandler with options of %o is a TypeError", (value) => {
  const make = (): unknown => kyHandler(value as unknown as KyOptions);
  expect(make).toThrow(TypeError);
  expect(make).toThrow(/^Expected `options` to be an object, got .+$/);
});

test.each([null, 0, "", false])(
  "off() with %o in the place of a listener throws, and takes none off",
  async (listener) => {
    const { pool } = lab();
    let heard = 0;
    pool.on("queue", () => heard++);
    expect(() => pool.off("queue", listener as never)).toThrow(/^Expected `listener` to be a function/);
    pool.offer(() => null);
    expect(heard).toBe(1);
  },
);
