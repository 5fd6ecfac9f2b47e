import { describe, expect, test } from "vitest";
import {
  type Consumer,
  filteredTask,
  isTaskExpiredError,
  isTaskFilteredError,
  isTransactionTimeoutError,
  perishableTask,
  requestTask,
  type Task,
  type TaskContext,
} from "../../src/lean.ts";
import { VirtualClock } from "../../src/lab.ts";
import { settled } from "../support/settled.ts";
import { consumed, counted, lab, request } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";
import { listenerCount } from "../support/listener-count.ts";
import { instantHandler } from "../support/scripted-handler.ts";
import { rejectingThenable, thenable } from "../support/thenables.ts";

const readText: Consumer<string> = (response) => response.text();

describe("19 a task is called once, after it left the queue and its slot's pace", () => {
  test("19 not when queued, but when started", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const task = counted();
    pool.offer(counted());
    pool.offer(task);
    await settled();
    expect(task.contexts).toEqual([]);
    handler.call(0).respond();
    await settled();
    expect(task.contexts).toHaveLength(1);
    handler.call(1).respond();
    await pool.close();
    expect(task.contexts).toHaveLength(1);
  });

  test("19 out of the queue, and after its `start`", () => {
    const { pool, log } = lab();
    const seen: unknown[] = [];
    pool.offer(() => {
      seen.push(pool.waiting, pool.running, ...log.lines);
      return null;
    });
    expect(seen).toEqual([0, 1, "queue 1", "start 1"]);
  });

  test("19 not before its slot's pace", async () => {
    const { pool, clock } = lab({ workers: 1, period: 100, handler: async () => null });
    const task = counted();
    pool.offer(counted());
    pool.offer(task);
    await clock.advance(99);
    expect([task.contexts.length, pool.waiting]).toEqual([0, 1]);
    await clock.advance(1);
    expect(task.contexts).toHaveLength(1);
  });

  test("19 it is told its number, its attempt, the wall time and a signal", async () => {
    const { pool, clock, handler } = lab();
    const contexts: TaskContext[] = [];
    for (let i = 0; i < 2; i++) {
      pool.offer((context) => {
        contexts.push(context);
        return request();
      });
    }
    expect(contexts.map(({ id, attempt }) => [id, attempt])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    clock.setDate(clock.date() + 5);
    expect(contexts[0]?.date()).toBe(clock.date());
    expect(contexts[0]?.signal.aborted).toBe(false);
    expect(contexts[0]?.signal).toBe(handler.call(0).init.signal);
    expect(contexts[0]?.signal).not.toBe(contexts[1]?.signal);
  });

  test("19 without a wall clock of the clock's own, the date is the platform's", () => {
    const { now, setTimeout, clearTimeout } = new VirtualClock({ start: 1000 });
    const { pool } = lab({ clock: { now, setTimeout, clearTimeout } });
    const earliest = Date.now();
    let date = 0;
    pool.offer((context) => {
      date = context.date();
      return null;
    });
    expect(date).toBeGreaterThanOrEqual(earliest);
    expect(date).toBeLessThanOrEqual(Date.now());
  });
});

describe("20 a task that fails", () => {
  const error = new Error("no request today");
  const failingTasks: [string, Task][] = [
    [
      "throws",
      () => {
        throw error;
      },
    ],
    ["rejects", () => Promise.reject(error)],
    ["gives a thenable that rejects", () => rejectingThenable(error)],
  ];

  test.each(failingTasks)("20 it %s → `finish` with that very error; the slot goes on", async (_, task) => {
    const { pool, log, handler } = lab({ workers: 1 });
    const result = pool.run(task).catch((reason: unknown) => reason);
    pool.offer(counted("/next"));
    expect(await result).toBe(error);
    await settled();
    expect(log.failure(1)).toBe(error);
    expect(log.finish(1)).not.toHaveProperty("origin");
    expect(log.finish(1)).not.toHaveProperty("status");
    expect(handler.paths).toEqual(["/next"]);
  });

  test.each([undefined, null, "text"])("20 it throws %o → so does `run`", async (reason) => {
    const { pool, log } = lab();
    const result = pool.run(() => {
      throw reason;
    });
    await expect(result.catch((error_: unknown) => [error_])).resolves.toEqual([reason]);
    expect(log.finish(1)).toMatchObject({ ok: false, error: reason });
  });
});

