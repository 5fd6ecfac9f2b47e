import { describe, expect, test } from "vitest";
import type { DispatchCloser, Task } from "../../src/lean.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { counted, lab, type LabOptions, request } from "../support/lab.ts";

/** A lab whose tasks note when they were called. */
function paced(options: LabOptions): { pool: DispatchCloser; clock: FakeClock; starts: number[]; note: Task } {
  const { pool, clock } = lab({ handler: async () => null, workers: 1, period: 100, ...options });
  const starts: number[] = [];
  const opened = clock.now();
  return {
    pool,
    clock,
    starts,
    note: () => {
      starts.push(clock.now() - opened);
      return request();
    },
  };
}

test("38 differs: a slot's first start is immediate", () => {
  const { pool, starts, note } = paced({ workers: 2 });
  for (let i = 0; i < 3; i++) pool.offer(note);
  expect(starts).toEqual([0, 0]);
});

test("39 differs: two starts of one slot are never closer than period, also after idling", async () => {
  const { pool, clock, starts, note } = paced({});
  pool.offer(note);
  await clock.advance(250);
  for (let i = 0; i < 3; i++) pool.offer(note);
  await clock.advance(1000);
  expect(starts).toEqual([0, 250, 350, 450]);
});

test("39 an offer within the period waits for its rest", async () => {
  const { pool, clock, starts, note } = paced({});
  pool.offer(note);
  await clock.advance(99);
  pool.offer(note);
  await clock.advance(1);
  expect(starts).toEqual([0, 100]);
  expect(clock.timers).toBe(0);
});

test("40 a transaction longer than period: the next starts as soon as it ends", async () => {
  const { pool, handler, clock, log } = lab({ workers: 1, period: 100 });
  pool.offer(counted());
  pool.offer(counted());
  await clock.advance(150);
  expect(log.lines.at(-1)).toBe("queue 2");
  handler.call(0).respond();
  await clock.advance(0);
  expect(log.lines.at(-1)).toBe("start 2");
  expect(log.of("start").at(-1)?.waitedMs).toBe(150);
});

test("41 a failing task uses up its slot's turn too, and so does one without a request", async () => {
  const { pool, clock, starts, note } = paced({});
  const spoiled = [
    () => {
      throw new Error("no");
    },
    () => null,
    () => Promise.reject(new Error("no")),
  ];
  for (const spoil of spoiled) {
    pool.offer((context) => {
      void note(context);
      return spoil();
    });
  }
  pool.offer(note);
  await clock.advance(1000);
  expect(starts).toEqual([0, 100, 200, 300]);
});

describe("slots and time", () => {
  test("each slot has a pace of its own, and the one that may start soonest takes the next", async () => {
    const { pool, clock, log } = lab({ workers: 2, period: 100, handler: async () => null });
    pool.offer(counted());
    await clock.advance(30);
    pool.offer(counted());
    for (let i = 0; i < 4; i++) pool.offer(counted());
    await clock.advance(500);
    expect(log.of("start").map(({ slot, waitedMs }) => [slot, waitedMs])).toEqual([
      [0, 0],
      [1, 0],
      [0, 70],
      [1, 100],
      [0, 170],
      [1, 200],
    ]);
  });

  test("a machine that slept makes no burst: no catch-up", async () => {
    const { pool, clock, starts, note } = paced({});
    for (let i = 0; i < 4; i++) pool.offer(note);
    await clock.advance(0);
    clock.jump(60_000);
    await clock.advance(250);
    expect(starts).toEqual([0, 60_000, 60_100, 60_200]);
  });

  test("the wall clock jumping moves nothing", async () => {
    const { pool, clock, starts, note } = paced({});
    pool.offer(note);
    pool.offer(note);
    clock.wallOffset -= 3_600_000;
    await clock.advance(50);
    clock.wallOffset += 2 * 86_400_000;
    await clock.advance(100);
    expect(starts).toEqual([0, 100]);
  });

  test("timers that fire early are armed again", async () => {
    const clock = new FakeClock();
    const { now, clearTimeout } = clock;
    const hasty = {
      now,
      clearTimeout,
      setTimeout: (ring: () => void, ms: number) => clock.setTimeout(ring, Math.max(ms - 1, 0.25)),
    };
    const { pool } = lab({ clock: hasty, workers: 1, period: 100, handler: async () => null });
    const starts: number[] = [];
    for (let i = 0; i < 3; i++) {
      pool.offer(() => {
        starts.push(clock.now() - 1000);
        return null;
      });
    }
    await clock.advance(1000);
    for (const [index, start] of starts.slice(1).entries())
      expect(start - (starts[index] ?? 0)).toBeGreaterThanOrEqual(100);
    expect(starts).toHaveLength(3);
  });

  test("a period of 2³¹ ms and more is slept in steps", async () => {
    const { pool, clock, starts, note } = paced({ period: 2 ** 31 + 100 });
    pool.offer(note);
    pool.offer(note);
    await clock.advance(2 ** 31 + 99);
    expect(starts).toEqual([0]);
    await clock.advance(1);
    expect(starts).toEqual([0, 2 ** 31 + 100]);
  });

  test("the time that listeners of `start` take is not taken off the period", async () => {
    const { pool, clock, starts, note } = paced({});
    pool.on("start", () => clock.jump(40));
    pool.offer(note);
    pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([40, 180]);
  });

  test("a paused pool is paced too: what is due starts on resume, the rest in its time", async () => {
    const { pool, clock, starts, note } = paced({});
    pool.offer(note);
    pool.pause();
    pool.offer(note);
    pool.offer(note);
    await clock.advance(130);
    expect(starts).toEqual([0]);
    pool.resume();
    await clock.advance(200);
    expect(starts).toEqual([0, 130, 230]);
  });

  test("a sender let in by a start is waited for, though the queue was empty for a moment", async () => {
    const { pool, clock, handler } = lab({ workers: 2, queueSize: 1, period: 100 });
    pool.offer(counted("/1"));
    await clock.advance(50);
    pool.offer(() => null);
    pool.offer(() => {
      pool.resume();
      return request("/3");
    });
    void pool.send(counted("/4"));
    await clock.advance(70);
    handler.call(0).respond();
    await clock.advance(29);
    expect([handler.paths, pool.waiting]).toEqual([["/1", "/3"], 1]);
    await clock.advance(1);
    expect([handler.paths, pool.waiting]).toEqual([["/1", "/3", "/4"], 0]);
  });

  test("one timer for all that waits, none when idle", async () => {
    const { pool, clock } = lab({ workers: 3, period: 100, handler: async () => null });
    for (let i = 0; i < 6; i++) pool.offer(counted());
    await clock.advance(10);
    expect(clock.timers).toBe(1);
    await clock.advance(100);
    expect([clock.timers, pool.waiting]).toEqual([0, 0]);
  });

  test("the last waiting task given up leaves no timer", async () => {
    const { pool, clock } = lab({ workers: 1, period: 100, handler: async () => null });
    const caller = new AbortController();
    pool.offer(counted());
    await clock.advance(10);
    pool.offer(counted(), { signal: caller.signal });
    expect(clock.timers).toBe(1);
    caller.abort();
    expect([clock.timers, pool.waiting]).toEqual([0, 0]);
  });
});
