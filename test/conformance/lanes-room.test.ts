import { describe, expect, test, vi } from "vitest";
import { lanes, type LaneLimits, type LanesOptions } from "../../src/lanes.ts";
import { settled } from "../support/settled.ts";
import { lab as openLab, request } from "../support/lab.ts";
import { LaneLab } from "../support/lane-lab.ts";

describe("55 a lane at its queueSize", () => {
  test("is refused more by `offer`, with one reject event; another lane is let in", () => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 1, queueSize: 9 });
    expect(lab.offer("x1 a1 a2 a3 b1 b2 b3")).toEqual([true, true, true, false, true, true, false]);
    expect(lab.it.log.of("reject")).toEqual([
      { type: "reject", pool: expect.any(String), reason: "full", lane: "a" },
      { type: "reject", pool: expect.any(String), reason: "full", lane: "b" },
    ]);
  });

  test("makes its own senders wait, and nobody else's", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1, queueSize: 9 });
    lab.offer("x1 a1");
    const accepted: string[] = [];
    void lab.send("a2").then(() => accepted.push("a2"));
    void lab.send("b1").then(() => accepted.push("b1"));
    await settled();
    expect([accepted, lab.it.pool.senders]).toEqual([["b1"], 1]);
    expect(lab.it.log.lines).toEqual(["queue 1", "start 1", "queue 2", "queue 3"]);
    // Who comes later does not overtake who is in line.
    expect(lab.offer("a3 b2")).toEqual([false, false]);
    await lab.answer("x1");
    expect(accepted).toEqual(["b1", "a2"]);
  });

  test.each([
    [undefined, 9, 4],
    [undefined, 1, 1],
    [0, 8, 4],
    [-3, 8, 4],
    [3, 9, 3],
    [99, 5, 5],
  ])("of %s takes, in a pool of %i places, %i of them", (queueSize, places, taken) => {
    const lab = new LaneLab({ queueSize }, { workers: 1, queueSize: places });
    lab.offer("x1");
    let accepted = 0;
    while (lab.offer("a1")[0]) accepted++;
    expect([accepted, lab.it.pool.waiting]).toEqual([taken, taken]);
  });

  test("does not count what runs: idle slots take more at once", () => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 3, queueSize: 9 });
    expect(lab.offer("a1 a2 a3 a4 a5 a6")).toEqual([true, true, true, true, true, false]);
    expect(lab.lane("a")).toMatchObject({ running: 3, waiting: 2 });
  });

  test("has no more taken at once than its own slots", () => {
    const lab = new LaneLab({ queueSize: 1, workers: 1 }, { workers: 3, queueSize: 9 });
    expect(lab.offer("a1 a2 a3 b1")).toEqual([true, true, false, true]);
  });

  test("takes also what comes in one go before a slot has begun", () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 2, queueSize: 1 });
    lab.it.pool.pause();
    expect(lab.offer("a1 a2 b1")).toEqual([true, false, false]);
    lab.it.pool.resume();
    expect(lab.offer("a3 a4 b2")).toEqual([true, true, false]);
    expect(lab.started).toBe("a1 a3");
  });
});

