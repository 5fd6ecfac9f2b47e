import { describe, expect, test } from "vitest";
import type { DispatchCloser, Task } from "../../src/lean.ts";
import { VirtualClock } from "../../src/lab.ts";
import { counted, lab, type LabOptions, request } from "../support/lab.ts";

/** A lab whose tasks note when they were called. */
function paced(options: LabOptions): { pool: DispatchCloser; clock: VirtualClock; starts: number[]; note: Task } {
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
    clock.setDate(clock.date() - 3_600_000);
    await clock.advance(50);
    clock.setDate(clock.date() + 2 * 86_400_000);
    await clock.advance(100);
    expect(starts).toEqual([0, 100]);
  });

  test("timers that fire early are armed again", async () => {
    const clock = new VirtualClock({ start: 1000, drift: (ms) => Math.max(ms - 1, 0.25) - ms });
    const { pool } = lab({ clock, workers: 1, period: 100, handler: async () => null });
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

  test("a pause leaves no timer: what it is about to hold back would keep the process", async () => {
    const { pool, clock, starts, note } = paced({});
    for (let i = 0; i < 3; i++) pool.offer(note);
    await clock.advance(10);
    pool.pause();
    expect(clock.timers).toBe(0);
    pool.offer(note);
    await clock.advance(200);
    expect([clock.timers, starts]).toEqual([0, [0]]);
    pool.resume();
    await clock.advance(200);
    expect(starts).toEqual([0, 210, 310, 410]);
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

describe("69 spread", () => {
  test("starts are evenly apart, and each slot keeps its own period too", async () => {
    const { pool, clock, log } = lab({ workers: 4, period: 100, spread: true, handler: async () => null });
    for (let i = 0; i < 9; i++) pool.offer(counted());
    await clock.advance(1000);
    expect(log.of("start").map(({ slot, waitedMs }) => [slot, waitedMs])).toEqual(
      Array.from({ length: 9 }, (_, index) => [index % 4, index * 25]),
    );
    expect(clock.timers).toBe(0);
  });

  test("a slot that is late for its turn leaves the others in theirs", async () => {
    const { pool, clock, handler, log } = lab({ workers: 2, period: 100, spread: true });
    for (let i = 0; i < 4; i++) pool.offer(counted());
    await clock.advance(60);
    handler.call(1).respond();
    await clock.advance(200);
    // The first slot is still busy: the second goes on alone, at its own period.
    expect(log.of("start").map(({ slot, waitedMs }) => [slot, waitedMs])).toEqual([
      [0, 0],
      [1, 50],
      [1, 150],
    ]);
    handler.call(0).respond();
    await clock.advance(0);
    expect(log.of("start").at(-1)).toMatchObject({ slot: 0, waitedMs: 260 });
  });

  test("an idle pool takes one at once, the others wait in the queue", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, queueSize: 2, spread: true });
    expect([1, 2, 3, 4].map(() => pool.offer(note))).toEqual([true, true, true, false]);
    expect([pool.running, pool.waiting]).toEqual([1, 2]);
    await clock.advance(25);
    expect([pool.offer(note), pool.offer(note)]).toEqual([true, false]);
    await clock.advance(1000);
    expect(starts).toEqual([0, 25, 50, 75]);
  });

  test("no catch-up after idling, nor after the machine slept", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    pool.offer(note);
    await clock.advance(1000);
    for (let i = 0; i < 6; i++) pool.offer(note);
    await clock.advance(30);
    clock.jump(60_000);
    await clock.advance(1000);
    expect(starts).toEqual([0, 1000, 1025, 61_030, 61_055, 61_080, 61_105]);
  });

  test.each([-1, 30])("timers that are %i ms off bring no two starts closer", async (off) => {
    const clock = new VirtualClock({ start: 1000, drift: (ms) => Math.max(ms + off, 0.25) - ms });
    const { pool, log } = lab({ clock, workers: 4, period: 100, spread: true, handler: async () => null });
    for (let i = 0; i < 10; i++) pool.offer(counted());
    await clock.advance(1000);
    const starts = log.of("start").map(({ waitedMs }) => waitedMs);
    expect(starts).toHaveLength(10);
    for (const [index, start] of starts.slice(1).entries())
      expect(start - at(starts, index)).toBeGreaterThanOrEqual(25);
    for (const [index, start] of starts.slice(4).entries())
      expect(start - at(starts, index)).toBeGreaterThanOrEqual(100);
  });

  test("the time that listeners of `start` take is not taken off the gap", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    pool.on("start", () => clock.jump(40));
    for (let i = 0; i < 3; i++) pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([40, 105, 170]);
  });

  test("an offer by a listener of a start waits for its turn", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    pool.once("start", () => {
      clock.jump(70);
      pool.offer(note);
      pool.offer(note);
    });
    pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([70, 95, 120]);
  });

  test("a task given up in a listener of its start does not close the way for those behind it", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    const caller = new AbortController();
    pool.once("start", () => {
      clock.jump(10);
      caller.abort();
    });
    pool.offer(note, { signal: caller.signal });
    for (let i = 0; i < 2; i++) pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([35, 60]);
    expect([pool.running, pool.waiting, clock.timers]).toEqual([0, 0, 0]);
  });

  test("a pool paused and resumed in a listener of a start goes on at its pace", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    pool.once("start", () => {
      pool.pause();
      pool.resume();
    });
    for (let i = 0; i < 3; i++) pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([0, 25, 50]);
  });

  test("a pause stops the starts and their timer, and what is due at the end of it is no burst", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    for (let i = 0; i < 5; i++) pool.offer(note);
    await clock.advance(30);
    pool.pause();
    expect(clock.timers).toBe(0);
    await clock.advance(500);
    expect(starts).toEqual([0, 25]);
    pool.resume();
    await clock.advance(500);
    expect(starts).toEqual([0, 25, 530, 555, 580]);
  });

  test("close() finishes what waits at its pace, abort() leaves no timer", async () => {
    const { pool, clock, starts, note } = paced({ workers: 4, spread: true });
    for (let i = 0; i < 3; i++) pool.offer(note);
    let closed = false;
    void pool.close().then(() => (closed = true));
    await clock.advance(49);
    expect(closed).toBe(false);
    await clock.advance(1);
    expect([starts, closed]).toEqual([[0, 25, 50], true]);
    const other = paced({ workers: 4, spread: true });
    for (let i = 0; i < 3; i++) other.pool.offer(note);
    await other.pool.abort();
    expect(other.clock.timers).toBe(0);
  });

  test.each([
    ["spread without a period", { spread: true, period: 0 }],
    ["a period alone", { spread: false, period: 100 }],
    ["a period, and spread left out", { period: 100 }],
  ])("%s starts all slots at once", (_, options) => {
    const { pool, starts, note } = paced({ workers: 3, ...options });
    for (let i = 0; i < 3; i++) pool.offer(note);
    expect(starts).toEqual([0, 0, 0]);
  });

  test("one slot alone is spread by its period anyhow", async () => {
    const { pool, clock, starts, note } = paced({ workers: 1, spread: true });
    for (let i = 0; i < 3; i++) pool.offer(note);
    await clock.advance(1000);
    expect(starts).toEqual([0, 100, 200]);
  });

  test.each(["yes", 1, null])("spread: %j is a TypeError", (spread) => {
    // @ts-expect-error -- the very thing that is tested
    expect(() => lab({ spread })).toThrow(/^Expected `spread` to be a boolean, got/);
  });
});

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.NaN;
}
