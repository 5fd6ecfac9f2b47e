import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { healthListener, type HealthStat } from "../../src/health.ts";
import type { EventListener, Listener, PoolEvent } from "../../src/lean.ts";
import { EventLog } from "../support/event-log.ts";
import { settled } from "../support/settled.ts";
import { consumed, counted, lab, request } from "../support/lab.ts";
import { instantHandler } from "../support/scripted-handler.ts";
import { repeated } from "../support/repeated.ts";

const answer = instantHandler(() => new Response("x"));

const fail = (): never => {
  throw new Error("fail");
};

test("33 one task gives queue → start → headers → finish, all its own", async () => {
  const { pool, log, clock, handler } = lab({ workers: 2 });
  pool.pause();
  pool.offer(counted("/secret?token=1"));
  await clock.advance(5);
  pool.resume();
  await clock.advance(7);
  handler.call(0).respond(new Response(null, { status: 201 }));
  await pool.close();
  const common = { pool: pool.name, id: 1 };
  const started = { ...common, attempt: 1, slot: 0 };
  expect(log.events).toEqual([
    { type: "queue", ...common, waiting: 1 },
    { type: "start", ...started, waitedMs: 5 },
    { type: "headers", ...started, status: 201, ttfbMs: 7 },
    {
      type: "finish",
      ...started,
      method: "GET",
      origin: "https://example.com",
      status: 201,
      durationMs: 7,
      ok: true,
    },
  ]);
});

test("33 a `finish` says how long the clean-up took, when anything was left of the body", async () => {
  const { pool, log, clock, handler } = lab();
  for (let i = 0; i < 3; i++) pool.offer(counted());
  const controller = new AbortController();
  void pool.send(counted(), { signal: controller.signal });
  await clock.advance(10);
  handler.call(0).respond(new Response(null));
  handler.call(1).respond(new Response(new ReadableStream()));
  handler.call(2).fail("down");
  handler.call(3).respond(new Response(new ReadableStream()));
  await clock.advance(100);
  controller.abort();
  await clock.advance(1000);
  expect([1, 2, 3, 4].map((id) => log.finish(id).cleanupMs)).toEqual([undefined, 250, undefined, 100]);
  expect([1, 2, 3, 4].map((id) => log.finish(id).durationMs)).toEqual([10, 260, 10, 110]);
  expect("cleanupMs" in log.finish(1)).toBe(false);
});

test("33 a `finish` names the request only when it was given to the handler", async () => {
  const { pool, log, handler } = lab();
  pool.offer(() => ({ request: request(), signal: AbortSignal.abort() }));
  pool.offer(counted());
  handler.call(0).fail("down");
  await pool.close();
  expect(log.finish(1)).not.toHaveProperty("method");
  expect(log.finish(1)).not.toHaveProperty("origin");
  expect(log.finish(2)).toMatchObject({ method: "GET", origin: "https://example.com" });
});

test("33 differs: also for a task that starts at once, `queue` comes first", () => {
  const { pool, log } = lab({ handler: answer });
  pool.offer(() => null);
  expect(log.lines).toEqual(["queue 1", "start 1", "finish 1 ok"]);
});

test("33 the slots are numbered from 0, and a free one is used again", async () => {
  const { pool, log, handler } = lab({ workers: 3 });
  pool.offer(counted());
  pool.offer(counted());
  handler.call(0).respond();
  await settled();
  pool.offer(counted());
  expect(log.of("start").map(({ slot }) => slot)).toEqual([0, 1, 0]);
});

test("33 a task dropped while it waited has no `start`: attempt 1, durationMs 0, no slot", async () => {
  const { pool, log, clock } = lab({ workers: 1 });
  pool.offer(counted());
  pool.offer(counted());
  await clock.advance(50);
  void pool.abort("enough");
  expect(log.finish(2)).toEqual({
    type: "finish",
    pool: pool.name,
    id: 2,
    attempt: 1,
    durationMs: 0,
    ok: false,
    error: "enough",
  });
});

test("34 synchronous, the client's listeners first, in order, then those of `on`", () => {
  const order: string[] = [];
  const named =
    (name: string): Listener & ((event: PoolEvent) => void) =>
    ({ type }: PoolEvent) => {
      order.push(`${name} ${type}`);
    };
  const object = {
    name: "client 2",
    on({ type }: PoolEvent) {
      order.push(`${this.name} ${type}`);
    },
  };
  const { pool } = lab({ listeners: [named("client 1"), object, named("client 3")] });
  pool.on("queue", named("on 1")).once("queue", named("on 2"));
  pool.on("queue", named("on 3"));
  pool.pause();
  pool.offer(counted());
  order.push("offered");
  expect(order).toEqual([
    "client 1 queue",
    "client 2 queue",
    "client 3 queue",
    "on 1 queue",
    "on 2 queue",
    "on 3 queue",
    "offered",
  ]);
});