describe("56 senders of different lanes are let into a full pool in turn", () => {
  test("however many each has in line", async () => {
    const lab = new LaneLab({ queueSize: 9 }, { workers: 1, queueSize: 9 });
    const callers = Array.from({ length: 6 }, () => new AbortController());
    lab.offer("x1 a1 b1 c1");
    for (const { signal } of callers) lab.offer("q1", { signal });
    const accepted: string[] = [];
    for (const name of ["a2", "a3", "a4", "b2", "b3", "c2"]) void lab.send(name).then(() => accepted.push(name));
    expect(lab.it.pool.senders).toBe(6);
    for (const caller of callers) {
      caller.abort();
      await settled();
    }
    expect(accepted).toEqual(["a2", "b2", "c2", "a3", "b3", "a4"]);
  });

  test("whatever the priorities, and behind what waits, as slots come free", async () => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 1, queueSize: 2 });
    lab.offer("z1 z2 z3");
    const accepted: string[] = [];
    for (const name of ["a1", "a2", "b1", "b2", "c1", "c2"])
      void lab.send(name, { priority: name.startsWith("b") ? 9 : 0 }).then(() => accepted.push(name));
    // What starts from the queue makes room for one in line.
    for (const [ended, next] of [
      ["z1", "a1"],
      ["z2", "b1"],
      ["a1", "c1"],
      ["b1", "a2"],
      ["c1", "b2"],
      ["z3", "c2"],
    ] as const) {
      await lab.answer(ended);
      expect([accepted.at(-1), lab.it.pool.waiting]).toEqual([next, 2]);
    }
    expect(lab.started).toBe("z1 z2 a1 b1 c1 z3 b2");
  });

  test("whether they get a place or a slot", async () => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 1, queueSize: 2 });
    const caller = new AbortController();
    lab.offer("h1");
    await lab.answer("h1", 429, { "retry-after": "60" });
    lab.offer("h2");
    lab.offer("h3", { signal: caller.signal });
    lab.offer("x1");
    const accepted: string[] = [];
    for (const name of ["a1", "a2", "b1", "c1"]) void lab.send(name).then(() => accepted.push(name));
    // A slot, a place, and what has that place gets the slot before anybody in line.
    await lab.answer("x1");
    caller.abort();
    await settled();
    expect(accepted).toEqual(["a1", "b1"]);
    await lab.answer("a1");
    expect([accepted, lab.started]).toEqual([["a1", "b1", "c1"], "h1 x1 a1 b1"]);
  });

  test.each(["start", "finish"] as const)("before those who hear of the %s that makes room", async (type) => {
    const lab = new LaneLab({ queueSize: 2 }, { workers: 1, queueSize: 2 });
    const caller = new AbortController();
    lab.offer("x1 a1");
    lab.offer("a2", { signal: caller.signal });
    const accepted: string[] = [];
    const lines = [lab.send("b1").then(() => accepted.push("b1"))];
    lab.it.pool.once(type, () => {
      lines.push(lab.send("c1").then(() => accepted.push("c1")));
      accepted.push(`d1 ${lab.offer("d1").join("")}`);
    });
    if (type === "finish") caller.abort();
    else await lab.answer("x1");
    await settled();
    expect(accepted).toEqual(["d1 false", "b1"]);
    await lab.it.pool.abort();
    await Promise.allSettled(lines);
  });

  test("but for those whose lane has no place of its own", async () => {
    const lab = new LaneLab({ limits: (lane) => ({ queueSize: lane === "a" ? 1 : 5 }) }, { workers: 1, queueSize: 3 });
    const callers = [new AbortController(), new AbortController()];
    lab.offer("x1 a1");
    for (const { signal } of callers) lab.offer("q1", { signal });
    const accepted: string[] = [];
    for (const name of ["a2", "b1", "b2"]) void lab.send(name).then(() => accepted.push(name));
    for (const caller of callers) {
      caller.abort();
      await settled();
    }
    expect(accepted).toEqual(["b1", "b2"]);
    expect(lab.lane("a")).toMatchObject({ waiting: 1, senders: 1 });
  });

  test("run, fetch and writable wait in line as send does", async () => {
    const { it } = new LaneLab({ queueSize: 1 }, { workers: 1, queueSize: 1, handler: async () => new Response() });
    it.pool.pause();
    it.pool.offer(() => request(), { lane: "a" });
    const all = [
      it.pool.run(() => request(), { lane: "b" }),
      it.pool.fetch("https://c.example.com/"),
      it.pool
        .writable()
        .getWriter()
        .write(() => request()),
    ];
    await settled();
    expect(it.pool.senders).toBe(3);
    it.pool.resume();
    await Promise.all(all);
    await it.pool.onIdle();
    expect(it.log.of("finish").map(({ lane }) => lane)).toEqual(["a", "b", "https://c.example.com", ""]);
  });
});

/** A pool of two slots, whose places are taken by tasks of a lane that is held. */
async function full(): Promise<LaneLab> {
  const lab = new LaneLab({ queueSize: 2 }, { workers: 2, queueSize: 2 });
  lab.offer("h1");
  await lab.answer("h1", 429, { "retry-after": "60" });
  expect(lab.offer("h2 h3 h4")).toEqual([true, true, false]);
  return lab;
}

