import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { ANGRY, BUSY, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The part of axe that is used here. */
interface Axe {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

describe("For everybody", () => {
  const views = [
    ["phone, light", { viewport: { width: 390, height: 844 }, colorScheme: "light" }],
    ["laptop, dark", { viewport: { width: 1440, height: 900 }, colorScheme: "dark" }],
    ["wide, light", { viewport: { width: 2200, height: 1200 }, colorScheme: "light" }],
  ] as const;
  const scenes = [
    ["busy", BUSY],
    ["lanes", { ...ANGRY, tempo: "x1" }],
    ["compared", { ...BUSY, tempo: "x1", compare: true }],
    ["real", { ...BUSY, world: "real", url: "http://127.0.0.1:9/", rate: 0, every: 0 }],
  ] as const;
  for (const [view, context] of views) {
    for (const [scene, settings] of scenes) {
      it(`axe finds no violation (${view}; ${scene})`, async () => {
        const play = await pages.open(settings, context);
        for (const group of await play.page.locator("details").all()) {
          await group.evaluate((element) => element.setAttribute("open", ""));
        }
        await expect.poll(() => play.text("why")).not.toBe("");
        await play.page.addScriptTag({ path: axe });
        const violations = await play.page.evaluate(async () => {
          const { axe: tool } = globalThis as unknown as { axe: Axe };
          const result = await tool.run();
          return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
        });
        expect(violations).toEqual([]);
      });
    }
  }

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
        return active?.id || active?.getAttribute("data-preset") || active?.getAttribute("data-way") || "";
      });
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
    expect(await redraws("reduce")).toBeLessThanOrEqual(3);
    expect(await redraws("no-preference")).toBeGreaterThan(5);
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

/** How often the time is drawn in 2.5 s. */
async function redraws(reducedMotion: "reduce" | "no-preference"): Promise<number> {
  const play = await pages.open({ ...STILL, tempo: "real" }, { reducedMotion });
  return play.page.evaluate(async () => {
    let changes = 0;
    const watcher = new MutationObserver(() => {
      changes++;
    });
    watcher.observe(document.getElementById("time") ?? document.body, { childList: true });
    await new Promise((resolve) => {
      setTimeout(resolve, 2500);
    });
    return changes;
  });
}
