import { describe, expect, test } from "vitest";
import { lanes } from "../../src/lanes.ts";
import type { LaneState } from "../../src/lean.ts";
import { retry } from "../../src/retry.ts";
import { Random } from "../simulation/random.ts";
import { collect } from "../support/collector.ts";
import { settled } from "../support/settled.ts";
import { type Lab, lab as openLab, request } from "../support/lab.ts";
import { LaneLab } from "../support/lane-lab.ts";

/** What all lanes have together. */
function sumsOf({ pool }: Lab): Pick<LaneState, "waiting" | "senders" | "running"> {
  const sums = { waiting: 0, senders: 0, running: 0 };
  for (const { waiting, senders, running } of pool.lanes().values()) {
    expect(waiting + senders + running).toBeGreaterThan(0);
    sums.waiting += waiting;
    sums.senders += senders;
    sums.running += running;
  }
  return sums;
}

/** Runs a task in each of so many lanes, one after another. @returns Bytes of the heap after, less those before. */
async function growth(count: number, period: number): Promise<number> {
  const it = openLab({
    lanes: lanes({ workers: 1, period }),
    listeners: [],
    handler: async () => null,
  });
  await collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) {
    it.pool.offer(() => undefined, { lane: `lane-${period}-${i}` });
    if (i % 100 === 0) await it.clock.advance(1);
  }
  await it.clock.advance(period + 1);
  it.pool.offer(() => undefined, { lane: "last" });
  await settled();
  expect(it.pool.lanes().size).toBe(0);
  await collect();
  return process.memoryUsage().heapUsed - before;
}

/** How long a task in each of so many lanes takes, all at once, in ms. */
async function time(count: number): Promise<number> {
  const it = openLab({ lanes: lanes(), listeners: [], queueSize: count, handler: async () => null });
  it.pool.pause();
  const start = performance.now();
  for (let i = 0; i < count; i++) it.pool.offer(() => undefined, { lane: `lane-${i}` });
  it.pool.resume();
  await it.pool.onIdle();
  return performance.now() - start;
}

describe("66 an idle lane is forgotten", () => {
  test("at once, where nothing of it is over later", async () => {
    const calls: string[] = [];
    const lab = new LaneLab({ limits: (lane) => void calls.push(lane) });
    for (let i = 1; i <= 3; i++) {
      lab.offer(`a${i}`);
      await lab.answer(`a${i}`);
    }
    expect([calls, lab.it.pool.lanes().size, lab.it.clock.timers]).toEqual([["a", "a", "a"], 0, 0]);
  });

  test.each([
    ["its pace", { workers: 1, period: 5000 }, {}],
    ["its hold", {}, { "retry-after": "5" }],
  ])("only when %s is over, without a timer", async (_, options, headers) => {
    const calls: string[] = [];
    const lab = new LaneLab({ ...options, limits: (lane) => void calls.push(lane) });
    const { clock } = lab.it;
    lab.offer("a1");
    await lab.answer("a1", 429, headers);
    expect([lab.it.pool.lanes().size, clock.timers]).toEqual([0, 0]);
    await clock.advance(4999);
    lab.offer("a2");
    expect([lab.started, calls]).toEqual(["a1", ["a"]]);
    await clock.advance(1);
    expect(lab.started).toBe("a1 a2");
    await lab.answer("a2");
    await clock.advance(5000);
    lab.offer("b1");
    lab.offer("a3");
    expect([lab.started, calls]).toEqual(["a1 a2 b1 a3", ["a", "b", "a"]]);
  });

  test.each([0, 50])(
    "100,000 lanes one after another, with a period of %i ms, leave nothing behind",
    async (period) => {
      await growth(1000, period);
      // A lane that stayed would take some hundred bytes: 100,000 of them tens of millions.
      expect(await growth(100_000, period)).toBeLessThan(3_000_000);
    },
  );

  test("and are linear: ten times as many at once take hardly more than ten times as long", async () => {
    await time(5000);
    const short = Math.min(await time(5000), await time(5000));
    expect(await time(50_000)).toBeLessThan(short * 60);
  });
});