describe("56 a pool full of tasks that may not start", () => {
  test("shuts out nobody whom a slot takes at once", async () => {
    const lab = await full();
    expect(lab.offer("a1 b1 c1")).toEqual([true, true, false]);
    expect([lab.started, lab.it.pool.waiting, lab.it.pool.running]).toEqual(["h1 a1 b1", 2, 2]);
  });

  test("lets who is in line start from there, lanes in turn and within one by priority", async () => {
    const lab = await full();
    lab.offer("a1 b1");
    const sends = [lab.send("a2"), lab.send("a3", { priority: 1 }), lab.send("b2"), lab.send("c1", { priority: 3 })];
    expect(lab.it.pool.senders).toBe(4);
    for (const name of ["a1", "b1", "a3", "b2"]) await lab.answer(name);
    expect(lab.started).toBe("h1 a1 b1 a3 b2 c1 a2");
    await Promise.all(sends);
    expect([lab.it.pool.senders, lab.it.pool.waiting]).toEqual([0, 2]);
    // Each was accepted before it started.
    for (const { id } of lab.it.log.of("start")) {
      const types = lab.it.log.events.filter((event) => "id" in event && event.id === id).map(({ type }) => type);
      expect(types.slice(0, 2)).toEqual(["queue", "start"]);
    }
  });

  test("lets nobody in but whom a slot takes, whoever comes to the line when that is told", async () => {
    const lab = await full();
    lab.offer("a1 b1");
    const sends = [lab.send("c1")];
    lab.it.pool.on("queue", () => {
      if (sends.length < 6) sends.push(lab.send(`${sends.length}x`, { priority: sends.length }));
    });
    await lab.answer("a1");
    expect([lab.started, lab.it.pool.senders]).toEqual(["h1 a1 b1 c1", 1]);
    await lab.answer("b1");
    expect([lab.started, lab.it.pool.senders]).toEqual(["h1 a1 b1 c1 1x", 1]);
    expect(lab.it.log.of("queue").length - lab.it.log.of("start").length).toBe(2);
    await lab.it.pool.abort();
    await Promise.allSettled(sends);
  });

  test("lets who was let in, and has given up at once, not start", async () => {
    const lab = await full();
    const caller = new AbortController();
    lab.offer("a1 b1");
    const sends = [lab.send("c1", { signal: caller.signal }), lab.send("d1")];
    lab.it.pool.once("queue", () => caller.abort());
    await lab.answer("a1");
    expect(lab.started).toBe("h1 a1 b1 d1");
    await Promise.all(sends);
  });

  test("lets who has come to the line of a lane that is held start when that is over", async () => {
    const lab = new LaneLab({ queueSize: 1 }, { workers: 1, queueSize: 1 });
    lab.offer("a1");
    await lab.answer("a1", 429, { "retry-after": "1" });
    lab.offer("h1");
    await lab.answer("h1", 429, { "retry-after": "60" });
    lab.offer("h2");
    const line = lab.send("a2");
    expect([lab.it.pool.senders, lab.it.clock.timers]).toEqual([1, 1]);
    await lab.it.clock.advance(999);
    expect(lab.started).toBe("a1 h1");
    await lab.it.clock.advance(1);
    expect([lab.started, lab.it.pool.senders]).toEqual(["a1 h1 a2", 0]);
    await line;
  });

  test("lets who comes to the line start at once, if the gate does", async () => {
    const lab = new LaneLab({ gate: (lane) => (lane === "h" ? 60_000 : 0) }, { workers: 1, queueSize: 1 });
    lab.offer("h1");
    // Nobody knows before what the gate will say.
    expect(lab.offer("a1")).toEqual([false]);
    await lab.send("a2");
    expect([lab.started, lab.it.pool.senders, lab.it.pool.waiting]).toEqual(["a2", 0, 1]);
  });

  test("has one that is in line rejected, not started, by the signal that it shares with what ran", async () => {
    const lab = await full();
    const caller = new AbortController();
    lab.offer("a1 b1", { signal: caller.signal });
    const line = lab.send("c1", { signal: caller.signal });
    const other = lab.send("d1");
    caller.abort("why");
    await expect(line).rejects.toBe("why");
    await other;
    expect([lab.started, lab.it.pool.running]).toEqual(["h1 a1 b1 d1", 1]);
    expect(lab.it.log.lines.filter((text) => text.startsWith("reject"))).toEqual(["reject full", "reject aborted"]);
  });
});

/** Limits of some lanes, a member at a time. */
const someLimits = (lane: string): LaneLimits | undefined => {
  if (lane === "a") return { workers: 1 };
  return lane === "b" ? { queueSize: 1, workers: undefined } : undefined;
};

