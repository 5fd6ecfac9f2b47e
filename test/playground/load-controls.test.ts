import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

describe("The load's controls", () => {
  for (const way of ["send", "offer", "run", "fetch", "writable", "map"] as const) {
    it(`${way} brings tasks that finish`, async () => {
      await play.burst({ way, burst: 5 });
      await play.step(500);
      expect(await play.counts("queued", "succeeded")).toEqual({ queued: 5, succeeded: 5 });
    });
  }

  for (const way of ["send", "offer", "run", "fetch"]) {
    it(`the button ${way}() brings one task`, async () => {
      await play.show(STILL);
      await play.page.click(`[data-way=${way}]`);
      await play.step(200);
      expect(await play.counts("queued", "succeeded")).toEqual({ queued: 1, succeeded: 1 });
    });
  }

  it("map and writable pull no faster than the pool takes", async () => {
    for (const way of ["map", "writable"] as const) {
      await play.burst({ way, workers: 1, queueSize: 2 });
      await play.step(10);
      expect(await play.counts("queued", "full")).toEqual({ queued: 3, full: 0 });
    }
  });

  it("the steady rate follows its slider at once, and keeps the pool", async () => {
    await play.show({ ...STILL, workers: 50, rate: 10 });
    await play.step(1000);
    expect(await play.counts("queued")).toEqual({ queued: 10 });
    await play.set("rate", 100);
    await play.step(1000);
    expect(await play.counts("queued")).toEqual({ queued: 110 });
  });

  it("a burst comes every so many seconds, the first at once", async () => {
    await play.show({ ...STILL, burst: 3, every: 1 });
    expect(await play.counts("queued")).toEqual({ queued: 3 });
    await play.step(2000);
    expect(await play.counts("queued")).toEqual({ queued: 9 });
  });

  it("a perishable task is not sent after its time", async () => {
    await play.burst({ burst: 3, workers: 1, expiry: 150 });
    await play.step(500);
    expect(await play.finishes()).toEqual([
      expect.stringContaining("ok: 200"),
      expect.stringContaining("ok: 200"),
      expect.stringContaining("not ok: expired after 0 ms"),
    ]);
  });

  it("a filtered task is not sent", async () => {
    await play.burst({ burst: 2, filtered: 100 });
    await play.step(100);
    expect(await play.finishes()).toEqual(["not ok: filtered after 0 ms", "not ok: filtered after 0 ms"]);
  });

  it("a caller gives up wherever its task is: in the slot, in the queue, in line", async () => {
    await play.burst({ burst: 2, workers: 1, queueSize: 1, latency: 1000, patience: 500 });
    await play.set("patience", 100);
    await play.page.click("[data-way=send]");
    await play.step(200);
    expect(await play.counts("failed", "aborted")).toEqual({ failed: 0, aborted: 1 });
    await play.step(400);
    expect(await play.counts("failed", "dropped", "aborted")).toEqual({ failed: 2, dropped: 1, aborted: 1 });
  });

  it("what the consumer reads decides when the slot is free", async () => {
    const scene = { burst: 1, body: 100, speed: 100 };
    const ends: number[] = [];
    for (const reads of ["all", "some", "nothing"] as const) {
      await play.burst({ ...scene, reads });
      await play.step(2000);
      ends.push(...(await play.times("finish")));
    }
    const [all = 0, some = 0, nothing = 0] = ends;
    expect(all).toBeGreaterThan(600);
    expect(some).toBeLessThan(600);
    expect(nothing).toBeLessThanOrEqual(350);
  });

  it("an upload takes its time before the headers", async () => {
    await play.burst({ burst: 1, upload: 64, speed: 100 });
    await play.step(1000);
    expect(await play.times("headers")).toEqual([740]);
  });
});
