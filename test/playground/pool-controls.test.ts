import { beforeEach, describe, expect, it } from "vitest";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

describe("The pool's controls", () => {
  it("workers is how many run at once", async () => {
    await play.burst({ workers: 3 });
    await play.step(10);
    expect(await play.counts("running", "waiting")).toEqual({ running: 3, waiting: 7 });
  });

  it("queueSize is how many wait, and offer is refused beyond it", async () => {
    await play.burst({ way: "offer", workers: 1, queueSize: 2 });
    await play.step(10);
    expect(await play.counts("queued", "full", "waiting")).toEqual({ queued: 3, full: 7, waiting: 2 });
  });

  it("beyond queueSize, senders stand in line", async () => {
    await play.burst({ workers: 1, queueSize: 2 });
    await play.step(10);
    expect(await play.text("n-line")).toBe("7");
    expect(await play.text("n-queue")).toBe("2");
    expect(await play.text("why")).toBe("Mainly in line: all 2 places of the queue are taken.");
  });

  it("period is the time between two starts of a slot", async () => {
    await play.burst({ workers: 1, period: 300, burst: 4 });
    await play.step(250);
    expect(await play.text("why")).toContain("for the pace: slots are free, but started less than 300 ms ago");
    await play.step(950);
    expect(await play.times("start")).toEqual([0, 300, 600, 900]);
  });

  it("timeout ends what takes longer", async () => {
    await play.burst({ burst: 1, timeout: 250, endless: 100, speed: 1000 });
    await play.step(400);
    expect(await play.finishes()).toEqual(["not ok: timeout after 250 ms, https://a.example"]);
  });

  it("drain.ms is how long the clean-up reads an endless body", async () => {
    await play.burst({ burst: 1, reads: "nothing", endless: 100, drainMs: 50, drainBytes: 1_048_576, speed: 10 });
    await play.step(400);
    expect(await play.times("finish")).toEqual([150]);
  });

  it("drain.bytes 0 cancels at once", async () => {
    await play.burst({ burst: 1, reads: "nothing", endless: 100, drainBytes: 0, speed: 10 });
    await play.step(400);
    expect(await play.times("finish")).toEqual([100]);
  });

  it("hold says until when fetch holds its slot", async () => {
    await play.burst({ burst: 1, way: "fetch", body: 100, speed: 100, hold: "headers" });
    await play.step(200);
    expect(await play.counts("running", "succeeded")).toEqual({ running: 0, succeeded: 1 });
    await play.burst({ burst: 1, way: "fetch", body: 100, speed: 100, hold: "body" });
    await play.step(200);
    expect(await play.counts("running", "succeeded")).toEqual({ running: 1, succeeded: 0 });
  });

  it("name is the pool's", async () => {
    await play.show({ ...STILL, name: "deliveries" });
    expect(await play.text("pool-name")).toBe("deliveries");
  });
});

describe("The breaker's controls", () => {
  const scene: Partial<Settings> = { breaker: true, threshold: 2, workers: 1, burst: 4 };

  it("opens after threshold failures, and the board says so", async () => {
    await play.burst({ ...scene, down: 1 });
    await play.step(100);
    expect((await play.finishes()).map((what) => /circuit open/.test(what))).toEqual([false, false, true, true]);
    expect(await play.text("breaker")).toContain("open: sends nothing");
    await play.show({ ...STILL, down: 1, burst: 4 });
    await play.press("burst");
    await play.step(100);
    expect((await play.finishes()).filter((what) => /circuit open/.test(what))).toEqual([]);
  });

  it("its timeout counts late headers as failures", async () => {
    await play.burst({ ...scene, latency: 1000, breakerTimeout: 100 });
    await play.step(400);
    expect((await play.finishes()).map((what) => /circuit open/.test(what))).toEqual([false, false, true, true]);
  });

  it("tripOn counts a status of 500 and more", async () => {
    await play.burst({ ...scene, errors: 100 });
    await play.step(1000);
    expect((await play.finishes()).filter((what) => /circuit open/.test(what))).toHaveLength(0);
    await play.burst({ ...scene, errors: 100, tripOnStatus: true });
    await play.step(1000);
    expect((await play.finishes()).filter((what) => /circuit open/.test(what))).toHaveLength(2);
  });
});
