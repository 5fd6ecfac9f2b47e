import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../../src/lib/runtime/system-clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("is monotonic: performance.now()", () => {
  const earliest = performance.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(earliest);
  expect(now).toBeLessThanOrEqual(performance.now());
  expect(systemClock.date).toBeUndefined();
});

test("looks its timers up at each call, so that fake timers are seen", () => {
  vi.useFakeTimers();
  const ring = vi.fn<() => void>();
  systemClock.setTimeout(ring, 50);
  const cleared = systemClock.setTimeout(ring, 50);
  systemClock.clearTimeout(cleared);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(49);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ring).toHaveBeenCalledTimes(1);
});
