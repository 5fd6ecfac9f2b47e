import { describe, expect, test } from "vitest";
import { LaneLab } from "../support/lane-lab.ts";
import { repeated } from "../support/repeated.ts";
import { LaneWitness } from "../support/lane-witness.ts";
import { Random } from "../simulation/random.ts";

describe("50 a lane that is slow", () => {
  test("leaves the other's tasks to start as if it were alone, whatever waits in it", async () => {
    const lab = new LaneLab({ workers: 1 }, { workers: 2 });
    lab.offer("s1 s2 s3 s4 s5 f1 f2 f3");
    for (const name of ["f1", "f2", "f3"]) await lab.answer(name);
    expect(lab.started).toBe("s1 f1 f2 f3");
    expect(lab.lane("s")).toMatchObject({ waiting: 4, running: 1 });
  });

  test("by its pace is none to the other, which starts when it comes", async () => {
    const lab = new LaneLab(
      { limits: (lane) => (lane === "s" ? { workers: 1, period: 1000 } : undefined) },
      { workers: 2 },
    );
    lab.offer("s1 s2 s3");
    await lab.answer("s1");
    await lab.it.clock.advance(10);
    lab.offer("f1");
    expect(lab.started).toBe("s1 f1");
    expect(lab.it.log.of("start").at(-1)).toMatchObject({ lane: "f", waitedMs: 0 });
  });
});

describe("51 a lane never has more than its workers under way", () => {
  test("and the pool never more than its own", async () => {
    const lab = new LaneLab({ workers: 2 }, { workers: 3 });
    lab.offer("a1 a2 a3 a4 b1 b2 b3");
    expect(lab.started).toBe("a1 a2 b1");
    expect([lab.it.pool.running, lab.lane("a")?.running, lab.lane("b")?.running]).toEqual([3, 2, 1]);
    await lab.answer("a1");
    expect(lab.started).toBe("a1 a2 b1 a3");
    await lab.answer("b1");
    expect(lab.started).toBe("a1 a2 b1 a3 b2");
  });

  test("by default as many as the pool has, and never more, whatever it is given", () => {
    for (const workers of [undefined, 0, -1, 9]) {
      const lab = new LaneLab({ workers }, { workers: 2 });
      lab.offer("a1 a2 a3");
      expect(lab.lane("a")).toMatchObject({ running: 2, workers: 2, waiting: 1 });
    }
  });
});

describe("52 the starts of a lane's slot are a period apart", () => {
  test("and a lane that idled does not burst", async () => {
    const lab = new LaneLab({ workers: 1, period: 100 }, { handler: async () => null });
    const { clock, log } = lab.it;
    const starts: number[] = [];
    lab.it.pool.on("start", () => starts.push(clock.now() - 1000));
    lab.offer("a1");
    await clock.advance(250);
    lab.offer("a2 a3 a4");
    await clock.advance(1000);
    expect(starts).toEqual([0, 250, 350, 450]);
    expect([log.of("finish").length, clock.timers]).toEqual([4, 0]);
  });

  test("in each lane for itself, each slot for itself", async () => {
    const lab = new LaneLab({ workers: 2, period: 100 }, { handler: async () => null });
    lab.offer("a1 a2 a3 b1 b2 b3");
    await lab.it.clock.advance(1000);
    expect(lab.it.log.of("start").map(({ lane, waitedMs }) => [lane, waitedMs])).toEqual([
      ["a", 0],
      ["a", 0],
      ["b", 0],
      ["b", 0],
      ["a", 100],
      ["b", 100],
    ]);
  });

  test("from the start itself: what a listener of it takes is not taken off", async () => {
    const lab = new LaneLab({ workers: 1, period: 100 }, { handler: async () => null });
    const { clock, pool } = lab.it;
    pool.on("start", () => clock.jump(30));
    const starts: number[] = [];
    for (let i = 0; i < 3; i++) pool.offer(() => void starts.push(clock.now() - 1000));
    await clock.advance(1000);
    expect(starts).toEqual([30, 160, 290]);
  });

  test("the pool's own pace holds as well", async () => {
    const lab = new LaneLab({ period: 10 }, { workers: 1, period: 100, handler: async () => null });
    lab.offer("a1 b1 a2");
    await lab.it.clock.advance(1000);
    expect(lab.it.log.of("start").map(({ waitedMs }) => waitedMs)).toEqual([0, 100, 200]);
  });
});