test("21 a task that throws after it built its request sends nothing", async () => {
  const { pool, handler, log } = lab();
  pool.offer(async () => {
    request("/built");
    await Promise.resolve();
    throw new Error("changed its mind");
  });
  await pool.close();
  expect([handler.calls, log.lines.at(-1)]).toEqual([[], "finish 1 failed"]);
});

test.each([null, undefined, Promise.resolve(null), thenable(undefined)])(
  "22 no request (%o) → `finish` without error; handler and consumer are not called",
  async (nothing) => {
    const { pool, handler, log } = lab();
    await expect(pool.run(() => nothing)).resolves.toBeUndefined();
    expect(handler.calls).toEqual([]);
    expect(log.finish(1)).toEqual({
      type: "finish",
      pool: pool.name,
      id: 1,
      attempt: 1,
      slot: 0,
      durationMs: 0,
      ok: true,
    });
  },
);

describe("a task result that is none", () => {
  test.each([5, "https://example.com/", true, {}, [], { request: "x" }, { request: null }, Symbol("x")])(
    "%o → `finish` with a TypeError; the handler is not called",
    async (result) => {
      const { pool, handler, log } = lab();
      pool.offer(() => result as unknown as Request);
      await pool.close();
      expect(log.failure(1)).toBeInstanceOf(TypeError);
      expect(handler.calls).toEqual([]);
    },
  );

  test.each([null, 5, "read", {}])("a consumer of %o → `finish` with a TypeError", async (consumer) => {
    const { pool, handler, log } = lab();
    pool.offer(() => ({ request: request(), consumer: consumer as unknown as Consumer }));
    await pool.close();
    expect(log.failure(1)).toBeInstanceOf(TypeError);
    expect(handler.calls).toEqual([]);
  });

  test("a Request whose body was used already → `finish` with a TypeError; the handler is not called", async () => {
    const { pool, handler, log } = lab();
    const used = request("/", { method: "POST", body: "x" });
    await used.text();
    pool.offer(() => used);
    await pool.close();
    expect(log.failure(1)).toEqual(new TypeError("The request's body has been used already"));
    expect(handler.calls).toEqual([]);
  });

  test("a Request of another realm or package counts", async () => {
    const foreign = { url: "https://example.com/foreign", method: "PUT", headers: {} } as unknown as Request;
    const { pool, handler, log } = lab();
    pool.offer(() => foreign);
    pool.offer(() => ({ request: foreign }));
    expect(handler.calls.map((call) => call.request)).toEqual([foreign, foreign]);
    for (const call of handler.calls) call.respond();
    await pool.close();
    expect(log.finish(2)).toMatchObject({ ok: true, method: "PUT", origin: "https://example.com" });
  });

  test("a promise, or a thenable, of a Request or Transaction counts", async () => {
    const { pool } = lab({ handler: instantHandler(() => new Response("read")) });
    const consumer = readText;
    await expect(pool.run(() => thenable({ request: request(), consumer }))).resolves.toBe("read");
    await expect(pool.run(async () => ({ request: request(), consumer }))).resolves.toBe("read");
    await expect(pool.run(() => thenable(request()))).resolves.toBeUndefined();
  });
});

