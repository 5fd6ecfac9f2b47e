import { afterEach, describe, expect, test, vi } from "vitest";
import * as core from "../../src/index.ts";
import { Client, type ClientOptions, DEFAULT_QUEUE_SIZE, DEFAULT_WORKERS, type Listener } from "../../src/index.ts";
import * as lean from "../../src/lean.ts";
import { EventLog } from "../support/event-log.ts";
import { VirtualClock } from "../../src/lab.ts";
import { settled } from "../support/settled.ts";
import { counted, lab, request } from "../support/lab.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const make = (workers: unknown) => (): Client => new Client({ workers } as ClientOptions);
const nothing = (): Promise<null> => Promise.resolve(null);
const noContent = async (): Promise<Response> => new Response(null, { status: 204 });

describe("01 defaults", () => {
  test.each([undefined, 0, -3])("01 workers of %s are ten", (workers) => {
    const { pool, handler } = lab({ workers });
    for (let i = 0; i < 20; i++) pool.offer(counted());
    expect(handler.calls).toHaveLength(10);
    expect(pool.running).toBe(10);
    expect(DEFAULT_WORKERS).toBe(10);
  });

  test.each([undefined, 0, -3])("01 a queueSize of %s is a hundred", (queueSize) => {
    const { pool } = lab({ queueSize, workers: 1 });
    let accepted = 0;
    while (pool.offer(counted())) accepted++;
    expect(accepted).toBe(101);
    expect(pool.waiting).toBe(100);
    expect(DEFAULT_QUEUE_SIZE).toBe(100);
  });

  test.each([undefined, 0, -5])("01 a period of %s is unpaced", async (period) => {
    const { pool, handler, clock } = lab({ period, workers: 1 });
    pool.offer(counted());
    pool.offer(counted());
    handler.call(0).respond();
    await settled();
    expect(handler.calls).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  test.each([undefined, 0, -5])("01 a timeout of %s is none", (timeout) => {
    const { pool, clock } = lab({ timeout });
    pool.offer(counted());
    expect(clock.timers).toBe(0);
  });

  test("01 the least of workers and queueSize is one", () => {
    const { pool, handler } = lab({ workers: 1, queueSize: 1 });
    expect([pool.offer(counted()), pool.offer(counted()), pool.offer(counted())]).toEqual([true, true, false]);
    expect(handler.calls).toHaveLength(1);
  });
});

const wrong: Record<string, readonly unknown[]> = {
  name: [5, null, {}],
  handler: ["fetch", null, {}],
  listeners: ["x", null, {}],
  logger: [null, {}, { debug() {} }, { error() {} }, "console"],
  queueSize: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, "10", null, true, 10n],
  workers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, "4", null, true, 4n],
  period: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "100", null, 100n],
  timeout: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "100", null, 100n],
  drain: [null, 5, "x"],
  hold: ["header", "", null, 1],
  clock: [
    null,
    {},
    { now: () => 0 },
    { now: () => 0, setTimeout() {} },
    Object.assign(new VirtualClock({ start: 1000 }), { date: 5 }),
  ],
};