describe("53 lanes take turns", () => {
  test("however many tasks one of them has", async () => {
    const lab = new LaneLab({}, { workers: 1 });
    lab.offer("x1 a1 a2 a3 b1 b2 c1");
    for (const name of ["x1", "a1", "b1", "c1", "a2", "b2"]) await lab.answer(name);
    expect(lab.started).toBe("x1 a1 b1 c1 a2 b2 a3");
  });

  test("a lane that comes up stands behind those that are there, so none is starved by those that come and go", async () => {
    const lab = new LaneLab({}, { workers: 1 });
    lab.offer("o1 o2 o3 o4 p1");
    for (const [over, comes] of ["o1 q1", "o2 r1", "p1 s1", "q1 t1"].map((pair) => pair.split(" "))) {
      lab.offer(comes ?? "");
      await lab.answer(over ?? "");
    }
    expect(lab.started).toBe("o1 o2 p1 q1 o3");
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "between two starts of a lane each other that could has started once, run %i",
    async (seed) => {
      const random = new Random(seed);
      const workers = random.between(1, 4);
      const own = random.between(1, 2);
      const period = random.chance(0.5) ? random.between(1, 40) : 0;
      const lab = new LaneLab(
        { workers: own, period: own === 1 ? period : 0, queueSize: 50 },
        { workers, queueSize: 80 },
      );
      const { clock, handler, pool } = lab.it;
      const witness = new LaneWitness(lab.it, Math.min(own, workers), own === 1 ? period : 0);
      const running: (typeof handler.calls)[number][] = [];
      let known = 0;
      for (let step = 0; step < 2000; step++) {
        running.push(...handler.calls.slice(known));
        known = handler.calls.length;
        const isFlood = step % 400 < 200;
        if (random.chance(isFlood ? 0.6 : 0.3)) {
          const lane = `lane-${Math.floor(random.between(0, 8) ** 2 / 10)}`;
          const priority = random.chance(0.3) ? random.between(-1, 1) : 0;
          witness.offer(lane, priority);
        } else if (running.length > 0 && random.chance(0.8)) {
          const [call] = running.splice(random.between(0, running.length - 1), 1);
          const isAngry = random.chance(0.1);
          call?.respond(
            new Response(null, isAngry ? { status: 429, headers: { "retry-after": "1" } } : { status: 204 }),
          );
          await clock.advance(0);
        } else {
          await clock.advance(random.between(0, 300));
        }
      }
      expect(witness.faults).toEqual([]);
      expect(witness.turns).toBeGreaterThan(100);
      await pool.abort();
      expect(pool.lanes().size).toBe(0);
    },
  );
});

describe("54 a higher priority goes first", () => {
  test("whatever the lane and its turn, and within one it is first in, first out", async () => {
    const lab = new LaneLab({ queueSize: 9 }, { workers: 1 });
    lab.offer("x1 a1 b1");
    lab.offer("c1", { priority: -0.5 });
    lab.offer("b2 a2", { priority: 2 });
    lab.offer("a3", { priority: 1e9 });
    lab.offer("a4", { priority: 2 });
    for (const name of ["x1", "a3", "b2", "a2", "a4", "b1", "a1"]) await lab.answer(name);
    expect(lab.started).toBe("x1 a3 b2 a2 a4 b1 a1 c1");
  });

  test("but not if its lane has no slot free", async () => {
    const lab = new LaneLab({ workers: 1 }, { workers: 2 });
    lab.offer("a1 b1");
    lab.offer("a2", { priority: 9 });
    lab.offer("b2");
    await lab.answer("b1");
    expect(lab.started).toBe("a1 b1 b2");
  });

  test("also among those in line before the door of one lane", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1 });
    lab.offer("a1 a2");
    const order: string[] = [];
    const priorities = { a3: 0, a4: 5, a5: 0, a6: 5, a7: 9 };
    const sends = Object.entries(priorities).map(([name, priority]) =>
      lab.send(name, { priority }).then(() => order.push(name)),
    );
    expect(lab.lane("a")).toMatchObject({ waiting: 1, senders: 5 });
    for (let i = 0; i < 7; i++) {
      lab.it.handler.call(-1).respond();
      await lab.it.clock.advance(0);
    }
    await Promise.all(sends);
    expect(order).toEqual(["a7", "a4", "a6", "a3", "a5"]);
    // Who is in line is let in when a task leaves the queue: a2 had left it already.
    expect(lab.started).toBe("a1 a2 a7 a4 a6 a3 a5");
  });

  test("but not between lanes at the door: there places go in turn", async () => {
    const lab = new LaneLab({ queueSize: 4 }, { workers: 1, queueSize: 4 });
    const callers = [new AbortController(), new AbortController()];
    lab.offer("x1 a1 b1");
    for (const { signal } of callers) lab.offer("q1", { signal });
    const order: string[] = [];
    void lab.send("a2").then(() => order.push("a2"));
    void lab.send("b2", { priority: 9 }).then(() => order.push("b2"));
    for (const caller of callers) {
      caller.abort();
      await lab.it.clock.advance(0);
    }
    expect(order).toEqual(["a2", "b2"]);
  });

  test("a task without one is of priority 0, which neither is more nor less than -0", async () => {
    const lab = new LaneLab({ queueSize: 9 }, { workers: 1 });
    lab.offer("x1 a1");
    lab.offer("a2", { priority: -0 });
    lab.offer("a3", { priority: undefined });
    for (const name of ["x1", "a1", "a2"]) await lab.answer(name);
    expect(lab.started).toBe("x1 a1 a2 a3");
  });
});

