import { describe, expect, test } from "vitest";
import { lanes } from "../../src/lanes.ts";
import { retry } from "../../src/retry.ts";
import { settled } from "../support/settled.ts";
import { lab as openLab, request } from "../support/lab.ts";
import { LaneLab } from "../support/lane-lab.ts";

/** A pool with lanes and retries, of one slot. */
const retrying = (options = {}, more = {}): LaneLab =>
  new LaneLab(options, { workers: 1, retry: retry({ jitter: false, budget: false }), ...more });

describe("86 with lanes, a retry", () => {
  test("waits for its lane's hold, while other lanes run", async () => {
    const lab = retrying({ hold: () => 5000 });
    lab.offer("a1 b1");
    await lab.answer("a1", 503);
    expect(lab.holds).toEqual([{ lane: "a", ms: 5000, status: 503 }]);
    expect([lab.started, lab.lane("a")]).toMatchObject(["a1 b1", { waiting: 1, running: 0, heldMs: 5000 }]);
    await lab.it.clock.advance(4000);
    expect([lab.started, lab.lane("b")?.running]).toEqual(["a1 b1", 1]);
    lab.it.handler.call(-1).respond();
    await lab.it.clock.advance(999);
    expect(lab.started).toBe("a1 b1");
    await lab.it.clock.advance(1);
    expect(lab.started).toBe("a1 b1 a1");
    expect(lab.it.log.of("start").at(-1)).toMatchObject({ lane: "a", attempt: 2, waitedMs: 4700 });
  });

  test("and the hold are one Retry-After long, and both are told, of one lane", async () => {
    const lab = retrying();
    lab.offer("a1");
    await lab.answer("a1", 429, { "retry-after": "2" });
    expect(lab.it.log.lines).toEqual(["queue 1", "start 1", "hold a", "retry 1"]);
    expect(lab.it.log.of("retry")).toMatchObject([{ lane: "a", delayMs: 2000 }]);
    await lab.it.clock.advance(1999);
    expect(lab.started).toBe("a1");
    await lab.it.clock.advance(1);
    expect(lab.started).toBe("a1 a1");
  });

  test("waits for its lane's pace and gate", async () => {
    let ms = 0;
    const lab = retrying({ workers: 1, period: 1000, hold: false, gate: () => ms });
    lab.offer("a1");
    await lab.answer("a1", 503);
    ms = 700;
    await lab.it.clock.advance(999);
    expect([lab.started, lab.holds]).toEqual(["a1", []]);
    await lab.it.clock.advance(1);
    expect([lab.started, lab.holds]).toEqual(["a1", [{ lane: "a", ms: 700 }]]);
    ms = 0;
    await lab.it.clock.advance(700);
    expect(lab.started).toBe("a1 a1");
  });

  test("goes ahead of what never ran, in its lane and of its priority", async () => {
    const lab = retrying({ hold: false }, { retry: retry({ delay: () => 0, jitter: false }) });
    lab.offer("a1 a2 a3");
    lab.offer("a4", { priority: 1 });
    await lab.answer("a1", 503);
    await lab.it.clock.advance(0);
    await lab.answer("a4");
    await lab.answer("a1");
    expect(lab.started).toBe("a1 a4 a1 a2");
  });

  test("takes a waiting place of its lane, and keeps the lane", async () => {
    const lab = retrying({ hold: false, queueSize: 1 }, { workers: 1, queueSize: 4 });
    lab.offer("a1");
    await lab.answer("a1", 503);
    expect([lab.it.pool.waiting, lab.lane("a")?.waiting]).toEqual([1, 1]);
    lab.offer("x1");
    // Its one place is taken, and the slot is busy.
    expect(lab.offer("a2 b1")).toEqual([false, true]);
  });

  test("takes a place all the same where none is free, but for `workers` at most: nobody is let in until there is room", async () => {
    const lab = retrying({}, { queueSize: 1 });
    lab.offer("a1 b1");
    const sends = [lab.send("c1"), lab.send("d1")];
    await lab.answer("a1", 503);
    await lab.answer("b1", 503);
    // Who is in line would rest as well, and take one more.
    expect([lab.started, lab.it.pool.waiting, lab.it.pool.senders]).toEqual(["a1 b1", 2, 2]);
    expect(lab.offer("e1")).toEqual([false]);
    await lab.it.clock.advance(300);
    await lab.answer("a1");
    // What b has back makes it, before anybody starts from the line.
    for (const name of ["b1", "c1", "d1"]) await lab.answer(name);
    expect(lab.started).toBe("a1 b1 a1 b1 c1 d1");
    await Promise.all(sends);
    expect([lab.it.log.of("finish").length, lab.it.pool.lanes().size]).toEqual([4, 0]);
  });

  test("leaves the slot to who is in line, where it has taken the last place and no more", async () => {
    const lab = retrying({}, { queueSize: 1 });
    lab.offer("a1");
    await lab.answer("a1", 503);
    lab.offer("b1");
    const line = lab.send("c1");
    await lab.answer("b1");
    expect([lab.started, lab.it.pool.waiting]).toEqual(["a1 b1 c1", 1]);
    await line;
  });

  test("spends the budget of its own lane", async () => {
    const it = openLab({
      lanes: lanes({ hold: false }),
      retry: retry({ budget: { ratio: 0, reserve: 2 }, limit: 9, delay: () => 0 }),
      handler: async () => new Response(null, { status: 503 }),
    });
    it.pool.offer(() => request(), { lane: "angry" });
    await it.clock.advance(100);
    expect(it.log.finish(1).attempt).toBe(3);
    it.pool.offer(() => request(), { lane: "angry" });
    it.pool.offer(() => request(), { lane: "other" });
    await it.clock.advance(100);
    expect([it.log.finish(2).attempt, it.log.finish(3).attempt]).toEqual([1, 3]);
  });

  test("is ended by abort, in its rest and in its lane's hold", async () => {
    const lab = retrying({ hold: () => 5000 });
    const caller = new AbortController();
    lab.offer("a1", { signal: caller.signal });
    await lab.answer("a1", 503);
    await lab.it.clock.advance(1000);
    caller.abort("why");
    expect([lab.it.log.failure(1), lab.it.pool.lanes().size, lab.it.clock.timers]).toEqual(["why", 0, 0]);
  });
});

test("86 lanes whose first in line must wait, since all places are at rest, are not looked at one by one: 200,000 of them come to the line", async () => {
  const it = openLab({
    workers: 2,
    queueSize: 1,
    handler: async () => new Response(null, { status: 503 }),
    retry: retry({ budget: false }),
    lanes: lanes({ hold: false }),
  });
  const rejected: Promise<unknown>[] = [];
  const send = (lane: string): void => {
    rejected.push(it.pool.send(() => request(), { lane }).catch((error: unknown) => error));
  };
  for (const lane of ["a", "b", "c"]) {
    send(lane);
    await settled();
  }
  expect([it.pool.waiting, it.pool.running]).toEqual([3, 0]);
  for (let lane = 0; lane < 200_000; lane++) send(`${lane}`);
  expect([it.pool.waiting, it.pool.running, it.pool.senders]).toEqual([3, 0, 200_000]);
  await it.pool.abort();
  expect(new Set(await Promise.all(rejected)).size).toBeGreaterThan(200_000);
});
