import { expect, test, vi } from "vitest";
import { Wakeup } from "../../../src/lib/wakeup.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ManualClock } from "../../support/manual-clock.ts";

test("rings once, at the time it was last set to", async () => {
  const clock = new FakeClock(0);
  const rung: number[] = [];
  const wakeup = new Wakeup(clock, () => rung.push(clock.now()));
  wakeup.set(50);
  wakeup.set(20);
  wakeup.set(80);
  await clock.advance(200);
  expect([rung, clock.timers]).toEqual([[80], 0]);
  wakeup.set(250);
  await clock.advance(100);
  expect(rung).toEqual([80, 250]);
});

test("set to the same time again changes nothing", () => {
  const clock = new ManualClock();
  const wakeup = new Wakeup(clock, () => undefined);
  wakeup.set(50);
  wakeup.set(50);
  expect([clock.delays, clock.timers]).toEqual([[50], 1]);
});

test("cleared, rings no more and leaves no timer; clearing again, or after the ring, is harmless", async () => {
  const clock = new FakeClock(0);
  const ring = vi.fn<() => void>();
  const wakeup = new Wakeup(clock, ring);
  wakeup.clear();
  wakeup.set(50);
  wakeup.clear();
  wakeup.clear();
  expect(clock.timers).toBe(0);
  wakeup.set(50);
  await clock.advance(50);
  wakeup.clear();
  expect(ring).toHaveBeenCalledTimes(1);
});

test("may be set again by its own ring, also to a time that has come", () => {
  const clock = new ManualClock();
  let rings = 0;
  const wakeup: Wakeup = new Wakeup(clock, () => {
    if (++rings < 3) wakeup.set(50);
    else if (rings === 3) wakeup.set(60);
  });
  wakeup.set(50);
  clock.fire(50);
  expect([rings, clock.timers]).toEqual([3, 1]);
  clock.fire(60);
  expect([rings, clock.timers]).toEqual([4, 0]);
});
