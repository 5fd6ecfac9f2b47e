import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

const FAILING = { retry: true, retryJitter: false, retryDelay: 200, errors: 100, burst: 1 } as const;

describe("The retries' controls", () => {
  it("what fails is tried again, as often as limit says, each time after twice the delay", async () => {
    await play.burst({ ...FAILING, retryLimit: 3 });
    await play.step(2500);
    expect(await play.times("start")).toEqual([0, 300, 800, 1700]);
    expect(await play.counts("started", "retried", "succeeded")).toEqual({ started: 4, retried: 3, succeeded: 1 });
    expect((await play.log("retry")).map(({ what }) => what)).toEqual([
      expect.stringMatching(/^50[03] after 10\d ms, again in 200 ms$/),
      expect.stringMatching(/^50[03] after 10\d ms, again in 400 ms$/),
      expect.stringMatching(/^50[03] after 10\d ms, again in 800 ms$/),
    ]);
    expect(await play.text("counters-check")).toContain("✓");
  });

  it("off: what fails has failed", async () => {
    await play.burst({ ...FAILING, retry: false });
    await play.step(1000);
    expect(await play.counts("started", "retried")).toEqual({ started: 1, retried: 0 });
    expect(await play.page.locator("#set-retryLimit").isDisabled()).toBe(true);
  });

  it("a rest takes a place of the queue and no slot", async () => {
    await play.burst({ ...FAILING, retryDelay: 1000 });
    await play.step(200);
    expect(await play.counts("waiting", "running")).toEqual({ waiting: 1, running: 0 });
    expect(await play.text("why")).toContain("at rest: what has failed is tried again");
  });

  it("the budget lets ten through at once, and without it all are tried again", async () => {
    const scene = { ...FAILING, burst: 20, workers: 20, retryLimit: 1 };
    await play.burst(scene);
    await play.step(1000);
    expect(await play.counts("retried")).toEqual({ retried: 10 });
    await play.burst({ ...scene, retryBudget: false });
    await play.step(1000);
    expect(await play.counts("retried")).toEqual({ retried: 20 });
  });

  it("jitter spreads them", async () => {
    await play.burst({ ...FAILING, retryJitter: true, burst: 5, workers: 5, retryDelay: 2000, retryLimit: 1 });
    await play.step(2500);
    const again = (await play.times("start")).slice(5);
    expect(again).toHaveLength(5);
    expect(new Set(again).size).toBeGreaterThan(3);
    expect(Math.max(...again)).toBeLessThanOrEqual(2100);
  });

  it("a timeout is tried again only where retryOnTimeout says so", async () => {
    const scene = { ...FAILING, errors: 0, latency: 1000, timeout: 200, retryLimit: 1 };
    await play.burst(scene);
    await play.step(1000);
    expect(await play.counts("retried", "failed")).toEqual({ retried: 0, failed: 1 });
    await play.burst({ ...scene, retryOnTimeout: true });
    await play.step(1000);
    expect(await play.counts("retried", "failed")).toEqual({ retried: 1, failed: 1 });
  });

  it("an attempt that is tried again is told of by its tip, and so is the next", async () => {
    await play.burst({ ...FAILING, workers: 1, latency: 400, retryDelay: 400, retryLimit: 1, span: 2 });
    await play.step(1200);
    const box = await play.page.locator("#tracks").boundingBox();
    if (box === null) throw new Error("The tracks are not shown");
    const at = (ms: number): number => box.x + 40 + ((box.width - 40) * ms) / 2000;
    await play.page.mouse.move(at(200), box.y + 20);
    await expect.poll(() => play.text("tip")).toContain("tried again: rests 400 ms");
    await play.page.mouse.move(at(1000), box.y + 20);
    await expect.poll(() => play.text("tip")).toContain("attempt 2");
  });

  it("fetch sends the same upload again", async () => {
    await play.burst({
      ...FAILING,
      way: "fetch",
      errors: 0,
      upload: 16,
      limit: 1,
      retryAfter: 1,
      burst: 3,
      workers: 3,
    });
    await play.step(3000);
    expect((await play.finishes()).filter((what) => what.startsWith("ok: 200"))).toHaveLength(3);
  });
});
