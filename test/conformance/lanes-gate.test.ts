import { describe, expect, test, vi } from "vitest";
import type { LanesOptions } from "../../src/lanes.ts";
import { settled } from "../support/settled.ts";
import type { LabOptions } from "../support/lab.ts";
import { LaneLab } from "../support/lane-lab.ts";

type Gate = NonNullable<LanesOptions["gate"]>;

interface Gated {
  readonly lab: LaneLab;
  /** The lanes that it was asked for, in order. */
  readonly asked: () => string;
}

/** A pool with a gate. */
function gated(gate: Gate, more: LabOptions = {}, options: LanesOptions = {}): Gated {
  const spy = vi.fn<Gate>(gate);
  return { lab: new LaneLab({ gate: spy, ...options }, more), asked: () => spy.mock.calls.flat().join(" ") };
}

interface Question {
  readonly lane: string;
  answer(ms: number): Promise<void>;
}

/** A pool with a gate whose answers the test gives. */
function asking(
  more: LabOptions = {},
  options: LanesOptions = {},
): { readonly lab: LaneLab; readonly questions: Question[] } {
  const questions: Question[] = [];
  const gate: Gate = (lane) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    questions.push({
      lane,
      answer: (ms) => {
        resolve(ms);
        return settled();
      },
    });
    return promise;
  };
  return { lab: new LaneLab({ gate, ...options }, more), questions };
}

