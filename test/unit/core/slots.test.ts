import { describe, expect, test } from "vitest";
import { type Slot, Slots } from "../../../src/core/slots.ts";

/** Slots that are not spread. */
const slotsOf = (workers: number, period: number): Slots<string> => new Slots({ workers, period, spread: false });

/** Slots that are spread. */
const spread = (workers = 4): Slots<string> => new Slots({ workers, period: 100, spread: true });

/** Takes the next slot and starts it, all at one time. */
function begin(slots: Slots<string>, now: number): Slot<string> {
  const slot = slots.take(now);
  slots.start(slot, now);
  return slot;
}

const { NEGATIVE_INFINITY: ATONCE, POSITIVE_INFINITY: NEVER } = Number;

describe("without a period", () => {
  test("all slots are ready at once, none is taken", () => {
    const slots = slotsOf(3, 0);
    expect([slots.taken, slots.due, slots.ready(0), slots.occupants()]).toEqual([0, ATONCE, 3, []]);
  });

  test("each taken slot is one ready less, until none is free", () => {
    const slots = slotsOf(2, 0);
    expect(slots.take(5).number).toBe(0);
    expect([slots.taken, slots.due, slots.ready(5)]).toEqual([1, ATONCE, 1]);
    expect(slots.take(5).number).toBe(1);
    expect([slots.taken, slots.due, slots.ready(5)]).toEqual([2, NEVER, 0]);
  });

  test("a slot given back is taken again, before another is made", () => {
    const slots = slotsOf(3, 0);
    const slot = slots.take(0);
    slots.release(slot);
    expect([slots.taken, slots.due, slots.ready(0)]).toEqual([0, ATONCE, 3]);
    expect(slots.take(0)).toBe(slot);
    expect(slot.due).toBe(ATONCE);
    expect(slots.take(0).number).toBe(1);
  });

  test("all slots given back are ready", () => {
    const slots = slotsOf(3, 0);
    const all = [slots.take(0), slots.take(0), slots.take(0)];
    for (const slot of all) slots.release(slot);
    expect([slots.taken, slots.ready(0), slots.due]).toEqual([0, 3, ATONCE]);
    expect(new Set([slots.take(0), slots.take(0), slots.take(0)])).toEqual(new Set(all));
  });
});

test("without a period a start holds back no other, and the slot given back last is taken first", () => {
  const slots = slotsOf(3, 0);
  const [first, second] = [begin(slots, 0), begin(slots, 5)];
  expect(slots.due).toBe(ATONCE);
  slots.release(first);
  slots.release(second);
  expect([slots.ready(5), slots.take(5)]).toEqual([3, second]);
});

test("without a period no slot has a time of its own, also when its starts are told", () => {
  const slots = slotsOf(1, 0);
  slots.release(begin(slots, 10));
  expect([slots.due, slots.ready(5)]).toEqual([ATONCE, 1]);
});

describe("with a period", () => {
  test("the first start of each slot is immediate, and makes a new one", () => {
    const slots = slotsOf(2, 100);
    const first = slots.take(10);
    expect([first.number, first.due]).toEqual([0, 110]);
    slots.release(first);
    expect([slots.due, slots.ready(10)]).toEqual([ATONCE, 1]);
    expect(slots.take(20).number).toBe(1);
    expect([slots.due, slots.ready(20), slots.taken]).toEqual([110, 0, 1]);
  });

  test("a slot is ready exactly when it is due", () => {
    const slots = slotsOf(1, 100);
    slots.release(slots.take(10));
    expect([slots.ready(109.999), slots.ready(110), slots.ready(111)]).toEqual([0, 1, 1]);
    expect(slots.due).toBe(110);
  });

  test("the next start counts from the start before: no catch-up", () => {
    const slots = slotsOf(1, 100);
    slots.release(slots.take(0));
    slots.release(slots.take(1000));
    expect(slots.due).toBe(1100);
  });

  test("no slot is due while all are taken", () => {
    const slots = slotsOf(1, 100);
    slots.take(0);
    expect([slots.due, slots.ready(1000)]).toEqual([NEVER, 0]);
  });

  test("the one that may start soonest is taken, in whatever order they come back", () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ]) {
      const slots = slotsOf(4, 100);
      const all = [slots.take(0), slots.take(1), slots.take(2), slots.take(3)];
      for (const index of order) slots.release(all[index] ?? slots.take(0));
      expect([slots.ready(99), slots.ready(100), slots.ready(102), slots.ready(103)]).toEqual([0, 1, 3, 4]);
      const dues: number[] = [];
      for (let i = 0; i < 4; i++) {
        dues.push(slots.due);
        expect(slots.take(200).number).toBe(i);
      }
      expect(dues).toEqual([100, 101, 102, 103]);
    }
  });

  test("slots due at the same time are all ready then", () => {
    const slots = slotsOf(3, 100);
    for (const slot of [slots.take(0), slots.take(0), slots.take(0)]) slots.release(slot);
    expect([slots.ready(99), slots.ready(100), slots.taken]).toEqual([0, 3, 0]);
  });
});

