import { describe, expect, test } from "vitest";
import { adaptive } from "../../src/adaptive.ts";
import { Dial } from "../support/dial.ts";
import { LaneLab } from "../support/lane-lab.ts";

describe("92 in lanes", () => {
  test("each lane has a limit of its own, and what one learns changes nothing for another", async () => {
    const dial = new Dial(1);
    const it = new LaneLab({ workers: dial });
    it.offer("a1 a2 a3 b1 b2 b3");
    expect(it.started).toBe("a1 b1");
    dial.of("a").turn(3);
    expect(it.started).toBe("a1 b1 a2 a3");
    expect([it.lane("a")?.workers, it.lane("b")?.workers]).toEqual([3, 1]);
    expect(it.it.log.of("limit")).toEqual([{ type: "limit", pool: it.it.pool.name, lane: "a", workers: 3 }]);
    await it.answer("b1", 503);
    expect(dial.of("b").samples).toMatchObject([{ status: 503, running: 1 }]);
    expect(dial.of("a").samples).toEqual([]);
  });

  test("a lane's slots sink as its requests end; the others go on", async () => {
    const dial = new Dial(3);
    const it = new LaneLab({ workers: dial });
    it.offer("a1 a2 a3 a4 b1");
    dial.of("a").turn(1);
    expect(it.lane("a")).toMatchObject({ running: 3, workers: 1 });
    await it.answer("a1");
    await it.answer("a2");
    expect(it.started).toBe("a1 a2 a3 b1");
    await it.answer("a3");
    expect(it.started).toBe("a1 a2 a3 b1 a4");
    expect(it.it.handler.calls.some(({ init }) => init.signal.aborted)).toBe(false);
  });

  test("a limit of a lane is told the lane's own period", () => {
    const dial = new Dial(1);
    new LaneLab({ workers: dial, period: 70 }, { period: 100 }).offer("a1");
    expect([dial.of("a").host.period, dial.of("a").host.lane]).toEqual([70, "a"]);
  });

  test("it is forgotten with its lane, and begins anew with the next", async () => {
    const dial = new Dial(1);
    const it = new LaneLab({ workers: dial });
    it.offer("a1");
    dial.of("a").turn(5);
    await it.answer("a1");
    expect(it.it.pool.lanes().size).toBe(0);
    // Nothing of a lane that is no more is told.
    dial.of("a").turn(7);
    expect(it.it.log.of("limit").map(({ workers }) => workers)).toEqual([5]);
    it.offer("a2 a3");
    expect([it.started, it.lane("a")?.workers]).toEqual(["a1 a2", 1]);
  });

  test("limits(lane) may give one, and what it throws rejects that call", async () => {
    const dial = new Dial(2);
    const it = new LaneLab({
      workers: 1,
      limits: (lane) =>
        lane === "a"
          ? { workers: dial }
          : lane === "b"
            ? {
                workers: {
                  limit: () => {
                    throw new Error("no");
                  },
                },
              }
            : undefined,
    });
    it.offer("a1 a2 a3 c1 c2");
    expect(it.started).toBe("a1 a2 c1");
    expect(() => it.offer("b1")).toThrow("no");
    await expect(it.send("b2")).rejects.toThrow("no");
    expect(() => new LaneLab({ workers: {} as never })).toThrow(
      "Expected `workers` to be a whole number or what adaptive() gives, got an object",
    );
  });

  test("a lane without a number of its own has what the pool has now, its pace and its spread included", async () => {
    const dial = new Dial(1);
    const it = new LaneLab({ period: 100, spread: true }, { workers: dial, handler: async () => null });
    const { clock, pool } = it.it;
    const starts: number[] = [];
    pool.on("start", () => starts.push(clock.now() - 1000));
    it.offer("a1 a2 a3 a4 a5 a6 a7 a8");
    await clock.advance(100);
    expect([starts, it.lane("a")?.workers]).toEqual([[0, 100], 1]);
    dial.turn(4);
    await clock.advance(75);
    expect([starts.slice(2), it.lane("a")?.workers]).toEqual([[125, 150, 175], 4]);
    dial.turn(2);
    await clock.advance(100);
    expect(starts.slice(5)).toEqual([225, 275]);
  });

  test("a pool with more slots puts lanes to work that had none left", () => {
    const dial = new Dial(1);
    const it = new LaneLab({}, { workers: dial });
    it.offer("a1 a2 a3 b1");
    expect(it.started).toBe("a1");
    dial.turn(3);
    expect(it.started).toBe("a1 a2 b1");
    dial.turn(1);
    expect(it.lane("a")).toMatchObject({ running: 2, workers: 1 });
  });

  test("adaptive() tunes each lane: a lane that is refused sinks, the other grows", async () => {
    const it = new LaneLab({ workers: adaptive({ start: 6 }), queueSize: 10_000 }, { queueSize: 20_000, workers: 100 });
    const { clock, handler, pool } = it.it;
    for (let index = 0; index < 3000; index++) it.offer(`a${index} b${index}`);
    for (let round = 0; round < 25; round++) {
      await clock.advance(50);
      for (const call of handler.calls.splice(0)) {
        const isAngry = new URL(call.request.url).pathname.startsWith("/a");
        call.respond(new Response(null, { status: isAngry ? 429 : 204 }));
      }
      await clock.advance(0);
    }
    expect(pool.lanes().get("a")?.workers).toBe(1);
    expect(pool.lanes().get("b")?.workers).toBeGreaterThan(12);
    void pool.abort();
  });
});