describe("23 a handler that fails", () => {
  const error = new TypeError("fetch failed");
  const failingHandlers: [string, () => PromiseLike<Response>][] = [
    ["rejects", () => Promise.reject(error)],
    ["gives a thenable that rejects", () => rejectingThenable(error)],
    [
      "throws",
      () => {
        throw error;
      },
    ],
  ];

  test.each(failingHandlers)("23 it %s → `finish` with that very error, no consumer", async (_, handle) => {
    const { pool, log } = lab({ workers: 1, handler: handle });
    let consumers = 0;
    const result = pool.run(consumed(() => consumers++)).catch((reason: unknown) => reason);
    expect(await result).toBe(error);
    expect(log.failure(1)).toBe(error);
    expect(log.finish(1)).toMatchObject({ method: "GET", origin: "https://example.com" });
    expect(log.finish(1)).not.toHaveProperty("status");
    await settled();
    expect([consumers, pool.running]).toEqual([0, 0]);
  });
});

describe("24 a handler that gives no Response", () => {
  test.each([5, "ok", true, {}, { status: "200", headers: {} }, { status: 200 }])(
    "24 but %o → `finish` with a TypeError, no consumer",
    async (answer) => {
      const { pool, log, handler } = lab();
      let consumers = 0;
      pool.offer(consumed(() => consumers++));
      handler.call(0).respondWith(answer);
      await pool.close();
      await settled();
      expect(log.failure(1)).toBeInstanceOf(TypeError);
      expect([consumers, pool.running]).toEqual([0, 0]);
    },
  );

  test("24 a Response of another realm or package counts", async () => {
    const foreign = { status: 201, headers: new Map(), body: null };
    const { pool, log, handler } = lab();
    const read = pool.run(consumed((response) => response));
    handler.call(0).respondWith(foreign);
    expect(await read).toBe(foreign);
    expect(log.finish(1)).toMatchObject({ ok: true, status: 201 });
  });

  test("24 an answer that is no promise is taken as it is", async () => {
    const handler = (() => new Response("now")) as unknown as () => Promise<Response>;
    const { pool } = lab({ handler });
    await expect(pool.run(consumed((response) => response.text()))).resolves.toBe("now");
  });
});

test.each([null, undefined])(
  "25 a handler that resolves to %o → `finish` without error, no consumer; run() of a consumer rejects",
  async (nothing) => {
    const { pool, log } = lab({ handler: () => thenable(nothing) });
    let consumers = 0;
    await expect(pool.run(consumed(() => consumers++))).rejects.toThrow(new TypeError("The handler gave no response"));
    await expect(pool.run(() => request())).resolves.toBeUndefined();
    expect(log.finish(1)).toMatchObject({ ok: true, method: "GET" });
    expect(log.finish(1)).not.toHaveProperty("status");
    expect(log.of("headers")).toEqual([]);
    expect(consumers).toBe(0);
  },
);

test("26 a status of 500: the consumer is called, `finish` without error, status 500", async () => {
  const { pool, log } = lab({ handler: instantHandler(() => new Response("down", { status: 500 })) });
  await expect(pool.run(consumed((response) => response.text()))).resolves.toBe("down");
  expect(log.finish(1)).toMatchObject({ ok: true, status: 500 });
});

describe("27 a consumer that fails", () => {
  const error = new Error("unreadable");
  const consumers: [string, Consumer][] = [
    [
      "throws",
      () => {
        throw error;
      },
    ],
    ["rejects", () => Promise.reject(error)],
    ["gives a thenable that rejects", () => rejectingThenable(error)],
    [
      "gives a thenable that throws",
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
        then: () => {
          throw error;
        },
      }),
    ],
  ];

  test.each(consumers)("27 it %s → the body is released, then `finish` with that error", async (_, consumer) => {
    const { pool, log, handler } = lab({ workers: 1 });
    const body = new ScriptedBody([10, 10]);
    let isEndedAtFinish: boolean | undefined;
    pool.on("finish", () => (isEndedAtFinish = body.isEnded));
    const result = pool.run(consumed(consumer)).catch((reason: unknown) => reason);
    handler.call(0).respond(body.response({ status: 202 }));
    expect(await result).toBe(error);
    expect(log.failure(1)).toBe(error);
    expect(log.finish(1)).toMatchObject({ status: 202 });
    expect(isEndedAtFinish).toBe(true);
  });

  test("27 an error in the clean-up does not take the place of the consumer's", async () => {
    const { pool, log, handler } = lab({ workers: 1 });
    pool.offer(consumed(() => Promise.reject(error)));
    handler.call(0).respond(new ScriptedBody([1], { error: new Error("reset") }).response());
    await pool.close();
    expect(log.failure(1)).toBe(error);
  });
});

