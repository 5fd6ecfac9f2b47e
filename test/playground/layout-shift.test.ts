import { describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { toLink } from "../../playground/src/settings/link.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { useEvenFrames } from "./support/even-frames.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** How much of what was seen moved, without anybody's doing, in so many ms of the page's clock since it was opened. */
async function shiftOf(settings: Settings, width: number, ms: number): Promise<number> {
  const context = await pages.browser().newContext({ viewport: { width, height: 900 } });
  await useEvenFrames(context, 50);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { readonly value: number; readonly hadRecentInput: boolean };
        if (!shift.hadRecentInput) shifts.push(shift.value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${pages.site().url}#${toLink(settings)}`);
  await page.waitForFunction((end) => performance.now() > end, ms, { timeout: 100_000 });
  const sum = await page.evaluate(() =>
    (globalThis as unknown as { shifts: number[] }).shifts.reduce((all, one) => all + one, 0),
  );
  await context.close();
  return sum;
}

describe("While a preset runs", () => {
  for (const { id, title, settings } of PRESETS) {
    // Thirty seconds of the scene, most at ten times their speed: it is what happens that moves things.
    const scene: Settings = id === "full" ? settings : { ...settings, tempo: "x10" };
    it(`nothing that is seen moves by itself: ${title}`, async () => {
      const widths = [1440, 1024, 390];
      const shifts = await Promise.all(widths.map((width) => shiftOf(scene, width, 3000)));
      for (const [at, shift] of shifts.entries()) expect(shift, `${widths[at]} px`).toBeLessThan(0.05);
    });
  }
});
