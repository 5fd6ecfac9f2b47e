import PQueue from "p-queue";
import { afterEach, expect, test, vi } from "vitest";
import { type EndShift, Shifts } from "../../../../src/core/scheduler/shifts.ts";
import { settled } from "../../../support/settled.ts";

afterEach(() => vi.restoreAllMocks());

/** Shifts whose work is in the test's hands: each that serves is kept until the test ends it. */
function shiftsOf(workers: number): { readonly shifts: Shifts; readonly serving: EndShift[] } {
  const serving: EndShift[] = [];
  return { shifts: new Shifts(workers, (end) => serving.push(end)), serving };
}

test("as many serve at once as there are workers, and one more is only coming", async () => {
  const { shifts, serving } = shiftsOf(2);
  shifts.add();
  shifts.add();
  expect([serving.length, shifts.isComing]).toEqual([2, false]);
  shifts.add();
  expect([serving.length, shifts.isComing]).toEqual([2, true]);
  serving[0]?.();
  await settled();
  expect([serving.length, shifts.isComing]).toEqual([3, false]);
});

test("one that lingers is put to work again, with no new job of PQueue's", async () => {
  const { shifts, serving } = shiftsOf(1);
  const add = vi.spyOn(PQueue.prototype, "add");
  shifts.add();
  const [end] = serving as [EndShift];
  shifts.linger(end);
  await Promise.resolve();
  shifts.add();
  expect([serving, add.mock.calls.length]).toEqual([[end, end], 1]);
  await settled();
  shifts.add();
  expect([serving.length, shifts.isComing]).toEqual([2, true]);
});

test("those that linger end after two microtasks, each time anew: who comes then needs a new job", async () => {
  const { shifts, serving } = shiftsOf(2);
  const add = vi.spyOn(PQueue.prototype, "add");
  for (let round = 1; round <= 3; round++) {
    shifts.add();
    shifts.add();
    expect([serving.length, add.mock.calls.length]).toEqual([2 * round, 2 * round]);
    for (const end of serving.slice(-2)) shifts.linger(end);
    await settled();
  }
});

test("one that lingers when others have just ended has its own two microtasks", async () => {
  const { shifts, serving } = shiftsOf(3);
  for (let count = 0; count < 3; count++) shifts.add();
  const [first, second, third] = serving as [EndShift, EndShift, EndShift];
  shifts.linger(first);
  await Promise.resolve();
  shifts.linger(second);
  await Promise.resolve();
  shifts.linger(third);
  await Promise.resolve();
  shifts.add();
  expect(serving).toEqual([first, second, third, third]);
  expect(serving[3]).toBe(third);
});

test("PQueue gets each of its options as an own property, from no polluted prototype", async () => {
  const names = ["autoStart", "interval", "intervalCap", "timeout", "priority", "signal", "concurrency"];
  for (const name of names) Object.assign(Object.prototype, { [name]: name === "autoStart" ? false : "polluted" });
  try {
    const { shifts, serving } = shiftsOf(1);
    shifts.add();
    expect(serving).toHaveLength(1);
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
});
