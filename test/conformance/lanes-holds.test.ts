import { describe, expect, test } from "vitest";
import type { LanesOptions } from "../../src/lanes.ts";
import { LaneLab } from "../support/lane-lab.ts";

/** A pool of one slot where the lane a had this answer, and has more to do, as has the lane b. */
async function answered(status: number, headers: Record<string, string>, options: LanesOptions = {}): Promise<LaneLab> {
  const lab = new LaneLab(options, { workers: 1 });
  lab.offer("a1 a2");
  await lab.answer("a1", status, headers);
  return lab;
}

describe("58 a Retry-After holds its lane", () => {
  test.each([429, 503])("in seconds, of a %i, and that lane only", async (status) => {
    const lab = new LaneLab({}, { workers: 2 });
    const { clock } = lab.it;
    lab.offer("a1 b1 a2 a3 b2");
    await lab.answer("a1", status, { "retry-after": "7" });
    await lab.answer("b1");
    expect(lab.started).toBe("a1 b1 b2");
    expect(lab.holds).toEqual([{ lane: "a", ms: 7000, status }]);
    await clock.advance(6999);
    expect([lab.started, lab.lane("a")]).toEqual([
      "a1 b1 b2",
      { waiting: 2, senders: 0, running: 0, workers: 2, heldMs: 1 },
    ]);
    await clock.advance(1);
    expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1 b1 b2 a2", 0]);
  });

  test("until a date, by the pool's wall clock", async () => {
    const lab = new LaneLab();
    const { clock } = lab.it;
    clock.setDate(1_700_000_000_000);
    lab.offer("a1");
    await lab.answer("a1", 503, { "retry-after": new Date(1_700_000_005_000).toUTCString() });
    expect(lab.holds).toEqual([{ lane: "a", ms: 5000, status: 503 }]);
    // The hold is of monotonic time: a wall clock that jumps moves nothing.
    clock.setDate(clock.date() + 3_600_000);
    lab.offer("a2");
    await clock.advance(4999);
    expect(lab.started).toBe("a1");
    await clock.advance(1);
    expect(lab.started).toBe("a1 a2");
  });

  test.each([
    "soon",
    "-5",
    "1.5",
    "0",
    "",
    "1e3",
    "2100-01-01T00:00:00Z",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "5, 7",
    "5 s",
  ])("but %j holds nothing", async (value) => {
    const lab = await answered(429, { "retry-after": value });
    expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
    expect(lab.it.book.errors).toEqual([]);
  });

  test.each([200, 301, 413, 500, 502])("but not of a %i", async (status) => {
    const lab = await answered(status, { "retry-after": "7" });
    expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
  });

  test("but a 429 without one holds nothing", async () => {
    const lab = await answered(429, {});
    expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
  });

  test.each([
    [undefined, 60_000],
    [0, 60_000],
    [-1, 60_000],
    [1500, 1500],
    [90_000, 90_000],
  ])("with a maxHold of %s for %i ms at most", async (maxHold, ms) => {
    for (const value of ["100000", "9".repeat(400)]) {
      const lab = await answered(429, { "retry-after": value }, { maxHold });
      expect(lab.holds).toEqual([{ lane: "a", ms, status: 429 }]);
      await lab.it.clock.advance(ms - 1);
      expect(lab.started).toBe("a1");
      await lab.it.clock.advance(1);
      expect(lab.started).toBe("a1 a2");
    }
  });
});

describe("59 a RateLimit field", () => {
  test.each([
    ['"x";r=0;t=30', 30_000],
    ['"x"; r=0; t=30', 30_000],
    ["x;r=0;t=30", 30_000],
    ['"burst";r=0;t=5, "daily";r=0;t=50', 50_000],
    ['"burst";r=0;t=5, "daily";r=812;t=50', 5000],
    ['"a, b;r=3";t=2;r=0', 2000],
  ])("%s holds %i ms, whatever the status", async (ratelimit, ms) => {
    for (const status of [200, 429, 404]) {
      const lab = await answered(status, { ratelimit });
      expect(lab.holds).toEqual([{ lane: "a", ms, status }]);
    }
  });

  test.each([
    '"x";r=1;t=30',
    '"x";r=0',
    '"x";t=30',
    '"x";r=0;t=0',
    '"x";r=0;t=-3',
    '"x";r=0;t=soon',
    '"x;r=0;t=30',
    "r=0;t=30",
  ])("%s holds nothing", async (ratelimit) => {
    const lab = await answered(429, { ratelimit });
    expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
  });

  test("is nothing to a Retry-After beside it, which wins; but for one that says nothing", async () => {
    const ratelimit = '"x";r=0;t=30';
    const both = await answered(429, { ratelimit, "retry-after": "2" });
    expect(both.holds).toMatchObject([{ ms: 2000 }]);
    const garbage = await answered(429, { ratelimit, "retry-after": "soon" });
    expect(garbage.holds).toMatchObject([{ ms: 30_000 }]);
    const deaf = await answered(200, { ratelimit, "retry-after": "2" });
    expect(deaf.holds).toMatchObject([{ ms: 30_000 }]);
  });
});