describe("a slot that was taken and starts only now", () => {
  test("counts its pace from here", () => {
    const slots = slotsOf(1, 100);
    const slot = slots.take(0);
    slots.start(slot, 30);
    slots.release(slot);
    expect([slots.due, slots.ready(129), slots.ready(130)]).toEqual([130, 0, 1]);
  });
});

describe("spread", () => {
  test("the first start is immediate, the next a share of the period later, whichever slot it is", () => {
    const slots = spread();
    expect([slots.due, slots.ready(10)]).toEqual([ATONCE, 1]);
    begin(slots, 10);
    expect([slots.due, slots.ready(34), slots.ready(35)]).toEqual([35, 0, 1]);
  });

  test("nothing starts while a slot is starting: who hears of it may take its time", () => {
    const slots = spread();
    const slot = slots.take(10);
    expect([slots.due, slots.ready(1000)]).toEqual([NEVER, 0]);
    slots.start(slot, 20);
    expect(slots.due).toBe(45);
  });

  test("a slot keeps to its own period too", () => {
    const slots = spread(2);
    slots.release(begin(slots, 0));
    begin(slots, 50);
    expect([slots.due, slots.ready(99), slots.ready(100)]).toEqual([100, 0, 1]);
  });

  test("idling brings no burst: after it, one may start at once, and the next a share later", () => {
    const slots = spread();
    slots.release(begin(slots, 0));
    slots.release(begin(slots, 1000));
    expect([slots.due, slots.ready(1000), slots.ready(1025)]).toEqual([1025, 0, 1]);
  });

  test("means nothing without a period", () => {
    const slots = new Slots<string>({ workers: 2, period: 0, spread: true });
    slots.take(0);
    expect([slots.due, slots.ready(0)]).toEqual([ATONCE, 1]);
  });
});

test("knows who has a slot, and forgets who has given it back", () => {
  const slots = slotsOf(3, 0);
  const [a, b] = [slots.take(0), slots.take(0)];
  slots.take(0);
  a.occupant = "a";
  b.occupant = "b";
  expect(slots.occupants()).toEqual(["a", "b"]);
  slots.release(a);
  expect([a.occupant, slots.occupants()]).toEqual([undefined, ["b"]]);
});

test("many workers cost nothing until they work", () => {
  const slots = slotsOf(Number.MAX_SAFE_INTEGER, 0);
  expect([slots.take(0).number, slots.ready(0), slots.taken]).toEqual([0, Number.MAX_SAFE_INTEGER - 1, 1]);
});

describe("slots that rest", () => {
  test("are free, and wait for their pace: those that may start, or are taken, do not", () => {
    const slots = slotsOf(4, 100);
    expect(slots.resting(0)).toBe(0);
    const [first, second] = [begin(slots, 0), begin(slots, 10), begin(slots, 20)];
    slots.release(first);
    slots.release(second);
    expect([50, 100, 110].map((now) => slots.resting(now))).toEqual([2, 1, 0]);
  });

  test("are none without a period, and none of those that were taken away", () => {
    const [unpaced, paced] = [slotsOf(2, 0), slotsOf(2, 100)];
    for (const slots of [unpaced, paced]) slots.release(begin(slots, 0));
    paced.take(0);
    paced.resize(1);
    expect([unpaced.resting(1), paced.resting(1)]).toEqual([0, 0]);
  });

  test("where starts are spread, are as many as have started one right after the other, but for the one that may start next", () => {
    const slots = spread();
    for (const now of [0, 25, 50]) slots.release(begin(slots, now));
    expect([slots.resting(55), slots.resting(75)]).toEqual([3, 3]);
    // A timer may be late each time: a slot's own pace is over then, before its turn has come.
    for (const now of [80, 110, 140]) slots.release(begin(slots, now));
    expect([slots.resting(155), slots.resting(165)]).toEqual([4, 3]);
    const fine = new Slots<string>({ workers: 4, period: 4, spread: true });
    for (const now of [0, 4, 8, 12, 16, 20]) fine.release(begin(fine, now));
    expect(fine.resting(20.5)).toBe(4);
  });

  test("where starts are spread, are few when few have started: the others have nothing to do", () => {
    const slots = spread();
    for (const now of [0, 1000, 1040]) slots.release(begin(slots, now));
    expect([slots.resting(1050), slots.resting(1120), slots.resting(1140)]).toEqual([2, 1, 0]);
    slots.take(2000);
    expect([slots.resting(2000), slots.resting(9000)]).toEqual([0, 0]);
  });
});