describe("28 the body is always released before `finish`", () => {
  const endings: [string, Consumer | undefined][] = [
    ["without a consumer", undefined],
    ["by a consumer that ignores it", () => "ignored"],
    [
      "by a consumer that reads a part",
      async (response) => {
        const reader = response.body?.getReader();
        await reader?.read();
        reader?.releaseLock();
      },
    ],
  ];

  test.each(endings)("28 left unread %s", async (_, consumer) => {
    const { pool, handler } = lab();
    const body = new ScriptedBody([10, 10]);
    let isEndedAtFinish: boolean | undefined;
    pool.on("finish", () => (isEndedAtFinish = body.isEnded));
    pool.offer(() => ({ request: request(), consumer }));
    handler.call(0).respond(body.response());
    await pool.close();
    expect([isEndedAtFinish, body.chunks, body.cancels]).toEqual([true, 2, []]);
  });

  test("28 the slot stays taken until then", async () => {
    const { pool, handler, clock } = lab({ workers: 1 });
    pool.offer(counted());
    pool.offer(counted());
    handler.call(0).respond(new ScriptedBody([], "hang").response());
    await clock.advance(249);
    expect([pool.running, handler.calls.length]).toEqual([1, 1]);
    await clock.advance(1);
    expect(handler.calls).toHaveLength(2);
  });

  test("28 differs: the late answer of a deaf handler is released after `finish`, before its slot is free", async () => {
    const { pool, handler, log } = lab({ workers: 1, manners: "deaf" });
    const caller = new AbortController();
    pool.offer(counted(), { signal: caller.signal });
    pool.offer(counted());
    caller.abort("late");
    expect(log.failure(1)).toBe("late");
    const body = new ScriptedBody([5]);
    handler.call(0).respond(body.response());
    await settled();
    expect(body.isEnded).toBe(true);
    expect(log.lines.slice(-1)).toEqual(["start 2"]);
    expect(log.of("headers")).toEqual([]);
  });
});

test("29 an error while releasing is logged only", async () => {
  const { pool, handler, log, book } = lab();
  const reset = new Error("reset");
  pool.offer(counted());
  handler.call(0).respond(new ScriptedBody([5], { error: reset }).response());
  await pool.close();
  expect(log.finish(1)).toMatchObject({ ok: true, status: 200 });
  expect(book.debugs.map((args) => args.at(-1))).toContain(reset);
  expect(book.errors).toEqual([]);
});

describe("30 differs: draining is bounded", () => {
  test("30 in bytes", async () => {
    const { pool, handler, log } = lab({ drain: { bytes: 100 } });
    const body = new ScriptedBody(endless(10));
    pool.offer(counted());
    handler.call(0).respond(body.response());
    await pool.close();
    expect([body.chunks, body.cancels.length, log.lines.at(-1)]).toEqual([11, 1, "finish 1 ok"]);
  });

  test("30 in bytes, by default 65,536", async () => {
    const { pool, handler } = lab();
    const body = new ScriptedBody(endless(16_384));
    pool.offer(counted());
    handler.call(0).respond(body.response());
    await pool.close();
    expect([body.chunks, body.cancels.length]).toEqual([5, 1]);
  });

  test("30 in time, by default 250 ms", async () => {
    const { pool, handler, clock, log } = lab();
    const body = new ScriptedBody([10], "hang");
    pool.offer(counted());
    handler.call(0).respond(body.response());
    await clock.advance(249);
    expect([body.cancels.length, log.of("finish").length]).toEqual([0, 0]);
    await clock.advance(1);
    expect([body.cancels.length, log.lines.at(-1), clock.timers]).toEqual([1, "finish 1 ok", 0]);
  });
});