test("34 an event raised by a listener is told after the one under way, to all", () => {
  const late = new EventLog();
  const { pool, log } = lab();
  pool.pause();
  pool.once("queue", () => {
    pool.offer(counted());
    expect(log.lines).toEqual(["queue 1"]);
  });
  pool.on("queue", late.listener);
  pool.offer(counted());
  expect(log.lines).toEqual(["queue 1", "queue 2"]);
  expect(late.lines).toEqual(["queue 1", "queue 2"]);
});

test("34 each task's queue → start → finish stay in order also when listeners send, close and take themselves off", async () => {
  const { pool, log } = lab({ workers: 1, handler: answer });
  const off: EventListener<"start"> = () => {
    pool.off("start", off);
    pool.offer(counted());
    void pool.close();
  };
  pool.on("start", off);
  pool.on("finish", () => {
    expect(() => pool.offer(counted())).toThrow();
  });
  pool.offer(counted());
  await pool.close();
  for (const id of [1, 2]) {
    const types = log.events.filter((event) => "id" in event && event.id === id).map(({ type }) => type);
    expect(types).toEqual(["queue", "start", "headers", "finish"]);
  }
  expect(log.of("reject")).toHaveLength(2);
});

test("35 differs: a fresh read-only object each time, and the same one for every listener", async () => {
  const { pool, log } = lab({ handler: answer, workers: 1, queueSize: 1 });
  const same: PoolEvent[] = [];
  for (const type of ["queue", "reject", "start", "headers", "finish"] as const) {
    pool.on(type, (event) => same.push(event));
  }
  for (let i = 0; i < 3; i++) pool.offer(counted());
  await pool.close();
  expect(new Set(log.events).size).toBe(9);
  expect(same).toHaveLength(9);
  for (const [index, event] of log.events.entries()) {
    expect(same[index]).toBe(event);
    expect(Object.isFrozen(event)).toBe(true);
  }
});

describe("36 differs: a listener that fails harms nothing", () => {
  const error = new Error("listener");
  const listeners: [string, (event: PoolEvent) => void][] = [
    [
      "throws",
      () => {
        throw error;
      },
    ],
    ["rejects", () => Promise.reject(error)],
  ];

  test.each(listeners)("36 when it %s, the next hears, the slot goes on, the logger is told", async (_, bad) => {
    const log = new EventLog();
    const heard = new EventLog();
    const { pool, book } = lab({ workers: 1, handler: answer, listeners: [bad, { on: bad }, log.listener] });
    pool.on("finish", bad);
    pool.on("finish", heard.listener);
    pool.offer(counted());
    await pool.run(consumed((response) => response.text()));
    await settled();
    expect(log.lines).toEqual(["queue 1", "start 1", "queue 2", "finish 1 ok", "start 2", "finish 2 ok"]);
    expect(heard.lines).toEqual(["finish 1 ok", "finish 2 ok"]);
    expect(book.errors.map((args) => args.at(-1))).toEqual(repeated(8 * 2 + 2, error));
  });

  test("36 so too for every type, `reject` among them", async () => {
    const { pool, book, log } = lab({ handler: answer });
    const types = ["queue", "reject", "start", "headers", "finish"] as const;
    for (const type of types) {
      pool.on(type, () => {
        throw error;
      });
    }
    await expect(pool.run(consumed((response) => response.status))).resolves.toBe(200);
    await pool.close();
    expect(() => pool.offer(counted())).toThrow("closed");
    expect(log.events.map(({ type }) => type)).toEqual(["queue", "start", "headers", "finish", "reject"]);
    expect(book.errors.map((args) => args.at(-1))).toEqual(repeated(5, error));
  });

  test.each(listeners)("36 without a logger, when it %s, a line on the console says so", async (_, bad) => {
    const written = watchConsole();
    const { pool } = lab({ handler: answer, logger: undefined });
    pool.on("finish", bad);
    await pool.run(consumed((response) => response.text()));
    await settled();
    expect(written).toEqual([["error", "A listener failed", error]]);
  });

  test("36 a logger that is given hears of it instead of the console", async () => {
    const written = watchConsole();
    const { pool, book } = lab({ handler: answer });
    pool.on("finish", () => {
      throw error;
    });
    await pool.run(consumed((response) => response.text()));
    expect(book.errors).toEqual([["A listener failed", error]]);
    expect(written).toEqual([]);
  });

  test("36 details go nowhere without a logger: a body that could not be released", async () => {
    const written = watchConsole();
    const { pool, log } = lab({ handler: instantHandler(() => new Response(brokenBody())), logger: undefined });
    await pool.run(consumed(() => undefined));
    expect(log.finish(1).ok).toBe(true);
    expect(written).toEqual([]);
  });

  test("36 a logger that throws or rejects harms nothing either", async () => {
    const { pool, log } = lab({
      handler: answer,
      logger: { debug: fail, error: () => Promise.reject(error) as never },
    });
    pool.on("start", fail);
    pool.offer(counted());
    await pool.close();
    await settled();
    expect(log.lines.at(-1)).toBe("finish 1 ok");
  });
});

