import { VirtualClock } from "httppool/lab";
import { describe, expect, it } from "vitest";
import { Player } from "../../playground/src/time/player.ts";

describe("A player", () => {
  it("lets all promises settle between two moments, and what is set for the same moment", async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const hopOn = async (): Promise<void> => {
      for (let hop = 0; hop < 20; hop++) await Promise.resolve();
      seen.push(clock.now());
      clock.setTimeout(() => seen.push(clock.now()), 0);
    };
    clock.setTimeout(() => void hopOn(), 5);
    clock.setTimeout(() => undefined, 6);
    await new Player(clock, "step").step(6);
    expect(seen).toEqual([5, 5]);
    expect(clock.now()).toBe(6);
  });

  it("that is frozen on its way stands still there", async () => {
    const clock = new VirtualClock();
    const player = new Player(clock, "x1");
    clock.setTimeout(() => {
      player.frozen = true;
    }, 10);
    clock.setTimeout(() => expect.unreachable(), 11);
    await player.step(100);
    expect(clock.now()).toBe(10);
    player.frame(50);
    await clock.settle();
    expect(clock.now()).toBe(10);
  });

  it("goes on to the next timer, and no further", async () => {
    const clock = new VirtualClock();
    const player = new Player(clock, "step");
    const fired: number[] = [];
    for (const ms of [7, 7, 9]) clock.setTimeout(() => fired.push(ms), ms);
    await player.stepToNext();
    expect(fired).toEqual([7, 7]);
    expect(clock.now()).toBe(7);
  });

  it("falls behind by at most a tenth of a second when frames are late", async () => {
    const clock = new VirtualClock();
    const player = new Player(clock, "x10");
    player.frame(60_000);
    await clock.settle();
    await clock.settle();
    expect(clock.now()).toBe(1000);
  });

  it("that has been stopped goes on no more", async () => {
    const clock = new VirtualClock();
    const player = new Player(clock, "x1");
    clock.setTimeout(() => player.stop(), 5);
    clock.setTimeout(() => expect.unreachable(), 6);
    await player.step(10);
    expect(clock.now()).toBe(5);
  });
});
