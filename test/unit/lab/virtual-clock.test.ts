import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../src/lab.ts";

const TICK = Promise.resolve();

describe("a virtual clock", () => {
  test("stands still until it is told to go on", async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.setTimeout(() => fired.push("a"), 10);
    await clock.settle();
    expect([clock.now(), clock.date(), fired]).toEqual([0, Date.UTC(2026, 0, 1), []]);
    await clock.advance(9);
    expect([clock.now(), fired, clock.timers, clock.next]).toEqual([9, [], 1, 10]);
    await clock.advance(1);
    expect([clock.now(), fired, clock.timers, clock.next]).toEqual([10, ["a"], 0, undefined]);
  });

  test("starts at the times it is given", () => {
    const clock = new VirtualClock({ start: 1000, date: new Date(5000) });
    expect([clock.now(), clock.date()]).toEqual([1000, 5000]);
    expect(new VirtualClock({ start: 7, date: 9 }).date()).toBe(9);
  });

  test("fires timers in order of their times, those of one time as they were set, each at its own time", async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    for (const [name, ms] of [
      ["c", 30],
      ["a", 10],
      ["b", 10],
      ["now", -5],
      ["d", 30],
    ] as const) {
      clock.setTimeout(() => fired.push(`${name} ${clock.now()}`), ms);
    }
    await clock.advance(100);
    expect(fired).toEqual(["now 0", "a 10", "b 10", "c 30", "d 30"]);
    expect(clock.now()).toBe(100);
  });

  test("lets promises settle before, between and after timers, however long their chains", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const chain = async (name: string): Promise<void> => {
      for (let step = 0; step < 100; step++) await TICK;
      seen.push(name);
    };
    void chain("before");
    clock.setTimeout(() => {
      seen.push("first");
      void chain("between");
    }, 5);
    clock.setTimeout(() => {
      seen.push("second");
      void chain("after");
    }, 5);
    await clock.advance(5);
    expect(seen).toEqual(["before", "first", "between", "second", "after"]);
  });

  test("lets bodies and streams be read in between", async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      const { body } = new Response("ab");
      seen.push(await new Response(body?.pipeThrough(new TransformStream()) ?? null).text());
      seen.push(await new Response("[1]").json());
    };
    clock.setTimeout(() => void read(), 1);
    clock.setTimeout(() => seen.push("later"), 2);
    await clock.advance(2);
    expect(seen).toEqual(["ab", [1], "later"]);
  });

  test("fires what a timer sets for the same time, and what a promise sets", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const more = async (): Promise<void> => {
      clock.setTimeout(() => fired.push(clock.now()), 0);
      await TICK;
      clock.setTimeout(() => fired.push(clock.now()), 3);
    };
    clock.setTimeout(() => void more(), 2);
    await clock.advance(5);
    expect(fired).toEqual([2, 5]);
  });

  test("forgets what is cleared, and ignores what is no timer of its own, or has fired", async () => {
    const clock = new VirtualClock();
    const other = new VirtualClock();
    const fired: string[] = [];
    const cleared = clock.setTimeout(() => fired.push("cleared"), 1);
    const kept = clock.setTimeout(() => fired.push("kept"), 1);
    clock.clearTimeout(cleared);
    clock.clearTimeout(cleared);
    other.clearTimeout(kept);
    clock.clearTimeout(undefined);
    await clock.advance(1);
    clock.setTimeout(() => fired.push("next"), 1);
    clock.clearTimeout(kept);
    await clock.advance(1);
    expect(fired).toEqual(["kept", "next"]);
  });

  test("refuses delays that platforms don't keep to", () => {
    const clock = new VirtualClock();
    for (const ms of [2 ** 31, Infinity, Number.NaN]) {
      expect(() => clock.setTimeout(() => undefined, ms)).toThrow(RangeError);
    }
    clock.setTimeout(() => undefined, 2 ** 31 - 1);
    expect(clock.timers).toBe(1);
  });

  test("goes on by what two calls say, one after the other", async () => {
    const clock = new VirtualClock();
    await Promise.all([clock.advance(10), clock.advance(10)]);
    expect(clock.now()).toBe(20);
  });

  test("rejects with what a timer throws, and stands there; the next call goes on", async () => {
    const clock = new VirtualClock();
    const failure = new Error("no");
    const fired: number[] = [];
    clock.setTimeout(() => {
      throw failure;
    }, 3);
    clock.setTimeout(() => fired.push(clock.now()), 4);
    await expect(clock.advance(10)).rejects.toBe(failure);
    expect([clock.now(), fired]).toEqual([3, []]);
    await clock.advance(10);
    expect([clock.now(), fired]).toEqual([13, [4]]);
  });

  test.each(["advance", "runUntilIdle"] as const)(
    "does not go on for ever when timers of 0 ms set one another: %s() rejects, and the next call goes on",
    async (call) => {
      const clock = new VirtualClock();
      let isOver = false;
      let fired = 0;
      const again = (): void => {
        fired++;
        if (!isOver) void Promise.resolve().then(() => clock.setTimeout(again, 0));
      };
      clock.setTimeout(again, 7);
      const going = call === "advance" ? clock.advance(10) : clock.runUntilIdle();
      await expect(going).rejects.toThrow("Time stands still at 7 ms: 1000000 timers of 0 ms have set one another");
      expect([clock.now(), fired]).toEqual([7, 1_000_001]);
      isOver = true;
      await clock.advance(3);
      expect([clock.now(), clock.timers]).toEqual([10, 0]);
    },
  );

  test("goes on when more timers are due at once than may set one another", async () => {
    const clock = new VirtualClock();
    let fired = 0;
    for (let count = 0; count < 1_000_001; count++) clock.setTimeout(() => fired++, 5);
    await clock.advance(5);
    expect(fired).toBe(1_000_001);
  });

  test("runs until it is idle, and stays at the time of the last timer", async () => {
    const clock = new VirtualClock();
    let left = 3;
    const again = async (): Promise<void> => {
      await TICK;
      if (--left > 0) clock.setTimeout(() => void again(), 1000);
    };
    void again();
    await clock.runUntilIdle();
    expect([left, clock.now(), clock.timers]).toEqual([0, 2000, 0]);
  });

  test("rejects when it is not idle after as much time as it may take", async () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.setTimeout(tick, 60_000);
    };
    tick();
    await expect(clock.runUntilIdle()).rejects.toThrow("Not idle after 3600000 ms: timers set: 1");
    expect([ticks, clock.now()]).toEqual([61, 3_600_000]);
    await expect(clock.runUntilIdle({ most: 30_000 })).rejects.toThrow("Not idle after 30000 ms");
    expect(clock.now()).toBe(3_600_000);
  });

  test("lets time jump, in which nothing fires; what was due fires afterwards, at the new time", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 10);
    clock.setTimeout(() => fired.push(clock.now()), 200);
    const date = clock.date();
    clock.jump(100);
    expect([fired, clock.date() - date]).toEqual([[], 100]);
    await clock.advance(50);
    expect(fired).toEqual([100]);
    await clock.advance(50);
    expect(fired).toEqual([100, 200]);
  });

  test("sets the wall clock, and nothing else", async () => {
    const clock = new VirtualClock();
    await clock.advance(10);
    clock.setDate(1000);
    expect([clock.now(), clock.date()]).toEqual([10, 1000]);
    await clock.advance(10);
    expect([clock.now(), clock.date()]).toEqual([20, 1010]);
    clock.setDate(new Date(5));
    expect(clock.date()).toBe(5);
  });

  test("fires the next timer at once, for schedulers of others", () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 10);
    expect([clock.fireNext(), fired, clock.fireNext(), clock.now()]).toEqual([true, [10], false, 10]);
  });

  test("fires the next timer early, when it is told to", () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 10);
    clock.jump(4);
    clock.fireNext({ early: true });
    expect([fired, clock.now()]).toEqual([[4], 4]);
  });

  test("fires timers of one time in the order that is drawn", async () => {
    const draws = [3, 1, 4, 2];
    const clock = new VirtualClock({ ties: () => draws.shift() ?? 0 });
    const fired: string[] = [];
    for (const name of ["a", "b", "c", "d"]) clock.setTimeout(() => fired.push(name), 10);
    await clock.advance(10);
    expect(fired).toEqual(["b", "d", "a", "c"]);
  });

  test("has methods that may be called unbound", () => {
    const { now, date, setTimeout, clearTimeout, sleep } = new VirtualClock();
    clearTimeout(setTimeout(() => undefined, 1));
    void sleep(1);
    expect([now(), date()]).toEqual([0, Date.UTC(2026, 0, 1)]);
  });
});

