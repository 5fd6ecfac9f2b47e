import { describe, expect, test } from "vitest";
import { DispatcherClosedError, isDispatcherClosedError, type Task } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { counted, lab, request } from "../support/lab.ts";

test("06 offer with room returns true, after one `queue` event", () => {
  const { pool, log } = lab({ workers: 1 });
  pool.pause();
  expect(pool.offer(counted())).toBe(true);
  expect(log.events).toEqual([{ type: "queue", pool: pool.name, id: 1, waiting: 1 }]);
});

test("07 offer on a full pool returns false, with one `reject` event without an error", () => {
  const { pool, log } = lab({ workers: 1, queueSize: 1 });
  pool.offer(counted());
  pool.offer(counted());
  const refused = counted();
  expect(pool.offer(refused)).toBe(false);
  const [event] = log.of("reject");
  expect(event).toEqual({ type: "reject", pool: pool.name, reason: "full" });
  expect(Object.keys(event ?? {})).not.toContain("error");
  expect(log.of("reject")).toHaveLength(1);
});

test("08 offer on a closed pool throws the closed error, with one `reject` event that has it", async () => {
  const { pool, log } = lab();
  await pool.close();
  let thrown: unknown;
  try {
    pool.offer(counted());
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DispatcherClosedError);
  expect(log.events).toEqual([{ type: "reject", pool: pool.name, reason: "closed", error: thrown }]);
  expect(log.of("reject")[0]?.error).toBe(thrown);
});

test("09 send with room resolves, and its `queue` event comes before it returns", async () => {
  const { pool, log } = lab({ workers: 1 });
  pool.pause();
  const sent = pool.send(counted());
  expect(log.lines).toEqual(["queue 1"]);
  await expect(sent).resolves.toBeUndefined();
});

test("10 send on a full pool waits, and gives no event until it is decided", async () => {
  const { pool, log, handler } = lab({ workers: 1, queueSize: 1 });
  pool.offer(counted());
  pool.offer(counted());
  const before = log.lines;
  let isSent = false;
  const sent = pool.send(counted()).then(() => (isSent = true));
  await settled();
  expect([isSent, pool.senders, log.lines]).toEqual([false, 1, before]);
  handler.call(0).respond();
  await sent;
  expect(pool.senders).toBe(0);
  expect(log.lines.slice(before.length)).toEqual(["finish 1 ok", "start 2", "queue 3"]);
});

test("11 close() turns waiting senders away, each with the closed error and one `reject`", async () => {
  const { pool, log, handler } = lab({ workers: 1, queueSize: 1 });
  pool.offer(counted());
  pool.offer(counted());
  const tasks = [counted(), counted(), counted()];
  const sent = tasks.map((task) => pool.send(task));
  const closing = pool.close();
  expect(pool.senders).toBe(0);
  const results = await Promise.allSettled(sent);
  const reasons = results.map((result) => (result.status === "rejected" ? result.reason : undefined));
  for (const reason of reasons) expect(isDispatcherClosedError(reason)).toBe(true);
  expect(log.of("reject").map(({ reason, error }) => [reason, error])).toEqual(reasons.map((e) => ["closed", e]));
  handler.call(0).respond();
  await settled();
  handler.call(1).respond();
  await closing;
  expect(tasks.map(({ contexts }) => contexts.length)).toEqual([0, 0, 0]);
});

test("12 send after close rejects with one `reject`, and the task is never called", async () => {
  const { pool, log } = lab();
  await pool.close();
  const task = counted();
  await expect(pool.send(task)).rejects.toBeInstanceOf(DispatcherClosedError);
  await expect(pool.run(task)).rejects.toBeInstanceOf(DispatcherClosedError);
  await expect(pool.fetch("https://example.com/")).rejects.toBeInstanceOf(DispatcherClosedError);
  await settled();
  expect(log.lines).toEqual(["reject closed", "reject closed", "reject closed"]);
  expect(task.contexts).toEqual([]);
});

test("13 close() again gives the same promise, which resolves when all accepted tasks have finished", async () => {
  const { pool, handler, log } = lab({ workers: 1 });
  pool.offer(counted());
  pool.offer(counted());
  const closing = pool.close();
  expect(pool.closed).toBe(true);
  expect(pool.close()).toBe(closing);
  let isClosed = false;
  const closed = closing.then(() => (isClosed = true));
  handler.call(0).respond();
  await settled();
  expect(isClosed).toBe(false);
  handler.call(1).respond();
  await closed;
  expect(log.lines.at(-1)).toBe("finish 2 ok");
  expect(pool.close()).toBe(closing);
  expect(pool.abort()).toBe(closing);
});