/** Notes when tasks start, in ms since the pool did. */
const startsOf = (lab: LaneLab): number[] => {
  const { clock, pool } = lab.it;
  const starts: number[] = [];
  pool.on("start", () => starts.push(clock.now() - 1000));
  return starts;
};

describe("69 `spread` of a lane", () => {
  test("keeps any two of its starts apart by its period / workers, and each slot's by its period", async () => {
    const lab = new LaneLab({ workers: 4, period: 100, spread: true }, { handler: async () => null });
    const starts = startsOf(lab);
    lab.offer("a1 a2 a3 a4 a5 a6");
    await lab.it.clock.advance(1000);
    expect(starts).toEqual([0, 25, 50, 75, 100, 125]);
    expect(lab.it.clock.timers).toBe(0);
  });

  test("keeps a slot's own period where the others are busy", async () => {
    const lab = new LaneLab({ workers: 2, period: 100, spread: true });
    const starts = startsOf(lab);
    lab.offer("a1 a2 a3 a4");
    await lab.it.clock.advance(60);
    await lab.answer("a2");
    await lab.it.clock.advance(200);
    expect(starts).toEqual([0, 50, 150]);
  });

  test("is no catch-up after idling, and no affair of other lanes", async () => {
    const lab = new LaneLab(
      { limits: (lane) => (lane === "a" ? { workers: 2, period: 100, spread: true } : undefined) },
      { handler: async () => null },
    );
    lab.offer("a1");
    await lab.it.clock.advance(1000);
    const starts = startsOf(lab);
    lab.offer("a2 a3 b1 b2 b3");
    await lab.it.clock.advance(1000);
    expect(starts).toEqual([1000, ...repeated(3, 1000), 1050]);
  });

  test("takes the workers that the lane can have for its share: no more than the pool's", async () => {
    const lab = new LaneLab({ workers: 100, period: 100, spread: true }, { workers: 2, handler: async () => null });
    const starts = startsOf(lab);
    lab.offer("a1 a2 a3");
    await lab.it.clock.advance(1000);
    expect(starts).toEqual([0, 50, 100]);
  });
});
