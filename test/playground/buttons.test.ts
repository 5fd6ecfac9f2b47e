import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

describe("The buttons", () => {
  it("pause() lets what runs go on and starts nothing; resume() goes on", async () => {
    await play.burst({ workers: 2 });
    await play.press("pause");
    await play.step(500);
    expect(await play.counts("succeeded", "running", "waiting")).toEqual({ succeeded: 2, running: 0, waiting: 8 });
    expect(await play.text("why")).toContain("The pool is paused");
    expect(await play.text("pause")).toBe("resume()");
    await play.press("pause");
    await play.step(500);
    expect(await play.counts("succeeded")).toEqual({ succeeded: 10 });
  });

  it("close() refuses what comes and finishes what was accepted", async () => {
    await play.burst({ workers: 2 });
    await play.press("close");
    await play.page.click("[data-way=send]");
    await play.step(1000);
    expect(await play.counts("succeeded", "closed")).toEqual({ succeeded: 10, closed: 1 });
    expect(await play.text("why")).toContain("closed and everything has finished");
  });

  it("abort() drops what waits and cuts off what runs", async () => {
    await play.burst({ workers: 2, latency: 1000 });
    await play.step(100);
    await play.press("abort");
    await play.step(100);
    expect(await play.counts("failed", "dropped", "running")).toEqual({ failed: 10, dropped: 8, running: 0 });
  });

  it("abort() is to be pressed until its end, and no longer", async () => {
    await play.burst({ workers: 2, latency: 1000 });
    await play.press("abort");
    await expect.poll(() => play.page.locator("#abort").isDisabled()).toBe(true);
  });

  it("Restart begins at nothing, with a new pool", async () => {
    await play.burst({});
    await play.press("close");
    await play.press("restart");
    await play.settled();
    expect(await play.counts("queued")).toEqual({ queued: 0 });
    expect(await play.time()).toBe(0);
    await play.press("burst");
    await play.step(500);
    expect(await play.counts("succeeded")).toEqual({ succeeded: 10 });
  });

  it("the log shows what its filter lets through", async () => {
    await play.burst({ resets: 50, body: 0 });
    await play.step(1000);
    const all = await play.log("finish", "queue");
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(["finish", "queue"]));
    await play.page.locator("#log-troubles").check();
    const troubles = await play.log("finish", "queue");
    const { failed } = await play.counts("failed");
    expect(troubles).toHaveLength(failed);
    await play.page.locator("#log-troubles").uncheck();
    await play.page.locator("#log-text").fill("#7");
    expect((await play.log("finish", "queue")).map(({ task }) => task)).toEqual(["#7", "#7"]);
    await play.page.locator("#log-text").fill("");
  });

  it("the log can be frozen", async () => {
    await play.burst({ burst: 1 });
    const before = await play.log("queue");
    await play.press("log-freeze");
    await play.press("burst");
    expect(await play.log()).toEqual(before);
    await play.press("log-freeze");
    expect((await play.log()).length).toBe(before.length + 1);
    // Of another scene it shows what is there now.
    await play.press("log-freeze");
    await play.press("restart");
    expect(await play.log()).toEqual([]);
  });

  it("Next event goes to the very moment of it", async () => {
    await play.burst({ burst: 1, latency: 123 });
    await play.press("step-next");
    await expect.poll(() => play.text("time")).toBe("0.12 s");
    expect(await play.times("headers")).toEqual([123]);
  });
});
