import { describe, expect, it } from "vitest";
import { BUSY } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

describe("The page", () => {
  it("paints what it is called before its script has come", async () => {
    const context = await pages.browser().newContext();
    const page = await context.newPage();
    const wanted = Promise.withResolvers<void>();
    await page.route(/\.js$/, async (route) => {
      await wanted.promise;
      await route.continue();
    });
    await page.goto(pages.site().url, { waitUntil: "commit" });
    const paints = (): Promise<string[]> =>
      page.evaluate(() => performance.getEntriesByType("paint").map(({ name }) => name));
    await expect.poll(paints).toContain("first-contentful-paint");
    expect(await page.locator("h1").isVisible()).toBe(true);
    expect(await page.locator("[data-preset]").count()).toBe(0);
    wanted.resolve();
    await page.waitForSelector("[data-preset]");
    await context.close();
  });

  it("makes no canvas and no pattern for a frame", async () => {
    const play = await pages.open({ ...BUSY, tempo: "x1" }, { frameMs: 50 });
    await expect.poll(() => play.time()).toBeGreaterThan(2000);
    const made = await play.page.evaluate(async () => {
      const counts = { canvases: 0, patterns: 0, frames: 0 };
      const { createElement } = Document.prototype;
      const { createPattern } = CanvasRenderingContext2D.prototype;
      document.createElement = (...args: [string]) => {
        if (args[0] === "canvas") counts.canvases++;
        return createElement.apply(document, args);
      };
      CanvasRenderingContext2D.prototype.createPattern = function (...args) {
        counts.patterns++;
        return createPattern.apply(this, args);
      };
      await new Promise<void>((resolve) => {
        const onFrame = (): void => {
          if (++counts.frames < 100) requestAnimationFrame(onFrame);
          else resolve();
        };
        requestAnimationFrame(onFrame);
      });
      return counts;
    });
    // Stripes are made when an outcome's clean-up is painted for the first time.
    expect(made.canvases).toBeLessThan(5);
    expect(made.patterns).toBeLessThan(5);
  });
});