describe("67 an abort", () => {
  test("of a waiting task takes it out, and its lane goes on", async () => {
    const lab = new LaneLab({}, { workers: 1 });
    const caller = new AbortController();
    lab.offer("a1 a2");
    lab.offer("a3", { signal: caller.signal, priority: 4 });
    lab.offer("a4");
    caller.abort("why");
    expect([lab.it.log.failure(3), lab.lane("a")?.waiting]).toEqual(["why", 2]);
    for (const name of ["a1", "a2", "a4"]) await lab.answer(name);
    expect([lab.started, lab.it.pool.lanes().size]).toEqual(["a1 a2 a4", 0]);
  });

  test("of a waiting task gives its place to the next in line", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1 });
    const caller = new AbortController();
    lab.offer("a1");
    lab.offer("a2", { signal: caller.signal });
    const line = lab.send("a3");
    caller.abort("why");
    await line;
    expect(lab.lane("a")).toMatchObject({ waiting: 1, senders: 0 });
  });

  test("of a sender in a lane's line rejects it, and who stands behind goes on", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1 });
    const caller = new AbortController();
    lab.offer("a1 a2");
    const gone = lab.send("a3", { signal: caller.signal });
    const stays = lab.send("a4");
    caller.abort("why");
    await expect(gone).rejects.toBe("why");
    expect([lab.lane("a")?.senders, lab.it.log.of("reject")]).toEqual([
      1,
      [{ type: "reject", pool: lab.it.pool.name, reason: "aborted", error: "why", lane: "a" }],
    ]);
    await lab.answer("a1");
    await stays;
    for (const name of ["a2", "a4"]) await lab.answer(name);
    expect([lab.started, lab.it.pool.lanes().size]).toEqual(["a1 a2 a4", 0]);
  });

  test("of what runs gives back the slot of its lane", async () => {
    const lab = new LaneLab({ workers: 1 }, { workers: 2 });
    const caller = new AbortController();
    lab.offer("a1", { signal: caller.signal });
    lab.offer("a2");
    caller.abort("why");
    await settled();
    expect([lab.started, lab.lane("a")]).toMatchObject(["a1 a2", { running: 1, waiting: 0 }]);
  });

  test("of what waits in a held lane leaves no alarm for it", async () => {
    const lab = new LaneLab();
    const caller = new AbortController();
    lab.offer("a1");
    await lab.answer("a1", 429, { "retry-after": "5" });
    lab.offer("a2", { signal: caller.signal });
    expect(lab.it.clock.timers).toBe(1);
    caller.abort();
    expect([lab.it.clock.timers, lab.it.pool.lanes().size]).toEqual([0, 0]);
  });

  test("takes no longer for one of very many", () => {
    const count = 20_000;
    const it = openLab({ lanes: lanes({ queueSize: count }), listeners: [], workers: 1, queueSize: count });
    it.pool.offer(() => request(), { lane: "a" });
    const callers = Array.from({ length: 2 * count }, () => new AbortController());
    const start = performance.now();
    for (const [index, { signal }] of callers.entries()) {
      it.pool.send(() => undefined, { lane: "a", priority: index % 7, signal }).catch(() => undefined);
    }
    const came = performance.now();
    for (const caller of callers.toReversed()) caller.abort();
    expect(it.pool.lanes().get("a")).toMatchObject({ waiting: 0, senders: 0, running: 1 });
    // Steps through a line of 20,000 for each would take minutes.
    expect(performance.now() - came).toBeLessThan(20 * (came - start) + 2000);
  });
});