describe("01 differs: an option of a wrong type throws", () => {
  for (const [name, values] of Object.entries(wrong)) {
    test.each(values)(`01 ${name} of %o`, (value) => {
      const options = { [name]: value } as ClientOptions;
      const message = new RegExp(`^Expected \`${name}(\\.date)?\` to be .+, got .+$`);
      expect(() => new Client(options)).toThrow(TypeError);
      expect(() => new Client(options)).toThrow(message);
    });
  }

  test("01 a fraction of a byte", () => {
    const options: ClientOptions = { drain: { bytes: 1.5 } };
    expect(() => new Client(options)).toThrow("Expected `drain.bytes` to be a whole number of bytes, got 1.5 (number)");
  });

  test.each(["bytes", "ms"])("01 drain.%s that is no finite number", (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "10", null]) {
      const options = { drain: { [name]: value } } as ClientOptions;
      expect(() => new Client(options)).toThrow(TypeError);
      expect(() => new Client(options)).toThrow(new RegExp(`^Expected \`drain\\.${name}\` to be .+, got .+$`));
    }
  });

  test("01 a listener that is neither a function nor has a method `on`, named by its place", () => {
    const listeners = [() => undefined, { on: 5 }] as unknown as Listener[];
    expect(() => new Client({ listeners })).toThrow(TypeError);
    expect(() => new Client({ listeners })).toThrow(/^Expected `listeners\[1\]` to be .+, got an object$/);
  });

  test("01 a listener of a wrong type that was put in later makes start() throw", () => {
    const listeners: Listener[] = [];
    const client = new Client({ listeners });
    listeners.push(null as unknown as Listener);
    expect(() => client.start()).toThrow(/^Expected `listeners\[0\]` to be .+, got null$/);
  });

  test.each([null, 5, "options"])("01 options that are %o", (options) => {
    expect(() => new Client(options as unknown as ClientOptions)).toThrow(/^Expected `options` to be an object, got /);
  });

  test("01 what was got is named by its value and type, but never a text that may be a secret", () => {
    expect(make(Number.NaN)).toThrow("got NaN (number)");
    expect(make("10")).toThrow('got "10" (string)');
    expect(make("a long secret")).toThrow(/got a string$/);
    expect(make([1])).toThrow("got an array");
    expect(make(lab)).toThrow("got a function");
    expect(make(10n)).toThrow("got 10 (bigint)");
  });
});

test("02 no name, or an empty one, makes a unique one that is not empty", () => {
  const client = new Client();
  const names = [client.start(), client.start(), new Client({ name: "" }).start()].map(({ name }) => name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).not.toBe("");
});

test("02 a given name is kept, and every event carries it", async () => {
  const { pool, log, handler } = lab({ name: "crawler" });
  pool.offer(counted());
  handler.call(0).respond();
  await pool.close();
  expect(() => pool.offer(counted())).toThrow();
  expect(pool.name).toBe("crawler");
  expect(log.events.map((event) => event.pool)).toEqual(Array(5).fill("crawler"));
});

