import { AsyncLocalStorage } from "node:async_hooks";
import PQueue from "p-queue";
import { afterEach, expect, test, vi } from "vitest";
import { type EndShift, Shifts } from "../../../../src/core/scheduler/shifts.ts";
import { collect } from "../../../support/collector.ts";
import { settled } from "../../../support/settled.ts";

afterEach(() => vi.restoreAllMocks());

/** Shifts whose work is in the test's hands: each that serves is kept until the test ends it. */
function shiftsOf(max: number): {
  readonly shifts: Shifts;
  readonly serving: EndShift[];
  readonly slots: { max: number; taken: number };
} {
  const serving: EndShift[] = [];
  const slots = { max, taken: 0 };
  return { shifts: new Shifts(slots, (end) => serving.push(end)), serving, slots };
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

test("those that linger end after a few microtasks, each time anew: who comes then needs a new job", async () => {
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

test("the last one that lingers has all its microtasks, and those before it linger as long", async () => {
  const { shifts, serving } = shiftsOf(2);
  const add = vi.spyOn(PQueue.prototype, "add");
  shifts.add();
  shifts.add();
  const [first, second] = serving as [EndShift, EndShift];
  shifts.linger(first);
  for (let count = 0; count < 6; count++) await Promise.resolve();
  shifts.linger(second);
  for (let count = 0; count < 6; count++) await Promise.resolve();
  shifts.add();
  shifts.add();
  expect(serving.slice(2)).toEqual([second, first]);
  expect(add).toHaveBeenCalledTimes(2);
});

test("one lingers for as long as others work: a task that comes alone needs no new job, until all have ended", async () => {
  const { shifts, serving, slots } = shiftsOf(2);
  slots.taken = 1;
  const add = vi.spyOn(PQueue.prototype, "add");
  shifts.add();
  shifts.add();
  const [first, second] = serving as [EndShift, EndShift];
  shifts.linger(first);
  await settled();
  shifts.add();
  expect([serving.at(-1) === first, add.mock.calls.length]).toEqual([true, 2]);
  shifts.linger(first);
  slots.taken = 0;
  shifts.linger(second);
  await settled();
  shifts.add();
  expect([serving.length, add.mock.calls.length]).toEqual([4, 3]);
});

test("one that lingers is put to work while PQueue has another that it can't begin", async () => {
  const { shifts, serving, slots } = shiftsOf(1);
  slots.taken = 1;
  shifts.add();
  const [end] = serving as [EndShift];
  shifts.add();
  expect([serving.length, shifts.isComing]).toEqual([1, true]);
  shifts.linger(end);
  await settled();
  expect(shifts.isComing).toBe(false);
  shifts.add();
  expect([serving, shifts.isComing]).toEqual([[end, end], true]);
  slots.taken = 0;
  shifts.linger(end);
  await settled();
  expect([serving.length, shifts.isComing]).toEqual([3, false]);
});

test("those that linger stay when another has begun to work meanwhile", async () => {
  const { shifts, serving, slots } = shiftsOf(1);
  shifts.add();
  const [end] = serving as [EndShift];
  shifts.linger(end);
  await Promise.resolve();
  slots.taken = 1;
  await settled();
  shifts.add();
  expect([serving, shifts.isComing]).toEqual([[end, end], false]);
});

test("one that lingers keeps nothing of the call that it was begun for", async () => {
  const { shifts, serving, slots } = shiftsOf(2);
  slots.taken = 1;
  const calls = new AsyncLocalStorage<object>();
  const begin = (): WeakRef<object> => {
    const store = {};
    calls.run(store, () => shifts.add());
    return new WeakRef(store);
  };
  const stores = [begin(), begin()];
  for (const end of serving) shifts.linger(end);
  await settled();
  await collect();
  expect(stores.map((store) => store.deref())).toEqual([undefined, undefined]);
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