describe("67 with lanes, a pool", () => {
  test("that is closed rejects who is in line, and runs what waits: no lane is left", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1 });
    lab.offer("a1 a2 b1");
    const lines = [lab.send("a3"), lab.send("b2")].map((line) => line.catch((error: Error) => error.name));
    const closing = lab.it.pool.close();
    expect(await Promise.all(lines)).toEqual(["DispatcherClosedError", "DispatcherClosedError"]);
    for (const name of ["a1", "a2", "b1"]) await lab.answer(name);
    await closing;
    expect(lab.it.log.of("reject").map(({ reason, lane }) => `${reason} ${lane}`)).toEqual(["closed a", "closed b"]);
    expect(lab.it.log.of("finish").map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(lab.it.pool.lanes().size).toBe(0);
  });

  test("that is aborted ends all in all lanes, once each", async () => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 2, queueSize: 5 });
    lab.offer("a1 b1 a2 a3 b2 b3 c1");
    const lines = ["a4", "b4", "c2", "d1"].map((name) => lab.send(name).catch((error: Error) => error.name));
    await lab.it.pool.abort("why");
    expect(await Promise.all(lines)).toEqual(Array.from(lines, () => "DispatcherClosedError"));
    const finished = lab.it.log.of("finish").map(({ id, ok }) => [id, ok]);
    expect(finished.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((id) => [id, false]),
    );
    expect(lab.it.log.of("reject")).toHaveLength(4);
    expect([lab.it.pool.lanes().size, lab.it.clock.timers, lab.it.pool.waiting]).toEqual([0, 0, 0]);
  });
});

describe("68 `waiting`, `senders` and `running` are the sums over lanes()", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("at every event, and between them, run %i", async (seed) => {
    const random = new Random(seed);
    const it = openLab({
      workers: random.between(1, 5),
      queueSize: random.between(1, 12),
      lanes: lanes({
        workers: random.between(1, 3),
        period: random.pick([0, 0, 30]),
        queueSize: random.pick([0, 1, 4]),
        ...(random.chance(0.3) && { gate: () => random.pick([0, 0, 20]) }),
      }),
      retry: retry({ budget: false, limit: 2 }),
    });
    const check = (): void =>
      expect(sumsOf(it)).toEqual({ waiting: it.pool.waiting, senders: it.pool.senders, running: it.pool.running });
    for (const type of ["queue", "reject", "start", "headers", "retry", "hold", "finish"] as const)
      it.pool.on(type, check);
    const callers: AbortController[] = [];
    let rejected = 0;
    let done = 0;
    for (let step = 0; step < 1500; step++) {
      const lane = `lane-${random.between(0, 4)}`;
      const priority = random.between(-1, 1);
      const caller = new AbortController();
      const deed = random.between(0, 9);
      if (deed < 3) it.pool.offer(() => request(), { lane, priority });
      else if (deed < 5) {
        callers.push(caller);
        it.pool.send(() => request(), { lane, priority, signal: caller.signal }).catch(() => rejected++);
      } else if (deed === 5) random.pick([...callers, caller]).abort();
      else if (deed < 9 && done < it.handler.calls.length) {
        const status = random.pick([200, 200, 204, 429, 503]);
        const headers: HeadersInit = random.chance(0.3) ? { "retry-after": "1" } : {};
        it.handler.call(done++).respond(new Response(null, { status, headers }));
        await settled();
      } else await it.clock.advance(random.between(0, 400));
      check();
    }
    expect(it.book.errors).toEqual([]);
    await it.pool.abort();
    await settled();
    check();
    const ids = it.log.of("queue").map(({ id }) => id);
    expect(
      it.log
        .of("finish")
        .map(({ id }) => id)
        .toSorted((a, b) => a - b),
    ).toEqual(ids);
    expect(rejected).toBe(it.log.of("reject").filter(({ reason }) => reason !== "full").length);
    expect([it.pool.lanes().size, it.clock.timers]).toEqual([0, 0]);
  });

  test("a lane with nothing in it is not told, one that is held neither", async () => {
    const lab = new LaneLab();
    lab.offer("a1");
    expect([...lab.it.pool.lanes()]).toEqual([["a", { waiting: 0, senders: 0, running: 1, workers: 10, heldMs: 0 }]]);
    await lab.answer("a1", 429, { "retry-after": "5" });
    expect([...lab.it.pool.lanes()]).toEqual([]);
  });

  test("what lanes() gave does not change later, and to change it changes nothing", () => {
    const lab = new LaneLab();
    lab.offer("a1");
    const states = lab.it.pool.lanes() as Map<string, LaneState>;
    lab.offer("a2");
    expect(states.get("a")?.running).toBe(1);
    states.clear();
    expect(lab.lane("a")?.running).toBe(2);
  });

  test("in a pool without lanes there are none", () => {
    const { pool } = openLab();
    pool.offer(() => request());
    expect([...pool.lanes()]).toEqual([]);
  });
});
