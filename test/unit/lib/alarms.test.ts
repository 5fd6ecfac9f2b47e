import { afterEach, describe, expect, test, vi } from "vitest";
import { Alarms } from "../../../src/lib/alarms.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { systemClock } from "../../../src/lib/runtime/system-clock.ts";
import { LogBook } from "../../support/log-book.ts";

const nothing = (): void => undefined;

/** A clock that keeps the delays it was told, and whose next timer fires when the test wants. */
function manualClock(start = 0): { clock: VirtualClock; delays: number[]; fire(time: number): void } {
  const delays: number[] = [];
  const drift = (delay: number): number => {
    delays.push(delay);
    return 0;
  };
  const clock = new VirtualClock({ start, drift });
  const fire = (time: number): void => {
    clock.jump(time - clock.now());
    clock.fireNext({ early: true });
  };
  return { clock, delays, fire };
}

const LONGEST = 2 ** 31 - 1;

test("ring in order of their due times, those of the same time in the order they were set, on one timer", async () => {
  const clock = new VirtualClock();
  const alarms = new Alarms(clock);
  const rung: string[] = [];
  for (const [name, due] of [
    ["c", 30],
    ["a", 10],
    ["d", 30],
    ["b", 20],
    ["e", 30],
  ] as const) {
    alarms.set(due, () => rung.push(`${name}${clock.now()}`));
    expect(clock.timers).toBe(1);
  }
  await clock.advance(9);
  expect(rung).toEqual([]);
  await clock.advance(1);
  expect(rung).toEqual(["a10"]);
  await clock.advance(100);
  expect(rung).toEqual(["a10", "b20", "c30", "d30", "e30"]);
  expect(clock.timers).toBe(0);
});

test("are armed for the first: a later one adds no timer, an earlier one takes its place", () => {
  const { clock, delays } = manualClock();
  const alarms = new Alarms(clock);
  alarms.set(50, nothing);
  alarms.set(60, nothing);
  alarms.set(50, nothing);
  expect(delays).toEqual([50]);
  alarms.set(40, nothing);
  expect([delays, clock.timers]).toEqual([[50, 40], 1]);
});

test("due already ring on the next turn: never at once, never with a negative delay", () => {
  const { clock, delays, fire } = manualClock(100);
  const ring = vi.fn<() => void>();
  new Alarms(clock).set(50, ring);
  expect([delays, ring.mock.calls.length]).toEqual([[0], 0]);
  fire(100);
  expect(ring).toHaveBeenCalledTimes(1);
});

test("never ring early: a timer that fires early is armed again for the rest", () => {
  const { clock, delays, fire } = manualClock();
  const ring = vi.fn<() => void>();
  new Alarms(clock).set(50, ring);
  fire(49.5);
  expect([delays, ring.mock.calls.length]).toEqual([[50, 0.5], 0]);
  fire(50);
  expect([ring.mock.calls.length, clock.timers]).toEqual([1, 0]);
});

test("late, ring all that is due, each once", () => {
  const { clock, fire } = manualClock();
  const alarms = new Alarms(clock);
  const rung: number[] = [];
  for (const due of [10, 20, 30, 200]) alarms.set(due, () => rung.push(due));
  fire(60_000);
  expect([rung, clock.timers]).toEqual([[10, 20, 30, 200], 0]);
});

test("a delay of 2³¹ ms or more is slept in steps", () => {
  const { clock, delays, fire } = manualClock();
  const ring = vi.fn<() => void>();
  const due = 2 * LONGEST + 7;
  new Alarms(clock).set(due, ring);
  fire(LONGEST);
  fire(2 * LONGEST);
  expect([delays, ring.mock.calls.length]).toEqual([[LONGEST, LONGEST, 7], 0]);
  fire(due);
  expect(ring).toHaveBeenCalledTimes(1);
});

test.each([
  [LONGEST - 1, LONGEST - 1],
  [LONGEST, LONGEST],
  [LONGEST + 1, LONGEST],
])("a delay of %i sets a timer of %i", (due, delay) => {
  const { clock, delays } = manualClock();
  new Alarms(clock).set(due, () => undefined);
  expect(delays).toEqual([delay]);
});

test.each([
  ["first", 0],
  ["middle", 1],
  ["last", 2],
])("cleared, the %s does not ring, and the others do", async (_, index) => {
  const clock = new VirtualClock();
  const alarms = new Alarms(clock);
  const rung: number[] = [];
  const all = [10, 20, 30].map((due) => alarms.set(due, () => rung.push(due)));
  const cleared = all[index];
  if (cleared !== undefined) alarms.clear(cleared);
  alarms.set(25, () => rung.push(25));
  alarms.set(40, () => rung.push(40));
  await clock.advance(100);
  expect(rung).toEqual([10, 20, 25, 30, 40].filter((due) => due !== cleared?.due));
  expect(clock.timers).toBe(0);
});