/** Keeps what is written to the console during a test, instead of writing it. */
function watchConsole(): unknown[][] {
  const written: unknown[][] = [];
  for (const method of ["error", "warn", "info", "log", "debug"] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...args) => void written.push([method, ...args]));
    onTestFinished(() => spy.mockRestore());
  }
  return written;
}

function brokenBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(new Error("The body is broken")) });
}

test("37 health counts queued, rejected, succeeded and failed; `start` is not counted, no request is a success", async () => {
  const counts: Partial<Record<HealthStat, number>> = {};
  const monitor = {
    count: (stat: HealthStat): void => {
      counts[stat] = (counts[stat] ?? 0) + 1;
    },
  };
  const { pool, handler } = lab({ workers: 1, queueSize: 3, listeners: [healthListener(monitor)] });
  pool.offer(counted());
  pool.offer(() => null);
  pool.offer(() => Promise.reject(new Error("no")));
  pool.offer(counted());
  pool.offer(counted());
  handler.call(0).respond(new Response(null, { status: 500 }));
  await settled();
  handler.call(1).fail(new TypeError("fetch failed"));
  await pool.close();
  expect(counts).toEqual({
    TotalNotificationsQueued: 4,
    TotalNotificationsRejected: 1,
    TotalNotificationsSucceeded: 2,
    TotalNotificationsFailed: 2,
  });
});

describe("what events carry", () => {
  test("method, origin and status, never user, path, query or headers", async () => {
    const { pool, log, book } = lab({ handler: answer });
    pool.offer(() => ({
      request: new Request("https://example.com:8443/secret/path?token=secret#secret", {
        method: "DELETE",
        headers: { authorization: "secret" },
      }),
      consumer: () => Promise.reject(new Error("mine")),
    }));
    await pool.close();
    expect(log.finish(1)).toMatchObject({ method: "DELETE", origin: "https://example.com:8443" });
    expect(JSON.stringify([log.events, book])).not.toContain("secret");
  });

  test("an origin that is none is told as null", async () => {
    const { pool, log } = lab({ handler: answer });
    pool.offer(() => new Request("data:text/plain,secret"));
    pool.offer(() => ({ url: "no URL", method: "GET", headers: {} }) as unknown as Request);
    await pool.close();
    expect(log.of("finish").map(({ origin }) => origin)).toEqual(["null", "null"]);
  });

  test("no `error` key when ok, one when not, also for undefined", async () => {
    const { pool, log } = lab({ handler: answer });
    pool.offer(counted());
    pool.offer(() => Promise.reject(undefined));
    await pool.close();
    expect("error" in log.finish(1)).toBe(false);
    expect("error" in log.finish(2)).toBe(true);
  });

  test("durationMs has the consumer and the clean-up in it, ttfbMs has not", async () => {
    const { pool, log, clock, handler } = lab();
    pool.offer(consumed(() => new Promise((resolve) => void clock.setTimeout(() => resolve("read"), 30))));
    await clock.advance(10);
    handler.call(0).respond();
    await clock.advance(100);
    expect(log.of("headers")[0]?.ttfbMs).toBe(10);
    expect(log.finish(1).durationMs).toBe(40);
  });
});

