import { describe, expect, it } from "vitest";
import type { EvenFrames } from "./support/even-frames.ts";
import { BUSY, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

describe("For everybody", () => {
  it("what is pressed is seen in forced colours too, and so is what the colours mean", async () => {
    const play = await pages.open(STILL, { forcedColors: "active" });
    const swatches = await play.page.evaluate(
      () =>
        new Set([...document.querySelectorAll("#legend .swatch")].map((swatch) => getComputedStyle(swatch).background))
          .size,
    );
    expect(swatches).toBeGreaterThan(6);
    const edge = (): Promise<string> =>
      play.page.locator("#pause").evaluate((button) => getComputedStyle(button).borderTopWidth);
    const before = await edge();
    await play.press("pause");
    expect(await edge()).not.toBe(before);
  });

  it("what is pressed in the log is at least 24 px wide and high, labels and rows too", async () => {
    const play = await pages.open({ ...STILL, burst: 3 }, { viewport: { width: 390, height: 844 } });
    await play.press("burst");
    await play.page.locator("#log-text").scrollIntoViewIfNeeded(); // out of sight it is not written
    await expect.poll(() => play.page.locator("#log tr:visible").count()).toBeGreaterThan(2);
    const sizes = await play.page
      .locator("#log-filter :is(label, button, input[type=search]):visible, #log tr:visible")
      .evaluateAll((targets) =>
        targets.map((target) => Math.min(target.clientWidth, target.getBoundingClientRect().height)),
      );
    expect(sizes.length).toBeGreaterThan(12);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
  });

  it("nothing is wider than the screen of a phone", async () => {
    for (const width of [320, 390, 768]) {
      const play = await pages.open({ ...BUSY, lanes: "origin" }, { viewport: { width, height: 800 } });
      const overflow = await play.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    }
  });

  it("everything can be reached and used by keyboard alone", async () => {
    const play = await pages.open(STILL);
    const reached = new Set<string>();
    for (let at = 0; at < 160; at++) {
      await play.page.keyboard.press("Tab");
      const name = await play.page.evaluate(() => {
        const { activeElement: active } = document;
        if (active?.tagName === "SUMMARY") return "fold";
        return active?.id || active?.getAttribute("data-preset") || active?.getAttribute("data-way") || "";
      });
      if (name === "fold") await play.page.keyboard.press("Enter");
      reached.add(name);
    }
    for (const name of [
      "webhooks",
      "offer",
      "burst",
      "pause",
      "close",
      "abort",
      "step-100",
      "set-workers",
      "set-way",
      "set-lanes",
      "set-latency",
      "copy-code",
      "log-text",
    ]) {
      expect(reached, name).toContain(name);
    }
    await play.page.focus("#burst");
    await play.page.keyboard.press("Enter");
    expect(await play.counts("queued")).toEqual({ queued: 10 });
    await play.page.focus("#set-workers");
    await play.page.keyboard.press("ArrowUp");
    await expect.poll(() => new URL(play.page.url()).hash).toContain("workers=5");
  });

  it("who asked for less motion sees a picture a second", async () => {
    expect(await redraws("reduce")).toBeLessThanOrEqual(1.2);
    expect(await redraws("no-preference")).toBeGreaterThan(4);
  });

  it("who asked for less motion sees words and counters move all the same", async () => {
    const play = await pages.open({ ...BUSY, tempo: "x1" }, { reducedMotion: "reduce" });
    const seen = async (): Promise<readonly unknown[]> => [
      await play.counts("queued", "started", "succeeded"),
      (await play.log())[0]?.at,
      await play.page.getAttribute("#tracks", "aria-label"),
    ];
    await expect.poll(async () => (await play.counts("queued")).queued).toBeGreaterThan(0);
    const before = await seen();
    await expect
      .poll(async () => (await seen()).map((value, at) => JSON.stringify(value) !== JSON.stringify(before[at])), {
        timeout: 30_000,
      })
      .toEqual([true, true, true]);
  });

  it("a tip stays when the finger has gone, until another touch or Escape", async () => {
    const play = await pages.open({ ...STILL, workers: 1, burst: 1, latency: 900, span: 2 }, { hasTouch: true });
    await play.press("burst");
    await play.step(1000);
    const tip = play.page.locator("#tip");
    const touch = async (): Promise<void> => {
      const box = await play.page.locator("#tracks").boundingBox();
      if (box === null) throw new Error("The tracks are not shown");
      await play.page.touchscreen.tap(box.x + 40 + (box.width - 40) * 0.4, box.y + 20);
    };
    await touch();
    await expect.poll(() => tip.textContent()).toContain("Task #1");
    await play.page.waitForTimeout(300);
    expect(await tip.isVisible()).toBe(true);
    await play.page.locator("#pitch").tap();
    expect(await tip.isVisible()).toBe(false);
    await touch();
    await play.page.keyboard.press("Escape");
    expect(await tip.isVisible()).toBe(false);
  });

  it("no figure of the flow is clipped, however wide the page", async () => {
    for (const width of [320, 390, 640, 901, 1024, 1100, 1280, 1600]) {
      const play = await pages.open(
        { ...STILL, workers: 100, burst: 100, queueSize: 1000 },
        { viewport: { width, height: 800 } },
      );
      await play.press("burst");
      const clipped = await play.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".figure")]
          .filter((figure) => figure.scrollWidth > figure.clientWidth)
          .map((figure) => figure.textContent),
      );
      expect(clipped, `${width} px`).toEqual([]);
    }
  });

  it("the theme that was chosen is there again after a reload, before the first paint", async () => {
    const play = await pages.open(STILL, { colorScheme: "light" });
    await play.press("theme");
    await play.page.reload({ waitUntil: "commit" });
    const theme = (): Promise<string | undefined> =>
      play.page.evaluate(() => document.documentElement.dataset["theme"]);
    await expect.poll(theme).toBe("dark");
    await play.page.waitForSelector("[data-preset]");
    expect(await theme()).toBe("dark");
    expect(await play.page.getAttribute("#theme", "aria-pressed")).toBe("true");
  });

  it("dark and light follow the system, until the button says otherwise", async () => {
    const play = await pages.open(STILL, { colorScheme: "dark" });
    const theme = (): Promise<string | undefined> =>
      play.page.evaluate(() => document.documentElement.dataset["theme"]);
    expect(await theme()).toBe("dark");
    await play.page.emulateMedia({ colorScheme: "light" });
    await expect.poll(theme).toBe("light");
    await play.press("theme");
    expect(await theme()).toBe("dark");
  });
});

/** How often a second the time is drawn, by the page's own clock. */
async function redraws(reducedMotion: "reduce" | "no-preference"): Promise<number> {
  const play = await pages.open({ ...STILL, tempo: "real" }, { reducedMotion, frameMs: 50 });
  return play.page.evaluate(async () => {
    const { nextFrame } = globalThis as unknown as EvenFrames;
    let changes = 0;
    const watcher = new MutationObserver(() => {
      changes++;
    });
    watcher.observe(document.getElementById("time") ?? document.body, { childList: true });
    const from = performance.now();
    for (let frame = 0; frame < 100; frame++) await nextFrame();
    return changes / ((performance.now() - from) / 1000);
  });
}