test("14 tasks accepted before close still run, still paced", async () => {
  const { pool, clock } = lab({ workers: 1, period: 100, handler: async () => null });
  const starts: number[] = [];
  const opened = clock.now();
  for (let i = 0; i < 3; i++) {
    pool.offer(() => {
      starts.push(clock.now() - opened);
      return request();
    });
  }
  const closing = pool.close();
  await clock.advance(1000);
  await closing;
  expect(starts).toEqual([0, 100, 200]);
});

describe("15 capacity", () => {
  test("15 an idle pool takes workers + queueSize offers in one go, and counts only those that wait", () => {
    const { pool, log } = lab({ workers: 3, queueSize: 2 });
    const accepted = Array.from({ length: 7 }, () => pool.offer(counted()));
    expect(accepted).toEqual([true, true, true, true, true, false, false]);
    expect([pool.running, pool.waiting]).toEqual([3, 2]);
    expect(log.of("queue").map(({ waiting }) => waiting)).toEqual([1, 1, 1, 1, 2]);
  });

  test("15 also inside a task: what the free slots will take needs no waiting place", () => {
    const { pool } = lab({ workers: 3, queueSize: 1 });
    const offers: boolean[] = [];
    pool.offer(() => {
      for (let count = 0; count < 4; count++) offers.push(pool.offer(() => new Promise<null>(() => undefined)));
      return new Promise<null>(() => undefined);
    });
    expect(offers).toEqual([true, true, true, false]);
    expect([pool.running, pool.waiting]).toEqual([3, 1]);
  });

  test("15 so too when all slots have just become free", async () => {
    const { pool, handler } = lab({ workers: 2, queueSize: 1 });
    pool.offer(counted());
    pool.offer(counted());
    handler.call(0).respond();
    handler.call(1).respond();
    let accepted: boolean[] = [];
    pool.on("finish", ({ id }) => {
      if (id === 2) accepted = Array.from({ length: 4 }, () => pool.offer(counted()));
    });
    await settled();
    expect(accepted).toEqual([true, true, false, false]);
    expect(pool.waiting).toBe(0);
    expect([pool.offer(counted()), pool.offer(counted())]).toEqual([true, false]);
  });

  test("15 what a free slot is about to take is never told as more than queueSize waiting", async () => {
    const { pool, handler, log } = lab({ workers: 2, queueSize: 1 });
    const waiting: number[] = [];
    pool.offer(() => {
      for (let i = 0; i < 4; i++) pool.offer(counted());
      waiting.push(pool.waiting);
      return request();
    });
    waiting.push(...log.of("queue").map((event) => event.waiting));
    for (const count of waiting) expect(count).toBeLessThanOrEqual(1);
    await settled();
    for (const call of handler.calls) call.respond();
  });

  test("15 differs: a task waits in the queue, not in the slot, while its slot is paced", async () => {
    const { pool, clock, log } = lab({ workers: 1, queueSize: 1, period: 100, handler: async () => null });
    pool.offer(counted());
    await clock.advance(10);
    expect(log.lines.at(-1)).toBe("finish 1 ok");
    expect([pool.offer(counted()), pool.offer(counted())]).toEqual([true, false]);
    expect([pool.waiting, pool.running]).toEqual([1, 0]);
    await clock.advance(90);
    expect(log.lines.at(-1)).toBe("finish 2 ok");
  });

  test("15 a paused pool takes queueSize only: its slots may not start now", () => {
    const { pool } = lab({ workers: 3, queueSize: 2 });
    pool.pause();
    expect(Array.from({ length: 4 }, () => pool.offer(counted()))).toEqual([true, true, false, false]);
  });
});