describe("31 perishableTask", () => {
  test("31 is expired only when expiry < now, by the wall clock", async () => {
    const { pool, clock, log, handler } = lab({ handler: async () => null });
    const tasks = [counted(), counted(), counted()];
    const [past, present, future] = tasks;
    const now = clock.date();
    for (const [expiry, task] of [
      [now - 1, past],
      [now, present],
      [now + 1, future],
    ] as const) {
      pool.offer(perishableTask(expiry, task ?? counted()));
    }
    await pool.close();
    expect(tasks.map(({ contexts }) => contexts.length)).toEqual([0, 1, 1]);
    expect(isTaskExpiredError(log.failure(1))).toBe(true);
    expect([log.finish(2).ok, log.finish(3).ok, handler.calls]).toEqual([true, true, []]);
  });

  test("31 takes a Date too, and is judged at the start, not when queued", async () => {
    const { pool, clock, handler } = lab({ workers: 1 });
    const task = counted("/perishable");
    pool.offer(counted());
    const result = pool.run(perishableTask(new Date(clock.date() + 50), task)).catch((error: unknown) => error);
    await clock.advance(51);
    handler.call(0).respond();
    expect(isTaskExpiredError(await result)).toBe(true);
    expect(task.contexts).toEqual([]);
  });

  test("31 the wall clock jumps ahead → expired; back → not", async () => {
    const { pool, clock, log } = lab({ handler: async () => null });
    const expiry = clock.date();
    clock.setDate(clock.date() + 1);
    pool.offer(perishableTask(expiry, counted()));
    clock.setDate(clock.date() - 3_600_000);
    pool.offer(perishableTask(expiry, counted()));
    await pool.close();
    expect([log.finish(1).ok, log.finish(2).ok]).toEqual([false, true]);
  });
});

describe("32 filteredTask", () => {
  test("32 asks the task first, then the filter with its request, and passes the transaction on", async () => {
    const { pool } = lab({ handler: instantHandler(() => new Response("read")) });
    const made = request("/made");
    const order: unknown[] = [];
    const task = filteredTask(
      (asked) => {
        order.push("filter", asked);
        return true;
      },
      () => {
        order.push("task");
        return { request: made, consumer: (response) => response.text() };
      },
    );
    await expect(pool.run(task)).resolves.toBe("read");
    expect(order).toEqual(["task", "filter", made]);
  });

  test("32 the task's error, or no request, passes through; the filter is not called", async () => {
    const { pool } = lab();
    let filtered = 0;
    const filter = (): boolean => filtered++ > 0;
    const error = new Error("no");
    await expect(pool.run(filteredTask(filter, () => Promise.reject(error)))).rejects.toBe(error);
    await expect(pool.run(filteredTask(filter, () => null))).resolves.toBeUndefined();
    expect(filtered).toBe(0);
  });

  test.each([false, Promise.resolve(false)])("32 a refusal (%o) drops the consumer", async (verdict) => {
    const { pool, handler, log } = lab();
    let consumers = 0;
    const task = filteredTask(
      () => verdict,
      consumed(() => consumers++),
    );
    const error = await pool.run(task).catch((reason: unknown) => reason);
    expect(isTaskFilteredError(error)).toBe(true);
    expect(log.failure(1)).toBe(error);
    expect([consumers, handler.calls]).toEqual([0, []]);
  });

  test("32 a filter that fails → that very error", async () => {
    const { pool } = lab();
    const error = new Error("filter");
    const filter = (): Promise<boolean> => Promise.reject(error);
    await expect(pool.run(filteredTask(filter, counted()))).rejects.toBe(error);
  });
});

