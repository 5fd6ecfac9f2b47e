import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { usePages } from "./support/use-pages.ts";

/** Not committed: to be looked at. */
const FOLDER = fileURLToPath(new URL("../../reports/playground/", import.meta.url));
const pages = usePages();
const preset = (wanted: string): Settings => PRESETS.find(({ id }) => id === wanted)?.settings ?? DEFAULTS;

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true });
});

const VIEWS = [
  { name: "phone", width: 390, height: 844, colorScheme: "light", scene: preset("first"), whole: true },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark", scene: preset("webhooks"), whole: true },
  { name: "laptop", width: 1440, height: 900, colorScheme: "light", scene: preset("first"), whole: false },
  { name: "laptop-whole", width: 1440, height: 900, colorScheme: "light", scene: preset("webhooks"), whole: true },
  { name: "dark", width: 1440, height: 900, colorScheme: "dark", scene: preset("first"), whole: false },
  { name: "full-speed", width: 1440, height: 900, colorScheme: "light", scene: preset("full"), whole: false },
  { name: "compare-wide", width: 2200, height: 1200, colorScheme: "light", scene: preset("leaks"), whole: true },
] as const;

describe("A picture is taken, to be looked at", () => {
  for (const { name, width, height, colorScheme, scene, whole } of VIEWS) {
    it(name, async () => {
      const viewport = { width, height: whole ? 3200 : height };
      // Where time is not real, three times as fast as it would be.
      const play = await pages.open(scene, { viewport, colorScheme, frameMs: 50 });
      await expect.poll(() => play.time(), { timeout: 60_000 }).toBeGreaterThan(scene.rate > 100 ? 2000 : 5000);
      if (whole) await play.page.setViewportSize({ width, height });
      const path = `${FOLDER}${name}.png`;
      await play.page.screenshot({ path, fullPage: whole });
      expect(statSync(path).size).toBeGreaterThan(20_000);
    });
  }
});