describe("57 `limits`", () => {
  test("go over what is common to all, member by member", async () => {
    const lab = new LaneLab({ workers: 2, queueSize: 3, limits: someLimits }, { workers: 9, queueSize: 99 });
    expect(lab.offer("a1 a2 a3 a4 a5")).toEqual([true, true, true, true, false]);
    expect(lab.offer("b1 b2 b3 b4")).toEqual([true, true, true, false]);
    expect(lab.offer("c1 c2 c3 c4 c5 c6")).toEqual([true, true, true, true, true, false]);
    expect([...lab.it.pool.lanes()].map(([name, { workers, running }]) => [name, workers, running])).toEqual([
      ["a", 1, 1],
      ["b", 2, 2],
      ["c", 2, 2],
    ]);
  });

  test("of period and spread are kept", async () => {
    const lab = new LaneLab(
      { workers: 2, period: 100, limits: (lane) => (lane === "a" ? { period: 0 } : { spread: true }) },
      { handler: async () => null },
    );
    lab.offer("a1 a2 a3 b1 b2 b3");
    await lab.it.clock.advance(1000);
    const waited = (name: string): number[] =>
      lab.it.log.of("start").flatMap(({ lane, waitedMs }) => (lane === name ? [waitedMs] : []));
    expect([waited("a"), waited("b")]).toEqual([
      [0, 0, 0],
      [0, 50, 100],
    ]);
  });

  test("are asked once in a lane's life, by its name", async () => {
    const limits = vi.fn<NonNullable<LanesOptions["limits"]>>(() => undefined);
    const lab = new LaneLab({ limits }, { workers: 1 });
    lab.offer("a1 a2 b1");
    await lab.answer("a1");
    lab.offer("a3");
    expect(limits.mock.calls).toEqual([["a"], ["b"]]);
    for (const name of ["a2", "b1", "a3"]) await lab.answer(name);
    lab.offer("a4");
    expect(limits.mock.calls).toEqual([["a"], ["b"], ["a"]]);
  });

  test.each<[string, () => unknown, Error]>([
    [
      "throw",
      () => {
        throw new RangeError("no");
      },
      new RangeError("no"),
    ],
    ["give", () => 5, new TypeError("Expected `limits()` to be an object, got 5 (number)")],
    ["give", () => null, new TypeError("Expected `limits()` to be an object, got null")],
    ["give", async () => ({}), new TypeError("Expected `limits()` to be an object, got an object")],
    [
      "give",
      () => Promise.reject(new Error("unheard")),
      new TypeError("Expected `limits()` to be an object, got an object"),
    ],
    [
      "give",
      () => ({ workers: 1.5 }),
      new TypeError("Expected `limits().workers` to be a whole number, got 1.5 (number)"),
    ],
    [
      "give",
      () => ({ period: "5" }),
      new TypeError('Expected `limits().period` to be a finite number of ms, got "5" (string)'),
    ],
    ["give", () => ({ spread: 1 }), new TypeError("Expected `limits().spread` to be a boolean, got 1 (number)")],
    [
      "give",
      () => ({ queueSize: Infinity }),
      new TypeError("Expected `limits().queueSize` to be a whole number, got Infinity (number)"),
    ],
  ])(
    "that %s what is wrong: that call throws or rejects with it, without an event, and the next one asks again",
    async (_, wrong, error) => {
      let isWrong = true;
      const limits = vi.fn<() => undefined>(() => (isWrong ? (wrong() as undefined) : undefined));
      const lab = new LaneLab({ limits });
      const { pool } = lab.it;
      expect(() => lab.offer("a1")).toThrow(error);
      for (const call of [
        () => lab.send("a1"),
        () => pool.run(() => request(), { lane: "a" }),
        () => pool.fetch("https://example.com/", { lane: "a" }),
        () =>
          pool
            .map(
              ["x"],
              () => request(),
              () => 1,
              { lane: "a" },
            )
            .next(),
        () =>
          pool
            .writable()
            .getWriter()
            .write(() => request()),
      ]) {
        await expect(call()).rejects.toEqual(error);
      }
      expect([lab.it.log.events, pool.lanes().size, limits.mock.calls.length]).toEqual([[], 0, 6]);
      isWrong = false;
      expect(lab.offer("a1")).toEqual([true]);
      expect(limits).toHaveBeenCalledTimes(7);
    },
  );

  test("are read as own members only", () => {
    const lab = new LaneLab({ limits: () => Object.create({ workers: 1 }) as LaneLimits }, { workers: 5 });
    lab.offer("a1 a2");
    expect(lab.lane("a")).toMatchObject({ workers: 5, running: 2 });
  });

  test("may bring a task of that very lane, which is one lane then", async () => {
    let isFirst = true;
    const { pool, log } = openLab({
      workers: 9,
      lanes: lanes({
        limits: () => {
          if (isFirst) {
            isFirst = false;
            pool.offer(() => request(), { lane: "a" });
          }
          return { workers: 1 };
        },
      }),
    });
    pool.offer(() => request(), { lane: "a" });
    expect(pool.lanes().get("a")).toMatchObject({ running: 1, waiting: 1 });
    expect(log.lines).toEqual(["queue 1", "start 1", "queue 2"]);
  });
});