test("the last one cleared takes the timer with it; the next one sets another", () => {
  const { clock, delays } = manualClock();
  const alarms = new Alarms(clock);
  const one = alarms.set(10, () => undefined);
  const two = alarms.set(20, () => undefined);
  alarms.clear(one);
  expect(clock.timers).toBe(1);
  alarms.clear(two);
  expect(clock.timers).toBe(0);
  alarms.set(30, () => undefined);
  expect([clock.timers, delays]).toEqual([1, [10, 30]]);
});

test("an alarm set while another rings is armed", async () => {
  const clock = new VirtualClock();
  const alarms = new Alarms(clock);
  const rung: string[] = [];
  alarms.set(10, () => {
    alarms.set(15, () => rung.push(`inner ${clock.now()}`));
    alarms.set(5, () => rung.push(`overdue ${clock.now()}`));
  });
  alarms.set(20, () => rung.push(`outer ${clock.now()}`));
  await clock.advance(10);
  expect(clock.timers).toBe(1);
  await clock.advance(10);
  expect([rung, clock.timers]).toEqual([["overdue 10", "inner 15", "outer 20"], 0]);
});

test("an alarm cleared by another that rings first does not ring", async () => {
  const clock = new VirtualClock();
  const alarms = new Alarms(clock);
  const ring = vi.fn<() => void>();
  alarms.set(10, () => alarms.clear(second));
  const second = alarms.set(10, ring);
  await clock.advance(10);
  expect([ring.mock.calls.length, clock.timers]).toEqual([0, 0]);
});

const BROKEN = new Error("broken");

/** The platform's timers, in the test's hands. */
function platform(): ReturnType<typeof manualClock> {
  const manual = manualClock();
  // Looked up late: a test may put something before it.
  vi.spyOn(systemClock, "setTimeout").mockImplementation((ring, ms) => manual.clock.setTimeout(ring, ms));
  vi.spyOn(systemClock, "clearTimeout").mockImplementation(manual.clock.clearTimeout);
  return manual;
}

describe("on a clock whose setTimeout throws", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("ring by the platform's timers, no earlier than the clock says, and the error is logged", () => {
    const [timers, clock, book] = [platform(), new VirtualClock(), new LogBook()];
    vi.spyOn(clock, "setTimeout").mockImplementation(() => {
      throw BROKEN;
    });
    const alarms = new Alarms(clock, book);
    const ring = vi.fn<() => void>();
    alarms.set(50, ring);
    expect(timers.delays).toEqual([50]);
    clock.jump(30);
    timers.fire(50);
    expect([timers.delays, ring.mock.calls.length]).toEqual([[50, 20], 0]);
    clock.jump(20);
    timers.fire(70);
    expect([ring.mock.calls.length, timers.clock.timers]).toEqual([1, 0]);
    expect(book.errors.map(([, error]) => error)).toEqual([BROKEN, BROKEN]);
  });

  test("take the platform's timer back when they are cleared, and go on with the clock when it works again", () => {
    const [{ clock: timers }, clock] = [platform(), new VirtualClock()];
    vi.spyOn(clock, "setTimeout").mockImplementationOnce(() => {
      throw BROKEN;
    });
    const alarms = new Alarms(clock);
    const alarm = alarms.set(50, nothing);
    expect([timers.timers, clock.timers]).toEqual([1, 0]);
    alarms.set(40, nothing);
    expect([timers.timers, clock.timers]).toEqual([0, 1]);
    alarms.clear(alarm);
    expect(clock.timers).toBe(1);
  });

  test("wait for the next to be set where no timer works at all", () => {
    const [{ clock: timers }, { clock, fire }, ring] = [platform(), manualClock(), vi.fn<() => void>()];
    for (const broken of [timers, clock]) {
      vi.spyOn(broken, "setTimeout").mockImplementationOnce(() => {
        throw BROKEN;
      });
    }
    const alarms = new Alarms(clock);
    alarms.set(50, ring);
    expect([timers.timers, clock.timers]).toEqual([0, 0]);
    alarms.set(60, nothing);
    expect(clock.timers).toBe(1);
    fire(50);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  test("a clearTimeout that throws leaves a timer behind, which rings nothing", () => {
    const clock = new VirtualClock();
    const alarms = new Alarms({
      now: clock.now,
      setTimeout: clock.setTimeout,
      clearTimeout: () => {
        throw BROKEN;
      },
    });
    const ring = vi.fn<() => void>();
    alarms.clear(alarms.set(50, ring));
    return clock.advance(100).then(() => expect(ring).not.toHaveBeenCalled());
  });
});