describe("63 a gate", () => {
  test.each([0, -5])(
    "that says %i lets one task start at once, and is asked for each, by its lane's name",
    async (ms) => {
      const { lab, asked } = gated(() => ms, { workers: 2 });
      lab.offer("a1 b1 a2");
      expect([lab.started, asked()]).toEqual(["a1 b1", "a b"]);
      await lab.answer("a1");
      expect([lab.started, asked()]).toEqual(["a1 b1 a2", "a b a"]);
      expect(lab.holds).toEqual([]);
    },
  );

  test("that says less than the clock can tell holds the lane for 1 ms, and is asked again then", async () => {
    // Where this is asked for ever, the test must still end.
    const { lab, asked } = gated(() => (asked().length < 100 ? 1e-12 : 0));
    lab.offer("a1");
    expect([asked(), lab.it.clock.timers]).toEqual(["a", 1]);
    await lab.it.clock.advance(1);
    expect(asked()).toBe("a a");
    expect(lab.holds).toEqual([
      { lane: "a", ms: 1 },
      { lane: "a", ms: 1 },
    ]);
  });

  test("that pauses the pool lets nothing start before it goes on, and is not asked again then", async () => {
    const { lab, asked } = gated(() => {
      lab.it.pool.pause();
      return 0;
    });
    lab.offer("a1 b1");
    await settled();
    expect([lab.started, asked()]).toEqual(["", "a"]);
    lab.it.pool.resume();
    await settled();
    expect([lab.started, asked()]).toEqual(["a1", "a b"]);
    lab.it.pool.resume();
    await settled();
    expect(lab.started).toBe("a1 b1");
  });

  test("whose hold makes somebody pause the pool lets nothing of another lane start", async () => {
    const { lab } = gated((lane) => (lane === "a" ? 50 : 0));
    lab.it.pool.pause();
    lab.offer("a1 b1");
    lab.it.pool.once("hold", () => lab.it.pool.pause());
    lab.it.pool.resume();
    await settled();
    expect([lab.started, lab.it.pool.paused, lab.holds.length]).toEqual(["", true, 1]);
    lab.it.pool.resume();
    await settled();
    expect(lab.started).toBe("b1");
  });

  test("that says more holds the lane for so many ms, and is asked again then; other lanes go on", async () => {
    let ms = 250;
    const { lab, asked } = gated((lane) => (lane === "a" ? ms : 0), { workers: 1 });
    lab.offer("a1 b1");
    expect([lab.started, asked(), lab.holds]).toEqual(["b1", "a b", [{ lane: "a", ms: 250 }]]);
    expect(lab.it.log.of("hold")[0]).not.toHaveProperty("status");
    await lab.answer("b1");
    ms = 0;
    await lab.it.clock.advance(249);
    expect([lab.started, asked(), lab.lane("a")?.heldMs]).toEqual(["b1", "a b", 1]);
    await lab.it.clock.advance(1);
    expect([lab.started, asked()]).toEqual(["b1 a1", "a b a"]);
  });

  test("is not capped by maxHold", async () => {
    const { lab } = gated(() => 500_000, {}, { maxHold: 1000 });
    lab.offer("a1");
    expect([lab.holds, lab.lane("a")?.heldMs]).toEqual([[{ lane: "a", ms: 500_000 }], 500_000]);
  });

  test("that answers later keeps only its own lane waiting", async () => {
    const { lab, questions } = asking({ workers: 2 });
    lab.offer("a1 b1");
    await questions[1]?.answer(0);
    expect(lab.started).toBe("b1");
    lab.offer("b2");
    await questions[2]?.answer(0);
    expect(lab.started).toBe("b1 b2");
    await lab.answer("b1");
    await questions[0]?.answer(0);
    expect(lab.started).toBe("b1 b2 a1");
  });

  test("that answers later with more than 0 holds the lane from then on", async () => {
    const { lab, questions } = asking();
    lab.offer("a1");
    await lab.it.clock.advance(100);
    await questions[0]?.answer(50);
    expect([lab.holds, questions.length]).toEqual([[{ lane: "a", ms: 50 }], 1]);
    await lab.it.clock.advance(50);
    await questions[1]?.answer(0);
    expect(lab.started).toBe("a1");
  });

  test("is never asked for two tasks of a lane at a time", async () => {
    const { lab, questions } = asking({ workers: 9 });
    lab.offer("a1 a2 a3");
    await lab.it.clock.advance(1000);
    expect(questions.map(({ lane }) => lane)).toEqual(["a"]);
    expect(lab.it.clock.timers).toBe(0);
    await questions[0]?.answer(0);
    expect([lab.started, questions.length]).toEqual(["a1", 2]);
    await questions[1]?.answer(0);
    expect([lab.started, questions.length]).toEqual(["a1 a2", 3]);
  });

  test("is not asked while a task could not start all the same", async () => {
    const { lab, asked } = gated(() => 0, { workers: 2 }, { workers: 1, period: 1000 });
    lab.offer("a1 a2");
    expect(asked()).toBe("a");
    await lab.it.clock.advance(500);
    await lab.answer("a1", 429, { "retry-after": "3" });
    await lab.it.clock.advance(2999);
    // Its slot was taken, then it was paced, and held.
    expect([lab.started, asked()]).toEqual(["a1", "a"]);
    await lab.it.clock.advance(1);
    expect([lab.started, asked()]).toEqual(["a1 a2", "a a"]);
  });

  test("is not asked while no slot of the pool is free", async () => {
    const { lab, asked } = gated(() => 0, { workers: 1 });
    lab.offer("a1 b1 c1");
    expect(asked()).toBe("a");
    await lab.answer("a1");
    expect(asked()).toBe("a b");
  });

  test("is not asked while the pool is paused, or paced", async () => {
    const { lab, asked } = gated(() => 0, { workers: 1, period: 100 });
    lab.it.pool.pause();
    lab.offer("a1 a2");
    await lab.it.clock.advance(1000);
    expect(asked()).toBe("");
    lab.it.pool.resume();
    await lab.answer("a1");
    await lab.it.clock.advance(99);
    expect(asked()).toBe("a");
    await lab.it.clock.advance(1);
    expect([asked(), lab.started]).toEqual(["a a", "a1 a2"]);
  });

  test("is not asked for what nobody waits for", async () => {
    const { lab, asked } = gated(() => 100);
    const caller = new AbortController();
    lab.offer("a1", { signal: caller.signal });
    caller.abort();
    await lab.it.clock.advance(1000);
    expect([asked(), lab.it.clock.timers]).toEqual(["a", 0]);
  });

  test("has a pass that was not used stay for the next start", async () => {
    const { lab, questions } = asking({ workers: 1 });
    const caller = new AbortController();
    lab.offer("a1", { signal: caller.signal });
    lab.offer("a2");
    caller.abort();
    await questions[0]?.answer(0);
    expect([lab.started, questions.length]).toEqual(["a2", 1]);
  });

  test("has a pass wait for a slot that is taken, or for the end of a pause", async () => {
    const { lab, questions } = asking({ workers: 1 });
    lab.offer("a1 b1");
    await questions[1]?.answer(0);
    expect(lab.started).toBe("b1");
    await questions[0]?.answer(0);
    lab.it.pool.pause();
    await lab.answer("b1");
    expect(lab.started).toBe("b1");
    lab.it.pool.resume();
    expect([lab.started, questions.length]).toEqual(["b1 a1", 2]);
  });

  test("has a pass outlast a hold", async () => {
    const { lab, questions } = asking({ workers: 2 });
    lab.offer("a1 a2 b1");
    await questions[0]?.answer(0);
    expect(lab.started).toBe("a1");
    await questions[1]?.answer(0);
    expect(lab.started).toBe("a1 b1");
    await questions[2]?.answer(0);
    await lab.answer("a1", 429, { "retry-after": "1" });
    await lab.answer("b1");
    await lab.it.clock.advance(1000);
    expect([lab.started, questions.length]).toEqual(["a1 b1 a2", 3]);
  });

  test("whose answer comes when the lane is held meanwhile neither shortens that nor starts anything", async () => {
    const { lab, questions } = asking({ workers: 2 });
    lab.offer("a1 a2");
    await questions[0]?.answer(0);
    await lab.answer("a1", 429, { "retry-after": "5" });
    await questions[1]?.answer(100);
    expect(lab.holds).toEqual([{ lane: "a", ms: 5000, status: 429 }]);
    expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1", 5000]);
  });
});