describe("03 without a handler", () => {
  test("03 ky sends, once, also when the network fails", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>().mockRejectedValue(new TypeError("fetch failed"));
    vi.stubGlobal("fetch", fetch);
    const pool = new Client().start();
    await expect(pool.run(core.requestTask("https://example.com/"))).rejects.toThrow(TypeError);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test("03 a status of 500 is delivered, not thrown and not tried again", async () => {
    const fetch = vi
      .fn<typeof globalThis.fetch>()
      .mockImplementation(async () => new Response("down", { status: 500 }));
    vi.stubGlobal("fetch", fetch);
    const pool = new Client().start();
    await expect(pool.run(core.requestTask("https://example.com/", ({ status }) => status))).resolves.toBe(500);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test("03 lean has none: it throws a TypeError", () => {
    const options = {} as lean.LeanClientOptions;
    expect(() => new lean.Client(options)).toThrow(TypeError);
    expect(() => new lean.Client(options)).toThrow("Expected `handler` to be a function, got undefined");
  });
});

test("04 start() twice makes two pools that know nothing of each other", async () => {
  const log = new EventLog();
  const client = new lean.Client({ handler: nothing, listeners: [log.listener] });
  const one = client.start();
  const two = client.start();
  await one.close();
  expect(one).not.toBe(two);
  expect([one.closed, two.closed]).toEqual([true, false]);
  expect(two.offer(counted())).toBe(true);
  await two.close();
  expect(new Set(log.events.map(({ pool }) => pool))).toEqual(new Set([two.name]));
  expect(one.name).not.toBe(two.name);
});

test("05 listeners are copied at each start", () => {
  const early = new EventLog();
  const late = new EventLog();
  const listeners: Listener[] = [];
  const client = new lean.Client({ handler: () => Promise.resolve(null), listeners });
  listeners.push(early.listener);
  const pool = client.start();
  listeners.splice(0, 1, late.listener);
  pool.offer(counted());
  expect(early.lines).toContain("queue 1");
  expect(late.events).toEqual([]);
  client.start().offer(counted());
  expect(late.lines).toContain("queue 1");
});

test("options are read at the construction: later changes to the object change nothing", () => {
  const options = { workers: 1, handler: () => new Promise<Response>(() => undefined) };
  const client = new lean.Client(options);
  options.workers = 5;
  const pool = client.start();
  for (let i = 0; i < 5; i++) pool.offer(counted());
  expect(pool.running).toBe(1);
});

test("a polluted Object.prototype sets no option, of ours or of PQueue", async () => {
  const pollution: Record<string, unknown> = {
    name: 5,
    handler: "x",
    listeners: "x",
    logger: "x",
    queueSize: "x",
    workers: "x",
    period: 1e9,
    timeout: 1,
    drain: "x",
    bytes: "x",
    ms: "x",
    hold: "x",
    clock: "x",
    ordered: "x",
    settled: "x",
    autoStart: false,
    concurrency: 0,
    interval: 5,
    intervalCap: 0,
    queueClass: "x",
    strict: true,
    carryoverIntervalCount: true,
    date: "x",
    consumer: "x",
  };
  const results: unknown[] = [];
  await polluted(pollution, async () => {
    const pool = new lean.Client({ handler: noContent }).start();
    results.push(typeof pool.name, pool.offer(counted(), {}));
    results.push(await pool.run(() => ({ request: request(), consumer: (response) => response.status }), {}));
    results.push(
      await pool.run(
        lean.perishableTask(Date.now() + 60_000, () => ({ request: request() })),
        {},
      ),
    );
    results.push((await pool.fetch("https://example.com/", {})).status);
    const mapped = pool.map(
      [1],
      () => "https://example.com/",
      async () => "read",
      {},
    );
    results.push(await mapped.next());
    await pool.close();
    const clock: lean.Clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => undefined };
    results.push(new lean.Client({ handler: noContent, clock }).start().closed);
  });
  expect(results).toEqual(["string", true, 204, undefined, 204, { done: false, value: "read" }, false]);
});

test.each([{ signal: "x" }, { signal: AbortSignal.abort() }, { timeout: 1 }, { priority: "x" }, { id: 5 }])(
  "a prototype polluted with %o sets no option of one call, of ours or of PQueue",
  async (pollution) => {
    const asked = request(); // the platform itself reads a polluted signal
    const answer = await noContent();
    const task = (): lean.Transaction<number> => ({ request: asked, consumer: ({ status }) => status });
    const results: unknown[] = [];
    await polluted(pollution, async () => {
      const pool = new lean.Client({ handler: async () => answer, workers: 1 }).start();
      results.push(pool.offer(task, {}), await pool.send(task, {}), await pool.run(task, {}), await pool.run(task));
      await pool.close();
    });
    expect(results).toEqual([true, undefined, 204, 204]);
  },
);

test("nothing is touched by `new Client()` or `start()`: no timer, no fetch, no AbortController, no random source", () => {
  const touched = vi.fn<() => never>(() => {
    throw new Error("touched");
  });
  const { AbortController } = globalThis;
  for (const name of ["setTimeout", "setInterval", "fetch", "AbortController"]) vi.stubGlobal(name, touched);
  vi.stubGlobal("crypto", { randomUUID: touched, getRandomValues: touched });
  vi.spyOn(Math, "random").mockImplementation(touched);
  const pools = [
    new Client({ period: 5, timeout: 5 }).start(),
    new lean.Client({ handler: core.fetchHandler }).start(),
  ];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  expect(pools).toHaveLength(2);
  expect(touched).not.toHaveBeenCalled();
  expect(globalThis.AbortController).toBe(AbortController);
});

/** Runs the work while every object seems to have these properties. */
async function polluted(properties: Record<string, unknown>, work: () => Promise<void>): Promise<void> {
  const { prototype } = Object;
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(prototype, key, { value, configurable: true, writable: true, enumerable: true });
  }
  try {
    // A pool that hangs must not keep the pollution.
    await Promise.race([work(), turns(50)]);
  } finally {
    for (const key of Object.keys(properties)) Reflect.deleteProperty(prototype, key);
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await settled();
}
