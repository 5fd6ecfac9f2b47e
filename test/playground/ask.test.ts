import { beforeEach, describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";
import { violationsOn } from "./support/violations.ts";

const pages = usePages();
let play: PlaygroundPage;

/** The LLM preset, by steps. */
const LLM: Settings = { ...(PRESETS.find(({ id }) => id === "llm")?.settings ?? DEFAULTS), tempo: "step" };
/** A busy machine takes its time for two hundred pools. */
const LONG = 400_000;

beforeEach(async () => {
  play = await pages.open(LLM);
});

/** Fills the question in and asks. */
const ask = async (question: Readonly<Record<string, number>>): Promise<void> => {
  await play.page.locator("#ask").evaluate((panel) => panel.setAttribute("open", ""));
  for (const [key, value] of Object.entries(question)) await play.page.fill(`#ask-${key}`, String(value));
  await play.press("ask-go");
};

/** Waits until all has been tried. */
const answered = (): Promise<void> =>
  expect.poll(() => play.text("ask-status"), { timeout: LONG }).toMatch(/^Tried \d+ /);

const cell = (): Promise<string> => play.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

describe("Ask", () => {
  it(
    "gives an advice for the LLM preset's provider that, taken over, meets no 429 in a minute and uses the limit",
    async () => {
      // Enough for a minute at four a second; a thousand are tried out in Node.
      await ask({ requests: 300 });
      await answered();
      expect(await play.text("ask-status")).toBe("Tried 200 settings.");
      expect(await play.text("ask-advice")).toMatch(/^\d+ workers, .*: 4 a second, no 429, done after 1 min/);
      expect(await play.page.locator("#ask-map td.best").getAttribute("aria-selected")).toBe("true");
      const [, workers, period] =
        /(\d+) workers, a start per slot every ([\d,]+) ms, spread/.exec(await play.text("ask-take")) ?? [];
      await play.press("ask-take");
      expect(await play.page.inputValue("#set-workers")).toBe(workers);
      expect(await play.page.inputValue("#set-period")).toBe(period?.replace(",", ""));
      expect(await play.text("code")).toContain(`workers: ${workers}, // slots`);
      expect(await play.text("code")).toContain("spread: true");
      expect(await play.text("ask-status")).toContain("Taken over");
      await play.step(60_000);
      expect((await play.counts("started")).started).toBeGreaterThanOrEqual(0.95 * 4 * 60);
      await play.page.fill("#log-text", "429");
      await expect.poll(() => play.page.locator("#log-none").isVisible()).toBe(true);
      expect(await play.text("count-limited")).toMatch(/^0/);
    },
    LONG,
  );

  it(
    "can be cancelled, and says what it has found so far",
    async () => {
      await ask({ requests: 1000 });
      const tried = (): Promise<number> =>
        play.page.locator("#ask-progress").evaluate((bar: HTMLProgressElement) => bar.value);
      await expect.poll(tried, { timeout: LONG }).toBeGreaterThan(2);
      expect(play.page.workers().length).toBeGreaterThan(0);
      // Of a provider that is another one by now nothing is taken over.
      await play.set("limit", 9);
      await play.press("ask-cancel");
      expect(await play.text("ask-status")).toMatch(
        /^Cancelled, after \d+ of 200 settings\. The settings are others now: ask again\.$/,
      );
      expect(await play.page.locator("#ask-take").isDisabled()).toBe(true);
      await play.set("limit", LLM.limit);
      expect(await play.text("ask-status")).toBe("");
      expect(await play.page.locator("#ask-take").isDisabled()).toBe(false);
      expect(await play.text("ask-advice")).toContain("The best so far: ");
      await expect.poll(() => play.page.workers().length).toBe(0);
      expect(await play.page.locator("#ask-go").isVisible()).toBe(true);
      expect(await play.page.locator("#ask-map td:not(:text-is('·'))").count()).toBeLessThan(110);
    },
    LONG,
  );

  it(
    "is usable by keyboard alone: from the question to what is taken over",
    async () => {
      await play.page.focus("#ask summary");
      await play.page.keyboard.press("Enter");
      await play.page.keyboard.press("Tab");
      expect(await play.page.evaluate(() => document.activeElement?.id)).toBe("ask-requests");
      await play.page.keyboard.press("ControlOrMeta+a");
      await play.page.keyboard.type("20");
      await play.page.keyboard.press("Enter");
      await answered();
      await play.page.locator("#ask-map td[tabindex='0']").focus();
      expect(await cell()).toMatch(/^★ .*\. The best: \d+ workers?, a start per slot every/);
      await play.page.keyboard.press("PageUp");
      await play.page.keyboard.press("Home");
      expect(await cell()).toMatch(/1 worker, unpaced: 0\.\d+ a second, no 429, done after/);
      await play.page.keyboard.press("ArrowDown");
      await play.page.keyboard.press("ArrowRight");
      expect(await cell()).toMatch(/\d+ workers, a start per slot every 250 ms, spread: /);
      expect(`${await cell()}.`).toContain(await play.text("ask-cell"));
      await play.page.focus("#ask-spread");
      await play.page.keyboard.press("Space");
      expect(await play.text("ask-cell")).toMatch(/every 250 ms: /);
      await play.page.focus("#ask-take");
      await play.page.keyboard.press("Enter");
      expect(await play.page.inputValue("#set-period")).toBe("250");
      await expect.poll(() => play.page.url()).toContain("period=250");
      await play.page.goBack();
      await expect.poll(() => play.page.inputValue("#set-period")).toBe("600");
      expect(await play.text("ask-status")).toBe("");
    },
    LONG,
  );

  it(
    "has a map in which axe finds no violation, that fits a phone, and that tells all without colour",
    async () => {
      await ask({ requests: 12 });
      await answered();
      expect(await violationsOn(play)).toEqual([]);
      const texts = await play.page.locator("#ask-map td").allTextContents();
      const limited = await play.page.locator("#ask-map td.limited").allTextContents();
      expect(limited.length).toBeGreaterThan(3);
      expect(texts.filter((text) => text.includes("▲"))).toEqual(limited);
      expect(texts.filter((text) => text.includes("★"))).toHaveLength(1);
      await play.page.emulateMedia({ forcedColors: "active" });
      expect(await violationsOn(play)).toEqual([]);
      await play.page.emulateMedia({ forcedColors: "none" });
      await play.page.click("#theme");
      expect(await violationsOn(play)).toEqual([]);
      for (const width of [320, 375, 768]) {
        await play.page.setViewportSize({ width, height: 800 });
        const over = await play.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, `${width} px`).toBeLessThanOrEqual(0);
      }
      expect(await violationsOn(play)).toEqual([]);
    },
    LONG,
  );

  it(
    "says what no settings can do, and that the settings have changed since",
    async () => {
      await play.show({ ...STILL, limit: 5, period: 0 });
      await ask({ requests: 20, seconds: 2 });
      await answered();
      expect(await play.text("ask-advice")).toContain(
        "2 s can't be met by any settings: 20 requests at 5 a second take 4 s by themselves.",
      );
      await play.set("limit", 6);
      expect(await play.text("ask-status")).toBe("The settings are others now: ask again.");
      expect(await play.page.locator("#ask-take").isDisabled()).toBe(true);
      expect(await play.page.inputValue("#ask-perSecond")).toBe("6");
      await play.set("endless", 10);
      await play.press("ask-go");
      expect(await play.text("ask-status")).toContain("Set a timeout first.");
    },
    LONG,
  );
});
