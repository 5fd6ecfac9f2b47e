import { describe, expect, test } from "vitest";
import { adaptive, type AdaptiveOptions } from "../../src/adaptive.ts";
import { settled } from "../support/settled.ts";
import { Dial } from "../support/dial.ts";
import type { Limit, LimitHost, LimitSample } from "../../src/lean.ts";
import { counted, type Lab, lab, type LabOptions } from "../support/lab.ts";

/** Offers so many tasks. */
function offer({ pool }: Lab, count: number): void {
  for (let i = 0; i < count; i++) pool.offer(counted(`/${i}`));
}

/** Answers all requests that have none yet, after so many ms each time, so many times. */
async function serve(it: Lab, ms: number, rounds: number, status = 204): Promise<void> {
  let answered = 0;
  for (let round = 0; round < rounds; round++) {
    await it.clock.advance(ms);
    for (const end = it.handler.calls.length; answered < end; answered++) {
      it.handler.call(answered).respond(new Response(null, { status }));
    }
    await settled();
  }
}

const fail = (): never => {
  throw new Error("no");
};

const failSoon = (): unknown => Promise.reject(new Error("no"));

const tuned = (options: AdaptiveOptions = {}, more: LabOptions = {}): Lab =>
  lab({ workers: adaptive(options), queueSize: 10_000, ...more });

/** Turns the number up and down, and tells when which slot started. */
async function starts(options: LabOptions, turns: readonly number[]): Promise<(readonly [slot: number, at: number])[]> {
  const dial = new Dial(4);
  const told: (readonly [number, number])[] = [];
  const it = lab({ handler: async () => null, workers: dial, queueSize: 1000, ...options });
  it.pool.on("start", ({ slot }) => told.push([slot, it.clock.now()]));
  offer(it, 500);
  for (const workers of turns) {
    dial.turn(workers);
    await it.clock.advance(37);
  }
  return told;
}

describe("90 adaptive", () => {
  test("starts where it is told, or at 4, within its bounds", () => {
    const options: AdaptiveOptions[] = [{}, { start: 7 }, { start: 7, max: 5 }, { min: 6 }, { min: 200 }];
    expect(options.map((each) => tuned(each).pool.workers)).toEqual([4, 7, 5, 6, 200]);
  });

  test("grows as long as requests take no longer for it, up to the most", async () => {
    const it = tuned({ max: 30 });
    offer(it, 5000);
    await serve(it, 50, 100);
    expect(it.pool.workers).toBe(30);
    expect(it.pool.running).toBe(30);
    expect(it.log.of("limit").every(({ workers }) => workers >= 1 && workers <= 30)).toBe(true);
  });

  test("does not grow while slots stand idle", async () => {
    const it = tuned();
    for (let round = 0; round < 200; round++) {
      offer(it, 3);
      await it.clock.advance(50);
      for (const call of it.handler.calls.splice(0)) call.respond();
      await settled();
    }
    expect(it.pool.workers).toBeLessThanOrEqual(4);
    offer(it, 5000);
    await serve(it, 50, 60);
    expect(it.pool.workers).toBeGreaterThan(10);
  });

  test.each([429, 503])("answers of %i take slots away in the same round, never below the least", async (status) => {
    const it = tuned({ start: 20, min: 3 });
    offer(it, 5000);
    await serve(it, 50, 1, status);
    expect(it.pool.workers).toBe(18);
    await serve(it, 50, 200, status);
    expect(it.pool.workers).toBe(3);
  });

  test("one 429 takes slots away, one 503 or one connection that fails does not: several in a row do", async () => {
    const numbers: number[][] = [];
    for (const status of [429, 503, 0]) {
      const it = tuned({ start: 20 });
      offer(it, 100);
      const seen: number[] = [];
      for (let index = 0; index < 8; index++) {
        if (status === 0) it.handler.call(index).fail(new TypeError("fetch failed"));
        else it.handler.call(index).respond(new Response(null, { status }));
        await settled();
        seen.push(it.pool.workers);
      }
      numbers.push(seen);
    }
    const some = [20, 20, 20, 20, 20, 20, 18, 18];
    expect(numbers).toEqual([Array.from({ length: 8 }, () => 18), some, some]);
  });

  test("timeouts take slots away", async () => {
    const it = tuned({ start: 20 }, { timeout: 1000 });
    offer(it, 100);
    await it.clock.advance(1000);
    expect(it.pool.workers).toBe(18);
  });

  test("grows as well where slots rest most of the time, and not where their pace would let them work", async () => {
    const paced = tuned({ max: 30 }, { period: 200 });
    offer(paced, 5000);
    await serve(paced, 50, 400);
    expect(Math.max(...paced.log.of("limit").map(({ workers }) => workers))).toBe(30);
    expect(paced.pool.workers).toBeGreaterThan(20);
    const idle = tuned({ max: 30 }, { period: 200 });
    for (let round = 0; round < 100; round++) {
      offer(idle, 2);
      await serve(idle, 50, 4);
      idle.handler.calls.splice(0);
    }
    expect(idle.pool.workers).toBeLessThanOrEqual(4);
  });

  test("what a caller gives up, and what a task or a consumer fails with, says nothing of the server", async () => {
    const it = tuned({ start: 20 });
    const controller = new AbortController();
    for (let i = 0; i < 5; i++) it.pool.offer(counted(), { signal: controller.signal });
    it.pool.offer(() => Promise.reject(new Error("no")));
    it.pool.offer(() => ({
      request: new Request("https://example.com/"),
      consumer: () => Promise.reject(new Error()),
    }));
    await settled();
    controller.abort();
    it.handler.call(5).respond();
    await settled();
    expect(it.log.of("finish").filter(({ ok }) => !ok)).toHaveLength(7);
    expect([it.pool.workers, it.log.of("limit")]).toEqual([20, []]);
  });

  test("tells of each number, and no number twice in a row", async () => {
    const it = tuned({ max: 30 });
    offer(it, 5000);
    await serve(it, 50, 60);
    const told = it.log.of("limit");
    expect(told.length).toBeGreaterThan(5);
    const numbers = told.map(({ workers }) => workers);
    expect(numbers.every((workers, index) => workers !== (numbers[index - 1] ?? 4))).toBe(true);
    expect(told.at(-1)).toEqual({ type: "limit", pool: it.pool.name, workers: it.pool.workers });
    expect(Object.isFrozen(told[0])).toBe(true);
  });
});

