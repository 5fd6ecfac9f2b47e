import { describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS } from "../../playground/src/settings/settings.ts";
import { ANGRY, BUSY, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";
import { violationsOn } from "./support/violations.ts";

const pages = usePages();

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

  it("finds no violation while somebody looks back, nor in what is said of a wrong paste", async () => {
    for (const context of [
      { colorScheme: "light" },
      { colorScheme: "dark", viewport: { width: 390, height: 844 } },
    ] as const) {
      const play = await pages.open({ ...ANGRY, breaker: true }, context);
      await play.step(1000);
      for (const group of await play.page.locator("details").all()) {
        await group.evaluate((element) => element.setAttribute("open", ""));
      }
      await play.page.locator("#set-measured").evaluate((area: HTMLTextAreaElement) => {
        area.value = "120, soon";
        area.dispatchEvent(new Event("input"));
      });
      await expect.poll(() => play.text("measured-said")).toContain("soon");
      await play.page.focus("#past");
      await play.page.keyboard.press("ArrowLeft");
      await expect.poll(() => play.text("past-words")).toContain("0.90 s");
      expect(await violationsOn(play)).toEqual([]);
    }
  });

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
