import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS } from "../../playground/src/settings/settings.ts";
import { ANGRY, BUSY, type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The part of axe that is used here. */
interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

describe("axe", () => {
  const views = [
    ["phone, light", { viewport: { width: 390, height: 844 }, colorScheme: "light" }],
    ["laptop, dark", { viewport: { width: 1440, height: 900 }, colorScheme: "dark" }],
    ["wide, light", { viewport: { width: 2200, height: 1200 }, colorScheme: "light" }],
  ] as const;
  const scenes = [
    ["busy", BUSY],
    ["lanes", { ...ANGRY, tempo: "x1" }],
    ["compared", { ...BUSY, tempo: "x1", compare: "hand" }],
    ["real", { ...BUSY, world: "real", url: "http://127.0.0.1:9/", rate: 0, every: 0 }],
  ] as const;
  for (const [view, context] of views) {
    for (const [scene, settings] of scenes) {
      it(`finds no violation (${view}; ${scene})`, async () => {
        const play = await pages.open(settings, context);
        for (const group of await play.page.locator("details").all()) {
          await group.evaluate((element) => element.setAttribute("open", ""));
        }
        await expect.poll(() => play.text("why")).not.toBe("");
        expect(await violationsOn(play)).toEqual([]);
      });
    }
  }

  const modes = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["forced colours", { forcedColors: "active" }],
    ["reduced motion", { reducedMotion: "reduce" }],
  ] as const;
  for (const [mode, context] of modes) {
    it(`finds no violation in any preset (${mode})`, async () => {
      const play = await pages.open(STILL, { viewport: { width: 1280, height: 900 }, ...context });
      for (const { id } of PRESETS) {
        await play.page.click(`[data-preset=${id}]`);
        await expect.poll(async () => (await play.counts("started")).started).toBeGreaterThan(0);
        expect(await violationsOn(play), id).toEqual([]);
      }
    });
  }

  it("finds no violation in what comes up: the guide, the list of keys, the sheet of a phone", async () => {
    const play = await pages.open(DEFAULTS);
    await play.press("keys");
    expect(await violationsOn(play)).toEqual([]);
    const phone = await pages.open(STILL, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await phone.page.tap("#sheet-handle");
    await phone.press("guide");
    expect(await violationsOn(phone)).toEqual([]);
  });
});

/** What axe finds on the page as it stands. */
async function violationsOn({ page }: PlaygroundPage): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    // Half-way from one colour to another nothing has the contrast that it will have.
    await Promise.all(document.getAnimations().map(({ finished }) => finished));
    const { axe: tool } = globalThis as unknown as { axe: Axe };
    // Targets of 24 px (WCAG 2.5.8) are not looked at unless they are asked for.
    const result = await tool.run({ rules: { "target-size": { enabled: true } } });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}