describe("run", () => {
  test("resolves with what the consumer returned, when the task has finished", async () => {
    const { pool, log, handler } = lab();
    let isFinished = false;
    const result = pool.run(consumed(async (response) => `${response.status}`)).then((value) => {
      isFinished = log.of("finish").length === 1;
      return value;
    });
    handler.call(0).respond(new Response("x"));
    await expect(result).resolves.toBe("200");
    expect(isFinished).toBe(true);
  });

  test("resolves with undefined without a consumer", async () => {
    const { pool } = lab({ handler: instantHandler(() => new Response("x")) });
    await expect(pool.run(requestTask("https://example.com/"))).resolves.toBeUndefined();
  });

  test("waits in line on a full pool", async () => {
    const { pool } = lab({ workers: 1, queueSize: 1, handler: instantHandler(() => new Response("x")) });
    const results = Array.from({ length: 5 }, (_, n) => pool.run(consumed(() => n)));
    await expect(Promise.all(results)).resolves.toEqual([0, 1, 2, 3, 4]);
  });
});

describe("the handler", () => {
  test("is called unbound, with the request and an init that a spread keeps whole", () => {
    const seen: { that: unknown; args: readonly unknown[]; spread: object; keys: string[] }[] = [];
    const made = request();
    const { pool } = lab({
      handler: function handle(this: unknown, ...args: readonly [Request, { readonly signal: AbortSignal }]) {
        seen.push({ that: this, args, spread: { ...args[1] }, keys: Object.keys(args[1]) });
        return Promise.resolve(null);
      },
    });
    pool.offer(() => made);
    const [call] = seen;
    expect(call?.that).toBeUndefined();
    expect(call?.args).toHaveLength(2);
    expect(call?.args[0]).toBe(made);
    expect(call?.keys).toEqual(["signal"]);
    const handed = call?.args[1] as { readonly signal: AbortSignal } | undefined;
    expect(call?.spread).toEqual({ signal: handed?.signal });
  });

  test("pays nothing for a signal that it ignores: no AbortController is made", async () => {
    const asked = request(); // the platform makes one for each
    const { AbortController: Original } = globalThis;
    let made = 0;
    globalThis.AbortController = class extends Original {
      constructor() {
        super();
        made++;
      }
    };
    const { pool } = lab({ handler: async () => new Response("x") });
    await pool.run(() => ({ request: asked, consumer: (response) => response.text() }));
    globalThis.AbortController = Original;
    expect(made).toBe(0);
  });
});

describe("timeout", () => {
  const phases: [string, Task][] = [
    ["task", () => new Promise(() => undefined)],
    ["handler", counted()],
    ["consumer", consumed(() => new Promise(() => undefined))],
  ];

  test.each(phases)(
    "a %s that never settles ends with a TransactionTimeoutError, and the slot is free",
    async (phase, task) => {
      const { pool, clock, log, handler } = lab({ workers: 1, timeout: 1000 });
      const body = new ScriptedBody([10], "hang");
      const result = pool.run(task).catch((error: unknown) => error);
      if (phase === "consumer") handler.call(0).respond(body.response());
      await clock.advance(999);
      expect(log.of("finish")).toEqual([]);
      await clock.advance(1);
      const error = await result;
      expect(isTransactionTimeoutError(error)).toBe(true);
      expect(log.failure(1)).toBe(error);
      expect(log.finish(1).durationMs).toBe(1000);
      expect([pool.running, clock.timers]).toEqual([0, 0]);
      if (phase === "handler") expect(handler.call(0).init.signal.reason).toBe(error);
      if (phase === "consumer") expect(body.cancels).toHaveLength(1);
    },
  );

  test("the deadline counts from the start, not from the queue", async () => {
    const { pool, clock, log, handler } = lab({ workers: 1, timeout: 1000 });
    pool.offer(counted());
    pool.offer(counted());
    await clock.advance(900);
    handler.call(0).respond();
    await clock.advance(999);
    expect(log.lines.at(-1)).toBe("start 2");
    await clock.advance(1);
    expect(log.lines.at(-1)).toBe("finish 2 failed");
  });

  test("a task done in time leaves no timer", async () => {
    const { pool, clock, handler } = lab({ timeout: 1000 });
    pool.offer(counted());
    expect(clock.timers).toBe(1);
    handler.call(0).respond();
    await pool.close();
    expect(clock.timers).toBe(0);
  });

  test("covers the clean-up: what it takes too long for still finishes with the consumer's error", async () => {
    const { pool, clock, log, handler } = lab({ timeout: 100 });
    const error = new Error("consumer");
    pool.offer(consumed(() => Promise.reject(error)));
    pool.offer(counted());
    handler.call(0).respond(new ScriptedBody([], "hang").response());
    handler.call(1).respond(new ScriptedBody([], "hang").response());
    await clock.advance(100);
    expect(log.failure(1)).toBe(error);
    expect(isTransactionTimeoutError(log.failure(2))).toBe(true);
  });

  test("of 2³¹ ms and more is slept in steps", async () => {
    const { pool, clock, log } = lab({ timeout: 2 ** 31 + 5 });
    pool.offer(counted());
    await clock.advance(2 ** 31 + 4);
    expect(log.of("finish")).toEqual([]);
    await clock.advance(1);
    expect(log.lines.at(-1)).toBe("finish 1 failed");
  });
});

