import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../playground/src/time/virtual-clock.ts";

describe("A virtual clock", () => {
  it("fires in order of time, then of setting, and never early", async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const note = (name: string, ms: number): unknown =>
      clock.setTimeout(() => fired.push(`${name}@${clock.now()}`), ms);
    note("c", 30);
    note("a", 10);
    note("b", 10);
    note("z", 0);
    note("half", 9.2);
    await clock.advanceTo(() => 29);
    expect(fired).toEqual(["z@0", "a@10", "b@10", "half@10"]);
    expect(clock.now()).toBe(29);
    await clock.advanceTo(() => 30);
    expect(fired.at(-1)).toBe("c@30");
  });

  it("keeps the order of many timers", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const delays = Array.from({ length: 300 }, (_, at) => (at * 7919) % 101);
    for (const delay of delays) clock.setTimeout(() => fired.push(delay), delay);
    await clock.advanceTo(() => 101);
    expect(fired).toEqual(delays.toSorted((one, other) => one - other));
  });

  it("forgets a timer that is cleared, also by another of the same moment", async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const doomed = clock.setTimeout(() => fired.push("doomed"), 5);
    clock.setTimeout(() => fired.push("other"), 5);
    clock.clearTimeout(doomed);
    clock.clearTimeout(undefined);
    expect(clock.next).toBe(5);
    await clock.advanceTo(() => 10);
    expect(fired).toEqual(["other"]);
    expect(clock.next).toBeUndefined();
  });

  it("lets promises settle between two moments", async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const hopOn = async (): Promise<void> => {
      for (let hop = 0; hop < 20; hop++) await Promise.resolve();
      seen.push(clock.now());
      clock.setTimeout(() => seen.push(clock.now()), 0);
    };
    clock.setTimeout(() => void hopOn(), 5);
    clock.setTimeout(() => undefined, 6);
    await clock.advanceTo(() => 6);
    expect(seen).toEqual([5, 5]);
  });

  it("can be called off on its way, and goes one way only", async () => {
    const clock = new VirtualClock();
    let end = 100;
    clock.setTimeout(() => {
      end = Number.NEGATIVE_INFINITY;
    }, 10);
    clock.setTimeout(() => expect.unreachable(), 11);
    await clock.advanceTo(() => end);
    expect(clock.now()).toBe(10);
    await clock.advanceTo(() => 3);
    expect(clock.now()).toBe(10);
  });

  it("has a wall time that goes with it", async () => {
    const clock = new VirtualClock();
    const began = clock.date();
    await clock.advanceTo(() => 250);
    expect(clock.date() - began).toBe(250);
  });
});
