import { expect, test, vi } from "vitest";
import { DispatcherClosedError, type Task } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { counted, lab } from "../support/lab.ts";

test("takes tasks as fast as the pool can, and no faster", async () => {
  const { pool, handler } = lab({ workers: 1, queueSize: 2 });
  let taken = 0;
  const tasks = new ReadableStream<Task>(
    {
      pull: (controller) => {
        if (taken === 6) controller.close();
        else controller.enqueue(counted(`/${taken++}`));
      },
    },
    { highWaterMark: 0 },
  );
  const piped = tasks.pipeTo(pool.writable());
  await settled();
  const before = taken;
  expect(before).toBeLessThanOrEqual(5);
  expect([pool.running, pool.waiting, pool.senders]).toEqual([1, 2, 1]);
  handler.call(0).respond();
  await settled();
  expect(taken).toBe(before + 1);
  for (let i = 1; i < 6; i++) {
    handler.call(i).respond();
    await settled();
  }
  await piped;
  expect(handler.paths).toEqual(["/0", "/1", "/2", "/3", "/4", "/5"]);
  expect(pool.closed).toBe(false);
});

test("a write resolves when its task is queued, not when it has finished", async () => {
  const { pool, log } = lab({ workers: 1 });
  const writer = pool.writable().getWriter();
  await writer.write(counted());
  expect(log.lines).toEqual(["queue 1", "start 1"]);
});

test("closing it does not close the pool, and waits for no task", async () => {
  const { pool, log } = lab({ workers: 1 });
  const writer = pool.writable().getWriter();
  await writer.write(counted());
  await writer.close();
  expect([pool.closed, log.of("finish").length]).toEqual([false, 0]);
  expect(pool.offer(counted())).toBe(true);
});

test("aborting it does not close the pool: what is queued stays, what stands in line goes", async () => {
  const { pool, log, handler } = lab({ workers: 1, queueSize: 1 });
  const writer = pool.writable().getWriter();
  const writes = [1, 2, 3].map((n) => writer.write(counted(`/${n}`)));
  await settled();
  expect(pool.senders).toBe(1);
  const outcomes = Promise.allSettled(writes);
  await writer.abort("enough");
  expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect([pool.closed, pool.senders, pool.waiting]).toEqual([false, 0, 1]);
  expect(log.of("reject")).toEqual([{ type: "reject", pool: pool.name, reason: "aborted", error: "enough" }]);
  handler.call(0).respond();
  await settled();
  handler.call(1).respond();
  await pool.close();
  expect(handler.paths).toEqual(["/1", "/2"]);
});

test("a refused send errors the stream", async () => {
  const { pool } = lab();
  const writer = pool.writable().getWriter();
  const ended = writer.closed.catch((error: unknown) => error);
  await pool.close();
  await expect(writer.write(counted())).rejects.toThrow(DispatcherClosedError);
  expect(await ended).toBeInstanceOf(DispatcherClosedError);
});

test("a pool closed while a write stands in line errors the stream", async () => {
  const { pool, handler } = lab({ workers: 1, queueSize: 1 });
  const writer = pool.writable().getWriter();
  const ended = writer.closed.catch((error: unknown) => error);
  const writes = Promise.allSettled([1, 2, 3].map(() => writer.write(counted())));
  await settled();
  const closing = pool.close();
  expect((await writes).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(await ended).toBeInstanceOf(DispatcherClosedError);
  handler.call(0).respond();
  await settled();
  handler.call(1).respond();
  await closing;
});

test("what is no task errors the stream with a TypeError, and gives no event", async () => {
  const { pool, log } = lab();
  const writer = pool.writable().getWriter();
  const ended = writer.closed.catch((error: unknown) => error);
  await expect(writer.write(5 as unknown as Task)).rejects.toThrow(/^Expected `task` to be a function, got /);
  expect(await ended).toBeInstanceOf(TypeError);
  expect(log.events).toEqual([]);
});

test("a task that fails later does not error the stream", async () => {
  const { pool, log } = lab();
  const writer = pool.writable().getWriter();
  await writer.write(() => Promise.reject(new Error("no")));
  await pool.onIdle();
  await writer.write(counted());
  expect(log.lines.slice(0, 3)).toEqual(["queue 1", "start 1", "finish 1 failed"]);
});

test("each call makes a stream of its own", async () => {
  const { pool } = lab();
  const [one, two] = [pool.writable(), pool.writable()];
  await one.close();
  await two.getWriter().write(counted());
  expect(pool.running).toBe(1);
});

test("takes tasks on a platform whose streams tell of no abort", async () => {
  const { prototype } = WritableStreamDefaultController;
  const signal = vi.spyOn(prototype, "signal", "get").mockReturnValue(undefined as never);
  try {
    const { pool } = lab();
    await pool.writable().getWriter().write(counted());
    expect([pool.running, signal.mock.calls.length]).toEqual([1, 1]);
  } finally {
    signal.mockRestore();
  }
});