describe("16 no barging", () => {
  test("16 senders are served in order", async () => {
    const { pool, handler, log } = lab({ workers: 1, queueSize: 1 });
    pool.offer(counted("/0"));
    pool.offer(counted("/1"));
    const order: number[] = [];
    const sent = [2, 3, 4].map((n) => pool.send(counted(`/${n}`)).then(() => order.push(n)));
    for (let i = 0; i < 5; i++) {
      handler.call(i).respond();
      await settled();
    }
    await Promise.all(sent);
    expect(order).toEqual([2, 3, 4]);
    expect(handler.paths).toEqual(["/0", "/1", "/2", "/3", "/4"]);
    expect(log.of("queue").map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  test("16 an offer right after a dequeue is refused while a sender waits, and a send stands behind them", async () => {
    const { pool, handler } = lab({ workers: 1, queueSize: 1 });
    pool.offer(counted());
    let barged: boolean | undefined;
    let late: Promise<void> | undefined;
    pool.offer(() => {
      barged = pool.offer(counted("/barged")); // out of the queue it came: there is a place now
      late = pool.send(counted("/late"));
      return request("/second");
    });
    const waited = pool.send(counted("/waited"));
    handler.call(0).respond();
    await waited;
    expect(barged).toBe(false);
    expect(pool.senders).toBe(1);
    handler.call(1).respond();
    await late;
    handler.call(2).respond();
    await settled();
    expect(handler.paths).toEqual(["/", "/second", "/waited", "/late"]);
  });
});

test("17 a rejected task never starts and never finishes", async () => {
  const { pool, log, handler } = lab({ workers: 1, queueSize: 1 });
  pool.offer(counted());
  pool.offer(counted());
  const refused = counted();
  pool.offer(refused);
  const sent = pool.send(refused);
  const closing = pool.close();
  await expect(sent).rejects.toThrow();
  handler.call(0).respond();
  await settled();
  handler.call(1).respond();
  await closing;
  expect(refused.contexts).toEqual([]);
  expect(log.of("start").map(({ id }) => id)).toEqual([1, 2]);
  expect(log.of("finish").map(({ id }) => id)).toEqual([1, 2]);
});

test.each([undefined, null, 5, "task", {}, request()])(
  "18 differs: a task that is %o is a TypeError at once, with nothing queued and no event",
  async (value) => {
    const { pool, log } = lab();
    const task = value as Task;
    expect(() => pool.offer(task)).toThrow(TypeError);
    expect(() => pool.offer(task)).toThrow(/^Expected `task` to be a function, got /);
    await expect(pool.send(task)).rejects.toThrow(/^Expected `task` to be a function, got /);
    await expect(pool.run(task)).rejects.toThrow(TypeError);
    await settled();
    expect([log.events, pool.waiting, pool.running]).toEqual([[], 0, 0]);
  },
);

describe("which refusal comes first: wrong type, closed, aborted, full", () => {
  const aborted = { signal: AbortSignal.abort("given up") };

  test("a wrong type, also on a closed pool", async () => {
    const { pool, log } = lab();
    await pool.close();
    expect(() => pool.offer(5 as unknown as Task)).toThrow(TypeError);
    expect(() => pool.offer(counted(), 5 as never)).toThrow(TypeError);
    await expect(pool.send(5 as unknown as Task)).rejects.toThrow(TypeError);
    await expect(pool.fetch("http://[", {})).rejects.toThrow(TypeError);
    expect(log.events).toEqual([]);
  });

  test("closed, also with an aborted signal", async () => {
    const { pool, log } = lab();
    await pool.close();
    expect(() => pool.offer(counted(), aborted)).toThrow(DispatcherClosedError);
    await expect(pool.send(counted(), aborted)).rejects.toThrow(DispatcherClosedError);
    expect(log.lines).toEqual(["reject closed", "reject closed"]);
  });

  test("aborted, also on a full pool", async () => {
    const { pool, log } = lab({ workers: 1, queueSize: 1 });
    pool.offer(counted());
    pool.offer(counted());
    expect(() => pool.offer(counted(), aborted)).toThrow("given up");
    await expect(pool.send(counted(), aborted)).rejects.toBe("given up");
    await expect(pool.run(counted(), aborted)).rejects.toBe("given up");
    await expect(pool.fetch("https://example.com/", aborted)).rejects.toBe("given up");
    expect(log.lines.slice(-4)).toEqual(Array(4).fill("reject aborted"));
    expect(log.of("reject").map(({ error }) => error)).toEqual(Array(4).fill("given up"));
    expect(pool.senders).toBe(0);
  });
});

describe("pause and resume", () => {
  test("a paused pool starts nothing, and goes on with as many slots as it has", async () => {
    const { pool, handler } = lab({ workers: 3 });
    pool.pause();
    expect(pool.paused).toBe(true);
    for (let i = 0; i < 5; i++) pool.offer(counted());
    await settled();
    expect([handler.calls.length, pool.waiting]).toEqual([0, 5]);
    pool.resume();
    expect(pool.paused).toBe(false);
    expect([handler.calls.length, pool.waiting]).toEqual([3, 2]);
  });

  test("what runs goes on while paused, but its slot takes nothing more", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    pool.offer(counted());
    pool.offer(counted());
    pool.pause();
    handler.call(0).respond();
    await settled();
    expect(log.lines).toEqual(["queue 1", "start 1", "queue 2", "finish 1 ok"]);
    pool.resume();
    expect(log.lines.at(-1)).toBe("start 2");
  });

  test("a pause from inside a task holds for the very next one", async () => {
    const { pool, log } = lab({ workers: 1 });
    pool.pause();
    for (let i = 0; i < 2; i++) {
      pool.offer(() => {
        pool.pause();
        return null;
      });
    }
    pool.resume();
    await settled();
    expect(log.lines).toEqual(["queue 1", "queue 2", "start 1", "finish 1 ok"]);
    pool.resume();
    await pool.close();
    expect(log.lines.at(-1)).toBe("finish 2 ok");
  });

  test("resume() lets in the senders in line", async () => {
    const { pool, handler } = lab({ workers: 2, queueSize: 1 });
    pool.pause();
    const sent = [0, 1, 2].map((n) => pool.send(counted(`/${n}`)));
    expect(pool.senders).toBe(2);
    pool.resume();
    await Promise.all(sent);
    expect([pool.senders, pool.waiting, handler.paths]).toEqual([0, 1, ["/0", "/1"]]);
  });

  test("close() lifts a pause, and none can be put on a closed pool: it would never end", async () => {
    const { pool, handler } = lab({ workers: 1 });
    pool.pause();
    pool.offer(counted());
    const closing = pool.close();
    expect(pool.paused).toBe(false);
    pool.pause();
    expect(pool.paused).toBe(false);
    handler.call(0).respond();
    await closing;
  });
});

describe("onIdle", () => {
  test("resolves at once when nothing is accepted, and when all of it has finished", async () => {
    const { pool, handler } = lab({ workers: 1 });
    await pool.onIdle();
    pool.offer(counted());
    pool.offer(counted());
    let idle = 0;
    const waits = [pool.onIdle().then(() => idle++), pool.onIdle().then(() => idle++)];
    handler.call(0).respond();
    await settled();
    expect(idle).toBe(0);
    handler.call(1).respond();
    await Promise.all(waits);
    expect([idle, pool.running, pool.waiting]).toEqual([2, 0, 0]);
  });

  test("waits for tasks that wait for their pace, and leaves no timer", async () => {
    const { pool, clock } = lab({ workers: 1, period: 50, handler: async () => null });
    pool.offer(counted());
    pool.offer(counted());
    await settled();
    let isIdle = false;
    const idle = pool.onIdle().then(() => (isIdle = true));
    await clock.advance(49);
    expect([isIdle, clock.timers]).toEqual([false, 1]);
    await clock.advance(1);
    await idle;
    expect(clock.timers).toBe(0);
  });
});

test("`await using` closes the pool", async () => {
  const { pool, handler, log } = lab();
  {
    await using scoped = pool;
    scoped.offer(counted());
    handler.call(0).respond();
  }
  expect([pool.closed, log.lines.at(-1)]).toEqual([true, "finish 1 ok"]);
});

test("thousands of tasks in one go run in order, with no more at once than workers", async () => {
  let running = 0;
  let most = 0;
  const order: string[] = [];
  const { pool } = lab({
    workers: 3,
    queueSize: 5000,
    handler: async (asked) => {
      most = Math.max(most, ++running);
      order.push(new URL(asked.url).pathname);
      await Promise.resolve();
      running--;
      return null;
    },
  });
  const paths = Array.from({ length: 5000 }, (_, n) => `/${n}`);
  for (const path of paths) pool.offer(counted(path));
  await pool.close();
  expect(most).toBe(3);
  expect(order).toEqual(paths);
});