describe("the task's own signal", () => {
  test("that has aborted sends nothing, whoever made the request", async () => {
    const { pool, log, handler } = lab();
    const signal = AbortSignal.abort("given up");
    pool.offer(() => new Request("https://example.com/", { signal }));
    pool.offer(() => ({ request: request(), signal }));
    pool.offer(requestTask("https://example.com/", { signal }));
    pool.offer(requestTask(new Request("https://example.com/", { signal })));
    await pool.onIdle();
    expect([1, 2, 3, 4].map((id) => log.failure(id))).toEqual(Array(4).fill("given up"));
    expect([handler.calls, pool.running]).toEqual([[], 0]);
  });

  test.each<[string, (signal: AbortSignal) => Task]>([
    ["of a transaction", (signal) => () => ({ request: request(), signal })],
    ["in the init of requestTask()", (signal) => requestTask("https://example.com/", { signal })],
    ["in the init for a Request", (signal) => requestTask(request(), { signal })],
    ["of the Request of requestTask()", (signal) => requestTask(new Request("https://example.com/", { signal }))],
  ])("%s gives it up in flight, and keeps no listener", async (_, taskFor) => {
    const { pool, handler } = lab();
    const caller = new AbortController();
    const done = pool.run(taskFor(caller.signal));
    const other = pool.run(taskFor(caller.signal));
    await settled();
    handler.call(1).respond();
    await other;
    caller.abort("given up");
    await expect(done).rejects.toBe("given up");
    expect([handler.call(0).init.signal.aborted, pool.running]).toEqual([true, 0]);
  });

  test("has one listener, however many tasks share it, until the last of them is done", async () => {
    const { pool, handler } = lab();
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i++) pool.offer(requestTask("https://example.com/", { signal }));
    await settled();
    expect(listenerCount(signal)).toBe(1);
    for (let i = 0; i < 3; i++) handler.call(i).respond();
    await pool.onIdle();
    expect(listenerCount(signal)).toBe(0);
  });

  test("null is none, and anything else is a TypeError", async () => {
    const { pool, log, handler } = lab();
    pool.offer(requestTask(new Request("https://example.com/", { signal: AbortSignal.abort() }), { signal: null }));
    pool.offer(requestTask("https://example.com/", { signal: 5 as unknown as AbortSignal }));
    pool.offer(() => ({ request: request(), signal: "x" as unknown as AbortSignal }));
    handler.call(0).respond();
    await pool.onIdle();
    expect(log.finish(1).ok).toBe(true);
    expect([log.failure(2), log.failure(3)]).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });
});