describe("60 a hold", () => {
  test("lengthens one, and never shortens it", async () => {
    const lab = new LaneLab({}, { workers: 4 });
    const { clock } = lab.it;
    lab.offer("a1 a2 a3 a4");
    await lab.answer("a1", 429, { "retry-after": "5" });
    await clock.advance(1000);
    await lab.answer("a2", 429, { "retry-after": "3" });
    await lab.answer("a3", 429, { "retry-after": "4" });
    expect(lab.lane("a")?.heldMs).toBe(4000);
    await clock.advance(1000);
    await lab.answer("a4", 503, { "retry-after": "9" });
    // The second would have ended sooner, the third at the same time: neither is told of.
    expect(lab.holds).toEqual([
      { lane: "a", ms: 5000, status: 429 },
      { lane: "a", ms: 9000, status: 503 },
    ]);
    lab.offer("a5");
    await clock.advance(8999);
    expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1 a2 a3 a4", 1]);
    await clock.advance(1);
    expect(lab.started).toBe("a1 a2 a3 a4 a5");
  });

  test("is told of once it stands, by a frozen event", async () => {
    const lab = new LaneLab({}, { name: "p", workers: 1 });
    lab.it.pool.on("hold", () => lab.offer("a2"));
    lab.offer("a1");
    await lab.answer("a1", 429, { "retry-after": "5" });
    expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1", 5000]);
    const [event] = lab.it.log.of("hold");
    expect(event).toEqual({ type: "hold", pool: "p", lane: "a", ms: 5000, status: 429 });
    expect(Object.isFrozen(event)).toBe(true);
  });

  test("is told of after the headers, and before the finish", async () => {
    const lab = await answered(429, { "retry-after": "5" });
    const types = lab.it.log.events.filter((event) => !("id" in event) || event.id === 1).map(({ type }) => type);
    expect(types).toEqual(["queue", "start", "headers", "hold", "finish"]);
  });

  test("sets one alarm, and none where nothing waits for its end", async () => {
    const lab = await answered(429, { "retry-after": "5" });
    expect(lab.it.clock.timers).toBe(1);
    const idle = new LaneLab();
    idle.offer("a1");
    await idle.answer("a1", 429, { "retry-after": "5" });
    expect(idle.it.clock.timers).toBe(0);
  });

  test("keeps also what comes only when the lane has nothing else", async () => {
    const lab = new LaneLab();
    lab.offer("a1");
    await lab.answer("a1", 429, { "retry-after": "5" });
    expect(lab.it.pool.lanes().size).toBe(0);
    await lab.it.clock.advance(2000);
    lab.offer("a2");
    expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1", 3000]);
    await lab.it.clock.advance(3000);
    expect(lab.started).toBe("a1 a2");
  });

  test("is kept to by what a pause is over for", async () => {
    const lab = await answered(429, { "retry-after": "5" });
    lab.it.pool.pause();
    expect(lab.it.clock.timers).toBe(0);
    await lab.it.clock.advance(2000);
    lab.it.pool.resume();
    await lab.it.clock.advance(2999);
    expect(lab.started).toBe("a1");
    await lab.it.clock.advance(1);
    expect(lab.started).toBe("a1 a2");
  });

  test("is honoured by close, which waits, and ended by abort", async () => {
    const lab = await answered(429, { "retry-after": "5" });
    let isClosed = false;
    void lab.it.pool.close().then(() => (isClosed = true));
    await lab.it.clock.advance(4999);
    expect([lab.started, isClosed]).toEqual(["a1", false]);
    await lab.it.clock.advance(1);
    await lab.answer("a2");
    expect(isClosed).toBe(true);
    const other = await answered(429, { "retry-after": "5" });
    await other.it.pool.abort("why");
    expect([other.it.log.failure(2), other.it.clock.timers, other.it.pool.lanes().size]).toEqual(["why", 0, 0]);
  });
});

