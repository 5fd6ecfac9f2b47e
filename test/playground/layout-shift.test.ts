import { describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { toLink } from "../../playground/src/settings/link.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { useEvenFrames } from "./support/even-frames.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** s of each scene that are looked at. */
const SECONDS = 20;

/** How much of what was seen moved, without anybody's doing, since the page was opened on a scene. */
async function shiftOf(settings: Settings, width: number): Promise<number> {
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
  // By the scene's own clock: a slow machine takes longer, and sees as much.
  await page.waitForFunction(hasPassed, SECONDS, { polling: 200, timeout: 100_000 });
  const sum = await page.evaluate(() =>
    (globalThis as unknown as { shifts: number[] }).shifts.reduce((all, one) => all + one, 0),
  );
  await context.close();
  return sum;
}

/** Whether so many s of the scene are over: run in the page. */
function hasPassed(seconds: number): boolean {
  return Number.parseFloat(document.getElementById("time")?.textContent ?? "0") >= seconds;
}

describe("In the first 20 seconds of a preset", () => {
  for (const { id, title, settings } of PRESETS) {
    // At ten times its speed: it is what happens that moves things.
    const scene: Settings = { ...settings, tempo: "x10" };
    it(`nothing that is seen moves by itself: ${title}`, async () => {
      // A thousand requests a second are work for a machine: in one width there.
      const widths = id === "full" ? [1024] : [1440, 1024, 390];
      const shifts = await Promise.all(widths.map((width) => shiftOf(scene, width)));
      for (const [at, shift] of shifts.entries()) expect(shift, `${widths[at]} px`).toBeLessThan(0.05);
    });
  }
});
