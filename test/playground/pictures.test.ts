import { describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares as sharesOf } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** The shares of the tracks' pixels that have each colour of an outcome. */
const shares = (play: PlaygroundPage): Promise<Record<string, number>> =>
  sharesOf(play, "tracks", ["ok", "status", "failed", "up", "flight"]);

describe("The pictures", () => {
  it("paint a track in the colour of how each transaction ended", async () => {
    const play = await pages.open({ ...STILL, workers: 2, burst: 2, span: 2, body: 64, speed: 100, latency: 10 });
    await play.press("burst");
    await play.step(300);
    expect((await shares(play))["flight"]).toBeGreaterThan(0.05);
    await play.step(1000);
    expect((await shares(play))["flight"]).toBe(0);
    expect((await shares(play))["ok"]).toBeGreaterThan(0.2);
    await play.set("errors", 100);
    await play.set("span", 5);
    await play.press("burst");
    await play.step(300);
    expect((await shares(play))["status"]).toBeGreaterThan(0.0005);
  });

  it("forget what has left the time shown", async () => {
    const play = await pages.open({ ...STILL, workers: 2, burst: 2, span: 2, body: 64, speed: 100, latency: 10 });
    await play.press("burst");
    await play.step(1500);
    expect((await shares(play))["ok"]).toBeGreaterThan(0.2);
    await play.step(1000);
    await play.step(1000);
    expect(await shares(play)).toEqual({ ok: 0, status: 0, failed: 0, up: 0, flight: 0 });
  });

  it("tell of the transaction under the pointer", async () => {
    const play = await pages.open({ ...STILL, workers: 1, burst: 1, span: 2, latency: 900 });
    await play.press("burst");
    await play.step(1000);
    const box = await play.page.locator("#tracks").boundingBox();
    if (box === null) throw new Error("The tracks are not shown");
    // Now is at 92 % of the axis; half a second before it, the request was under way.
    await play.page.mouse.move(box.x + 40 + (box.width - 40) * (0.92 - 0.25), box.y + 20);
    expect(await play.text("tip")).toContain("Task #1");
    expect(await play.text("tip")).toContain("headers after 900 ms");
  });

  it("say in words what they show", async () => {
    const play = await pages.open({ ...STILL, workers: 2, rate: 20 });
    await play.step(3000);
    expect(await play.page.getAttribute("#tracks", "aria-label")).toContain("2 slots: 2 busy now");
    await expect.poll(() => play.page.getAttribute("#throughput", "aria-label")).toContain("answered 20 a second");
    await expect.poll(() => play.page.getAttribute("#latency", "aria-label")).toContain("half within 1");
  });
});
