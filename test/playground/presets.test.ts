import { describe, expect, it } from "vitest";
import { toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

describe("The presets", () => {
  for (const { id, title, settings } of PRESETS) {
    it(`${title}: runs, and finishes requests`, async () => {
      const play = await pages.open(STILL);
      await play.page.click(`[data-preset=${id}]`);
      await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBeGreaterThan(2);
      expect(await play.page.getAttribute(`[data-preset=${id}]`, "aria-pressed")).toBe("true");
      await expect.poll(() => new URL(play.page.url()).hash.slice(1)).toBe(toLink(settings));
      expect(await play.text("counters-check")).toContain("✓");
    });
  }
});