describe("63 a gate that fails", () => {
  const error = new Error("no");
  const MESSAGE = "`gate` failed, and is asked again after 1000 ms";

  test.each<[string, Gate]>([
    [
      "throws",
      () => {
        throw error;
      },
    ],
    ["rejects", () => Promise.reject(error)],
  ])("since it %s is logged by name and asked again after 1 s; other lanes go on meanwhile", async (_, fail) => {
    let isFailing = true;
    const { lab, asked } = gated((lane) => (lane === "a" && isFailing ? fail(lane) : 0), { workers: 1 });
    lab.offer("a1 b1");
    await settled();
    expect([lab.started, lab.it.book.errors]).toEqual(["b1", [[MESSAGE, error]]]);
    expect(lab.holds).toEqual([{ lane: "a", ms: 1000 }]);
    await lab.answer("b1");
    isFailing = false;
    await lab.it.clock.advance(999);
    expect(asked()).toBe("a b");
    await lab.it.clock.advance(1);
    expect([lab.started, asked()]).toEqual(["b1 a1", "a b a"]);
  });

  test.each([undefined, null, Number.NaN, Infinity, -Infinity, "0", true, {}])(
    "since it gives %s, which is no finite number, is taken for one that throws",
    async (value) => {
      for (const isLate of [false, true]) {
        const { lab } = gated(() => (isLate ? Promise.resolve(value) : value) as number);
        lab.offer("a1");
        await settled();
        expect(lab.it.book.errors).toEqual([[MESSAGE, expect.any(TypeError)]]);
        expect(String(lab.it.book.errors[0]?.[1])).toContain("Expected `gate()` to be a finite number of ms, got ");
        expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["", 1000]);
        await lab.it.clock.advance(1000);
        expect(lab.it.book.errors).toHaveLength(2);
      }
    },
  );
});

describe("63 a gate's answer that comes when the pool", () => {
  test("was aborted starts nothing and sets no timer", async () => {
    const { lab, questions } = asking();
    lab.offer("a1");
    const closing = lab.it.pool.abort("why");
    await questions[0]?.answer(500);
    await closing;
    expect([lab.started, lab.it.clock.timers, lab.it.pool.lanes().size]).toEqual(["", 0, 0]);
    expect(lab.it.log.lines.filter((line) => line.startsWith("finish"))).toEqual(["finish 1 failed"]);
  });

  test("is closing is waited for", async () => {
    const { lab, questions } = asking();
    lab.offer("a1");
    let isClosed = false;
    void lab.it.pool.close().then(() => (isClosed = true));
    await lab.it.clock.advance(10_000);
    expect(isClosed).toBe(false);
    await questions[0]?.answer(0);
    await lab.answer("a1");
    expect(isClosed).toBe(true);
  });

  test("is paused waits for the end of that", async () => {
    const { lab, questions } = asking();
    lab.offer("a1");
    lab.it.pool.pause();
    await questions[0]?.answer(0);
    expect(lab.started).toBe("");
    lab.it.pool.resume();
    expect([lab.started, questions.length]).toEqual(["a1", 1]);
  });
});

test.each([1, 2, 3])("63 a gate may use the pool itself, of %i slots", async (workers) => {
  let deeds = 0;
  const names: string[] = [];
  const { lab } = gated(
    (lane) => {
      if (deeds++ < 20) {
        names.push(`${lane}${deeds}`, `n${deeds}`);
        lab.offer(`${lane}${deeds} n${deeds}`);
        lab.it.pool.pause();
        lab.it.pool.resume();
      }
      return 0;
    },
    { workers, queueSize: 100 },
  );
  lab.offer("a0 b0");
  expect(lab.it.pool.running).toBeLessThanOrEqual(workers);
  while (lab.it.pool.running > 0) {
    for (const call of lab.it.handler.calls) call.respond();
    expect(lab.it.pool.running).toBeLessThanOrEqual(workers);
    await settled();
  }
  expect(new Set(lab.started.split(" "))).toEqual(new Set(["a0", "b0", ...names]));
  expect(lab.it.pool.lanes().size).toBe(0);
});