describe("on, once and off", () => {
  test("`once` hears one event, `off` takes the listener off, also one of `once`", () => {
    const { pool } = lab();
    const [kept, one, gone] = [new EventLog(), new EventLog(), new EventLog()];
    pool.pause();
    pool.on("queue", kept.listener).once("queue", one.listener).once("queue", gone.listener);
    pool.off("queue", gone.listener);
    pool.offer(counted());
    pool.offer(counted());
    pool.off("queue", kept.listener);
    pool.offer(counted());
    expect([kept, one, gone].map((log) => log.lines)).toEqual([["queue 1", "queue 2"], ["queue 1"], []]);
  });

  test("`off` without a listener takes all of that type off, but not the client's", () => {
    const { pool, log } = lab();
    const [queue, start] = [new EventLog(), new EventLog()];
    pool.on("queue", queue.listener).on("start", start.listener);
    expect(pool.off("queue")).toBe(pool);
    pool.offer(counted());
    expect([queue.lines, start.lines, log.lines]).toEqual([[], ["start 1"], ["queue 1", "start 1"]]);
  });

  test("a listener's `this` is its context, by default the pool", () => {
    const { pool } = lab();
    const seen: unknown[] = [];
    const listener = function (this: unknown): void {
      seen.push(this);
    };
    const context = {};
    pool.on("queue", listener).on("queue", listener, context).once("start", listener).once("start", listener, context);
    pool.offer(counted());
    expect(seen).toHaveLength(4);
    expect(seen[0]).toBe(pool);
    expect(seen[1]).toBe(context);
    expect(seen[2]).toBe(pool);
    expect(seen[3]).toBe(context);
    pool.off("queue", listener, context);
    pool.offer(counted());
    expect(seen).toHaveLength(5);
    expect(seen[4]).toBe(pool);
  });

  test.each([undefined, null, 5, "x", {}])("a listener of %o is a TypeError", (value) => {
    const { pool } = lab();
    const listener = value as EventListener<"queue">;
    const message = /^Expected `listener` to be a function, got /;
    expect(() => pool.on("queue", listener)).toThrow(TypeError);
    expect(() => pool.on("queue", listener)).toThrow(message);
    expect(() => pool.once("queue", listener)).toThrow(message);
  });
});

describe("async context: a task, its handler, its consumer and its listeners see that of the call that queued it", () => {
  const storage = new AsyncLocalStorage<string>();

  test("for tasks that start at once, wait in the queue, wait in line or are mapped", async () => {
    const seen: Record<string, Set<string | undefined>> = {};
    const see = (what: string): void => {
      (seen[what] ??= new Set()).add(storage.getStore());
    };
    const byId: Record<number, Set<string | undefined>> = {};
    const { pool } = lab({
      workers: 1,
      queueSize: 1,
      handler: async (asked) => {
        see(asked.url);
        return new Response("x");
      },
      listeners: [
        (event) => {
          if ("id" in event) (byId[event.id] ??= new Set()).add(storage.getStore());
        },
      ],
    });
    const names = ["a", "b", "c", "d"];
    const runs = names.map((name) =>
      storage.run(name, () =>
        pool.run(async () => {
          see(`https://example.com/${name}`);
          await Promise.resolve();
          return {
            request: request(`/${name}`),
            consumer: async () => {
              await Promise.resolve();
              see(`https://example.com/${name}`);
            },
          };
        }),
      ),
    );
    await Promise.all(runs);
    expect(seen).toEqual(Object.fromEntries(names.map((name) => [`https://example.com/${name}`, new Set([name])])));
    expect(byId).toEqual(Object.fromEntries(names.map((name, index) => [index + 1, new Set([name])])));
  });

  test("also the events of a task that is aborted by somebody else, in every phase", async () => {
    const stores: unknown[] = [];
    const { pool, log } = lab({
      workers: 1,
      queueSize: 1,
      listeners: [({ type }) => void (["finish", "reject"].includes(type) && stores.push(storage.getStore()))],
    });
    pool.on("finish", log.listener);
    storage.run("running", () => pool.offer(counted()));
    storage.run("queued", () => pool.offer(counted()));
    const sent = storage.run("in line", () => pool.send(counted()));
    storage.run("aborter", () => void pool.abort("stop"));
    await expect(sent).rejects.toThrow("closed");
    await pool.close();
    expect(stores).toEqual(["in line", "queued", "running"]);
  });

  test("also of an event that is told late, because another was under way", () => {
    const stores: unknown[] = [];
    const { pool } = lab();
    pool.pause();
    pool.on("queue", ({ id }) => {
      stores.push([id, storage.getStore()]);
      if (id === 1) storage.run("inner", () => pool.offer(counted()));
    });
    storage.run("outer", () => pool.offer(counted()));
    expect(stores).toEqual([
      [1, "outer"],
      [2, "inner"],
    ]);
  });
});