describe("sleep", () => {
  test("resolves when its time has come", async () => {
    const clock = new VirtualClock();
    const awake: number[] = [];
    void clock.sleep(20).then(() => awake.push(clock.now()));
    await clock.advance(19);
    expect(awake).toEqual([]);
    await clock.advance(1);
    expect(awake).toEqual([20]);
  });

  test("rejects with the reason of its signal, and leaves no timer and no listener behind", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(20, { signal: controller.signal });
    controller.abort("enough");
    await expect(sleeping).rejects.toBe("enough");
    expect(clock.timers).toBe(0);
    await expect(clock.sleep(20, { signal: controller.signal })).rejects.toBe("enough");
    expect(clock.timers).toBe(0);
  });

  test("takes null for no signal, as fetch does; what is none is refused, and leaves no timer", async () => {
    const clock = new VirtualClock();
    await expect(clock.sleep(5, { signal: {} as never })).rejects.toThrow("Expected `signal` to be an AbortSignal");
    expect(clock.timers).toBe(0);
    const sleeping = clock.sleep(5, { signal: null as never });
    await clock.advance(5);
    await expect(sleeping).resolves.toBeUndefined();
  });

  test("rejects when no platform would keep to it", async () => {
    await expect(new VirtualClock().sleep(2 ** 31)).rejects.toThrow(RangeError);
  });
});