describe("61 what runs goes on during a hold", () => {
  test("and after it the pace holds: no burst", async () => {
    const lab = new LaneLab({ workers: 2, period: 1000 }, { workers: 9 });
    const { clock } = lab.it;
    lab.offer("a1 a2 a3 a4 a5 a6");
    await lab.answer("a1", 429, { "retry-after": "5" });
    expect(lab.lane("a")).toMatchObject({ running: 1, waiting: 4 });
    await lab.answer("a2");
    expect(lab.it.log.finish(2)).toMatchObject({ ok: true });
    await clock.advance(5000);
    expect(lab.started).toBe("a1 a2 a3 a4");
    await lab.answer("a3");
    await lab.answer("a4");
    await clock.advance(999);
    expect(lab.started).toBe("a1 a2 a3 a4");
    await clock.advance(1);
    expect(lab.started).toBe("a1 a2 a3 a4 a5 a6");
  });

  test("a pace that ends after the hold is kept too", async () => {
    const lab = await answered(429, { "retry-after": "1" }, { workers: 1, period: 3000 });
    await lab.it.clock.advance(2999);
    expect(lab.started).toBe("a1");
    await lab.it.clock.advance(1);
    expect(lab.started).toBe("a1 a2");
  });

  test("the consumer of what had the answer gets it", async () => {
    const { it } = new LaneLab();
    const running = it.pool.run(() => ({
      request: new Request("https://example.com/"),
      consumer: ({ status }: Response) => status,
    }));
    it.handler.call(0).respond(new Response("", { status: 429, headers: { "retry-after": "1" } }));
    await expect(running).resolves.toBe(429);
  });
});

/** Holds for what only some servers say. */
const calm = ({ status }: Response): number | undefined => (status === 420 ? 90_000 : undefined);

describe("62 `hold`", () => {
  test("false holds never", async () => {
    const lab = await answered(429, { "retry-after": "5", ratelimit: '"x";r=0;t=30' }, { hold: false });
    expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
  });

  test("of one's own says it in the place of the headers, up to maxHold", async () => {
    const lab = await answered(420, {}, { hold: calm });
    expect(lab.holds).toEqual([{ lane: "a", ms: 60_000, status: 420 }]);
    const plain = await answered(429, { "retry-after": "5" }, { hold: calm });
    expect([plain.started, plain.holds]).toEqual(["a1 a2", []]);
  });

  test("is asked once for a response, with that alone", async () => {
    const calls: unknown[][] = [];
    const lab = await answered(200, {}, { hold: (...args) => void calls.push(args) });
    expect(calls).toEqual([[expect.any(Response)]]);
    await lab.answer("a2");
    expect(calls).toHaveLength(2);
  });

  test("that throws is logged by name and holds nothing", async () => {
    const error = new Error("no");
    const lab = await answered(
      429,
      {},
      {
        hold: () => {
          throw error;
        },
      },
    );
    expect(lab.it.book.errors).toEqual([["`hold` failed", error]]);
    expect([lab.started, lab.holds, lab.it.log.finish(1).ok]).toEqual(["a1 a2", [], true]);
  });

  test.each([-1, Number.NaN, Infinity, "5", null, {}, true, Promise.resolve(5), "a rejection"])(
    "that gives %s is logged by name, unless it is nothing, and holds nothing",
    async (value) => {
      const given = (): unknown => (value === "a rejection" ? Promise.reject(new Error("no")) : value);
      const lab = await answered(429, {}, { hold: given as () => number });
      const told = value === null ? [] : [["`hold` failed", expect.any(TypeError)]];
      expect(lab.it.book.errors).toEqual(told);
      expect([lab.started, lab.holds]).toEqual(["a1 a2", []]);
    },
  );

  describe.each(["hold", "listener of `headers`"])("a %s", (who) => {
    /** A pool where the first task of a lane is aborted while its answer is looked at. */
    function abortedIn(ms: number, limits?: LanesOptions["limits"]): LaneLab {
      const caller = new AbortController();
      const abort = (): void => caller.abort("why");
      const lab = new LaneLab({
        workers: 1,
        limits,
        hold: () => {
          if (who === "hold") abort();
          return ms;
        },
      });
      if (who !== "hold") lab.it.pool.once("headers", abort);
      lab.offer("a1", { signal: caller.signal });
      return lab;
    }

    test("that aborts the task, and so ends its lane, loses no hold, and no lane later", async () => {
      const lab = abortedIn(1000);
      await lab.answer("a1", 429);
      expect(lab.it.log.failure(1)).toBe("why");
      expect(lab.holds).toEqual([{ lane: "a", ms: 1000, status: 429 }]);
      lab.offer("a2");
      expect([lab.started, lab.lane("a")?.heldMs]).toEqual(["a1", 1000]);
      await lab.it.clock.advance(1000);
      expect([lab.started, lab.lane("a")?.running]).toEqual(["a1 a2", 1]);
      lab.offer("a3");
      expect([lab.started, lab.lane("a")]).toMatchObject(["a1 a2", { running: 1, waiting: 1 }]);
    });

    test("that aborts the task where nothing is held leaves no lane behind", async () => {
      const calls: string[] = [];
      const lab = abortedIn(0, (lane) => void calls.push(lane));
      await lab.answer("a1");
      expect([lab.it.log.failure(1), lab.it.pool.lanes().size]).toEqual(["why", 0]);
      lab.offer("a2");
      expect([lab.started, calls]).toEqual(["a1 a2", ["a", "a"]]);
    });
  });
});