describe("91 slots taken away", () => {
  test("abort nothing: the number sinks as requests end, and nothing starts before there are few enough", async () => {
    const dial = new Dial(5);
    const it = lab({ workers: dial });
    offer(it, 20);
    dial.turn(2);
    expect([it.pool.workers, it.pool.running]).toEqual([2, 5]);
    for (const [index, running] of [4, 3, 2, 2].entries()) {
      it.handler.call(index).respond();
      await settled();
      expect(it.pool.running).toBe(running);
    }
    expect(it.handler.calls).toHaveLength(6);
    expect(it.handler.calls.some(({ init }) => init.signal.aborted)).toBe(false);
    expect(it.log.of("finish").every(({ ok }) => ok)).toBe(true);
  });

  test("come back at once, and take what waits", () => {
    const dial = new Dial(1);
    const it = lab({ workers: dial });
    offer(it, 20);
    dial.turn(4);
    expect([it.pool.workers, it.pool.running, it.log.of("limit").map(({ workers }) => workers)]).toEqual([4, 4, [4]]);
  });
});

describe("94 while the number changes", () => {
  const TURNS = Array.from({ length: 60 }, (_, index) => [1, 8, 3, 6, 2, 5][index % 6] ?? 1);

  test("two starts of a slot are never closer than its period", async () => {
    const last = new Map<number, number>();
    const told = await starts({ period: 100 }, TURNS);
    expect(told.length).toBeGreaterThan(60);
    for (const [slot, at] of told) {
      expect(at - (last.get(slot) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(100);
      last.set(slot, at);
    }
  });

  test("a slot that is taken away and comes back keeps its pace", async () => {
    const told = await starts({ period: 100 }, [4, 1, 4, 4]);
    expect(told.map(([, at]) => at - 1000)).toEqual([0, 0, 0, 0, 100, 100, 100, 100]);
    expect(new Set(told.slice(4).map(([slot]) => slot))).toEqual(new Set([0, 1, 2, 3]));
  });

  test("with spread, two starts of any slots are never closer than the period's share of the slots there are now", async () => {
    const dial = new Dial(4);
    const it = lab({ handler: async () => null, workers: dial, queueSize: 1000, period: 120, spread: true });
    const gaps: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    it.pool.on("start", () => {
      gaps.push((it.clock.now() - last) / (120 / it.pool.workers));
      last = it.clock.now();
    });
    offer(it, 500);
    for (const workers of TURNS) {
      dial.turn(workers);
      await it.clock.advance(37);
    }
    expect(gaps.length).toBeGreaterThan(40);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1 - 1e-9);
    // And no later than that either, where nothing else keeps them.
    expect(gaps.filter((gap) => gap < 1 + 1e-9).length).toBeGreaterThan(20);
  });
});

describe("a limit of one's own", () => {
  test("may be an object whose number is changed: the next answer has it looked at", async () => {
    const limit = { current: 2, max: 50 };
    const it = lab({ workers: { limit: () => limit } });
    offer(it, 10);
    limit.current = 4;
    expect(it.pool.running).toBe(2);
    it.handler.call(0).respond();
    await settled();
    expect([it.pool.workers, it.pool.running]).toEqual([4, 4]);
  });

  test("hears of each answer once: its time to the headers, its status, how many slots were taken", async () => {
    const dial = new Dial(3);
    const it = lab({ workers: dial, timeout: 100 });
    offer(it, 4);
    await it.clock.advance(20);
    it.handler.call(0).respond(new Response("body", { status: 500 }));
    await it.clock.advance(10);
    const error = new TypeError("fetch failed");
    it.handler.call(1).fail(error);
    await it.clock.advance(70);
    const { samples } = dial.of();
    expect(samples.slice(0, 2)).toEqual([
      { ms: 20, now: 1020, status: 500, error: undefined, running: 3, resting: 0 },
      { ms: 30, now: 1030, status: 0, error, running: 3, resting: 0 },
    ]);
    expect(samples.slice(2)).toMatchObject([
      { ms: 100, now: 1100, status: 0, error: { name: "TransactionTimeoutError" } },
    ]);
  });

  test("is told the period that its slots have, and how many rest", async () => {
    const dial = new Dial(3);
    const it = lab({ workers: dial, period: 100 });
    offer(it, 2);
    await it.clock.advance(20);
    it.handler.call(0).respond();
    await settled();
    it.handler.call(1).respond();
    await settled();
    expect(dial.of().host.period).toBe(100);
    expect(dial.of().samples.map(({ running, resting }) => [running, resting])).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(lab({ workers: dial }).pool.workers).toBe(3);
    expect(dial.of().host.period).toBe(0);
  });

  test("is told the time of the request alone: not what its task took to make it", async () => {
    const dial = new Dial(1);
    const it = lab({ workers: dial });
    it.pool.offer(async (context) => {
      await new Promise<void>((resolve) => void it.clock.setTimeout(resolve, 500));
      return counted()(context);
    });
    await it.clock.advance(500);
    await it.clock.advance(20);
    it.handler.call(0).respond();
    await settled();
    expect(dial.of().samples).toMatchObject([{ ms: 20, status: 204 }]);
  });

  test("that fails is logged, and the number stays", async () => {
    const it = lab({ workers: { limit: () => ({ current: 2, max: 50, sample: fail }) } });
    offer(it, 3);
    it.handler.call(0).respond();
    await settled();
    expect([it.pool.workers, it.log.of("finish").length, it.log.of("limit")]).toEqual([2, 1, []]);
    expect(it.book.errors).toEqual([["A limit failed", new Error("no")]]);
  });

  test("whose promise rejects is logged: nobody else waits for it", async () => {
    const it = lab({ workers: { limit: () => ({ current: 2, max: 50, sample: failSoon }) } });
    offer(it, 3);
    it.handler.call(0).respond();
    await settled();
    expect(it.book.errors).toEqual([["A limit failed", new Error("no")]]);
  });

  test("may have its number looked at while it hears of a sample: each number is told once", async () => {
    const limit = {
      current: 2,
      max: 50,
      changed: (): void => undefined,
      sample: (): void => {
        limit.current++;
        limit.changed();
      },
    };
    const workers = {
      limit: ({ changed }: LimitHost): Limit => {
        limit.changed = changed;
        return limit;
      },
    };
    const it = lab({ workers });
    offer(it, 10);
    for (const answered of [0, 1]) {
      it.handler.call(answered).respond();
      await settled();
    }
    expect(it.log.of("limit").map((event) => event.workers)).toEqual([3, 4]);
    expect(it.pool.running).toBe(4);
  });

  test("may have its number looked at whenever that is read", () => {
    const workers = {
      limit: ({ changed }: LimitHost): Limit => ({
        max: 9,
        get current() {
          changed();
          return 7;
        },
      }),
    };
    const { pool, log } = lab({ workers });
    expect([pool.workers, log.of("limit")]).toEqual([7, []]);
  });

  test.each([Number.NaN, 0, 50])("keeps the most that it had at first, when it says %d later", (max) => {
    const dial = new Dial(4, 5);
    const it = lab({ workers: dial });
    Object.assign(dial.of(), { max });
    dial.turn(20);
    offer(it, 30);
    expect([it.pool.workers, it.pool.running]).toEqual([5, 5]);
  });

  test("that gives no number is logged, and the number stays", async () => {
    const dial = new Dial(2);
    const it = lab({ workers: dial });
    offer(it, 3);
    dial.turn(Number.NaN);
    expect(it.pool.workers).toBe(2);
    expect(it.book.errors).toEqual([
      ["A limit failed", new TypeError("Expected `workers.limit().current` to be a finite number, got NaN (number)")],
    ]);
    dial.turn(3);
    expect(it.pool.running).toBe(3);
  });

  test("may tell of a change while it is made: its number is taken then anyway", () => {
    const { pool, log } = lab({
      workers: {
        limit: ({ changed }) => {
          changed();
          return { current: 7, max: 9 };
        },
      },
    });
    expect([pool.workers, log.of("limit")]).toEqual([7, []]);
  });

  test("keeps nothing of what a request failed with", async () => {
    let kept: LimitSample | undefined;
    const it = lab({ workers: { limit: () => ({ current: 1, max: 1, sample: (sample) => void (kept = sample) }) } });
    offer(it, 2);
    it.handler.call(0).fail(new Error("secret"));
    await settled();
    expect(kept?.error).toBeUndefined();
    const first = kept;
    it.handler.call(1).respond();
    await settled();
    expect(kept).toBe(first);
    expect(kept?.status).toBe(204);
  });

  test("counts as a whole number between 1 and its most", () => {
    const dial = new Dial(3.9, 5);
    const { pool } = lab({ workers: dial });
    const numbers = [pool.workers];
    for (const number of [0, -7, 5.9, 99]) {
      dial.turn(number);
      numbers.push(pool.workers);
    }
    expect(numbers).toEqual([3, 1, 1, 5, 5]);
  });

  test.each([undefined, 5, {}, { max: 0, current: 1 }, { max: 2.5, current: 1 }, { max: 5 }])(
    "that is none (%j) makes start() throw",
    (limit) => {
      expect(() => lab({ workers: { limit: () => limit as never } })).toThrow(TypeError);
      expect(() => lab({ workers: { limit: () => limit as never } })).toThrow("Expected `workers.limit()");
    },
  );

  test("says what is wrong with `workers`", () => {
    expect(() => lab({ workers: {} as never })).toThrow(
      "Expected `workers` to be a whole number or what adaptive() gives, got an object",
    );
    expect(() => lab({ workers: 2.5 })).toThrow("Expected `workers` to be a whole number, got 2.5 (number)");
  });

  test("a map looks as far ahead as there are slots now", async () => {
    const dial = new Dial(1);
    const it = lab({ workers: dial, queueSize: 1 });
    let taken = 0;
    function* inputs(): Generator<string> {
      for (;;) yield `https://example.com/${taken++}`;
    }
    const results = it.pool.map(
      inputs(),
      (input) => input,
      () => null,
    );
    void results.next();
    await settled();
    const before = taken;
    dial.turn(6);
    it.handler.call(0).respond();
    await settled();
    void results.next();
    await settled();
    expect([before, taken]).toEqual([2, 8]);
    void it.pool.abort();
    await results.return?.();
  });
});