const times = async (clock: VirtualClock): Promise<number[]> => {
  const fired: number[] = [];
  for (let n = 0; n < 200; n++) clock.setTimeout(() => fired.push(clock.now()), 100);
  await clock.runUntilIdle();
  return fired;
};

describe("the drift of timers", () => {
  test("is by chance, some early, some late, and the same for the same seed", async () => {
    const drift = { early: 0.3, late: 0.2, lateBy: 30, seed: 4 };
    const fired = await times(new VirtualClock({ drift }));
    expect(fired.filter((time) => time < 100 && time >= 99).length).toBeGreaterThan(20);
    expect(fired.filter((time) => time > 100 && time <= 130).length).toBeGreaterThan(20);
    expect(fired.filter((time) => time === 100).length).toBeGreaterThan(20);
    expect(fired.some((time) => time < 99 || time > 130)).toBe(false);
    expect(await times(new VirtualClock({ drift }))).toEqual(fired);
    expect(await times(new VirtualClock({ drift: { ...drift, seed: 5 } }))).not.toEqual(fired);
  });

  test("is what a function says, and never before the present", async () => {
    const clock = new VirtualClock({ drift: (delay) => (delay > 50 ? 5 : -60) });
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 100);
    clock.setTimeout(() => fired.push(clock.now()), 50);
    await clock.runUntilIdle();
    expect(fired).toEqual([0, 105]);
  });
});

describe("what is of a wrong type", () => {
  test.each([
    [{ start: "1" }, 'Expected `start` to be a number of ms, got "1" (string)'],
    [{ date: "today" }, "Expected `date` to be a Date or ms since 1970"],
    [{ date: new Date(Number.NaN) }, "Expected `date` to be a Date or ms since 1970"],
    [{ ties: 4 }, "Expected `ties` to be a function, got 4 (number)"],
    [{ drift: 4 }, "Expected `drift` to be a function or an object"],
    [{ drift: { early: 2 } }, "Expected `drift.early` to be a number from 0 to 1, got 2 (number)"],
    [{ drift: { late: -1 } }, "Expected `drift.late` to be a number from 0 to 1"],
    [{ drift: { lateBy: -1 } }, "Expected `drift.lateBy` to be a number of ms that is 0 or more"],
    [{ drift: { seed: 0.5 } }, "Expected `drift.seed` to be a whole number"],
  ])("%o is refused", (options, message) => {
    expect(() => new VirtualClock(options as never)).toThrow(TypeError);
    expect(() => new VirtualClock(options as never)).toThrow(message);
  });

  test.each([undefined, null, "today", Number.NaN])("a date of %o is refused", (date) => {
    const clock = new VirtualClock();
    expect(() => clock.setDate(date as never)).toThrow("Expected `date` to be a Date or ms since 1970");
    expect(clock.date()).toBe(Date.UTC(2026, 0, 1));
  });

  test.each(["drift", "ties"])("no number of %s is refused", (name) => {
    const clock = new VirtualClock({ [name]: () => Number.NaN });
    expect(() => clock.setTimeout(() => undefined, 5)).toThrow(
      `Expected \`what \`${name}\` gives\` to be a finite number`,
    );
    expect(clock.timers).toBe(0);
  });

  test.each([-1, Number.NaN, Infinity, "1"])("a time of %o is refused", (ms) => {
    const clock = new VirtualClock();
    expect(() => clock.advance(ms as number)).toThrow("Expected `ms` to be a number of ms that is 0 or more");
    expect(() => clock.jump(ms as number)).toThrow(TypeError);
    expect(() => clock.runUntilIdle({ most: ms as number })).toThrow("Expected `most` to be a number of ms");
    expect(clock.now()).toBe(0);
  });
});
