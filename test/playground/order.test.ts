import { describe, expect, it } from "vitest";
import { FIRST, FOLDED } from "../../playground/src/settings/order.ts";
import { comparison } from "../../playground/src/settings/compare-fields.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** The settings whose controls can be seen. */
const seenSettings = ({ page }: PlaygroundPage): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("#settings [data-key]")]
      .filter((row) => row.checkVisibility())
      .map((row) => row.dataset["key"] ?? ""),
  );

/** The groups that are open. */
const openGroups = ({ page }: PlaygroundPage): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("#settings details[open]")].map((fold) => fold.dataset["group"] ?? ""),
  );

const summaryOf = ({ page }: PlaygroundPage, group: string): Promise<string | null> =>
  page.locator(`[data-group=${group}] summary`).textContent();

const focused = ({ page }: PlaygroundPage): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.id);

/** Where the picture ends and the sheet begins, in pixels from the top. */
const edges = ({ page }: PlaygroundPage): Promise<{ picture: number; top: number; sheet: number }> =>
  page.evaluate(() => {
    const picture = document.getElementById("tracks")?.getBoundingClientRect();
    const sheet = document.getElementById("sheet")?.getBoundingClientRect();
    return { picture: picture?.bottom ?? 0, top: picture?.top ?? 0, sheet: sheet?.top ?? 0 };
  });
/** Whether the settings are there. */
const isOpen = ({ page }: PlaygroundPage): Promise<boolean> => page.locator("#settings").isVisible();

describe("The settings", () => {
  it("begin with those that are reached for; the others are folded, and say what differs", async () => {
    const play = await pages.open({ ...STILL, lanes: "origin", laneWorkers: 5, laneHolds: false });
    expect(await seenSettings(play)).toEqual(FIRST.map(({ key }) => key));
    expect(await openGroups(play)).toEqual([]);
    expect(await summaryOf(play, "lanes")).toBe("Lanes3 changed");
    expect(await summaryOf(play, "breaker")).toBe("Breaker");
    await play.set("breaker", true);
    expect(await summaryOf(play, "breaker")).toBe("Breaker1 changed");
  });

  it("open the folds of what a preset is about, until another is pressed, and keep what was opened by hand", async () => {
    const play = await pages.open(STILL);
    await play.page.click("[data-group=view] summary");
    await play.page.click("[data-preset=webhooks]");
    expect(await openGroups(play)).toEqual(["view", "load", "breaker"]);
    await play.page.click("[data-preset=lanes]");
    expect(await openGroups(play)).toEqual(["view", "lanes"]);
    await play.page.reload();
    await play.page.waitForSelector("[data-group]");
    expect(await openGroups(play)).toEqual(["view"]);
    await play.page.click("[data-group=view] summary");
    await play.page.reload();
    await play.page.waitForSelector("[data-group]");
    expect(await openGroups(play)).toEqual([]);
  });

  it("are found by what they are called or do, in whichever fold they are", async () => {
    const play = await pages.open(STILL);
    await play.page.keyboard.press("/");
    expect(await focused(play)).toBe("find-setting");
    await play.page.keyboard.type("jitter");
    expect(await seenSettings(play)).toEqual(["retryJitter"]);
    expect(await play.text("found-settings")).toBe("1 found");
    await play.page.keyboard.press("Enter");
    expect(await focused(play)).toBe("find-setting"); // it is off: retries are
    await play.page.fill("#find-setting", "timeout");
    expect(await seenSettings(play)).toContain("breakerTimeout");
    await play.page.keyboard.press("Enter");
    expect(await focused(play)).toBe("set-timeout");
    await play.page.focus("#find-setting");
    await play.page.keyboard.press("Escape");
    expect(await seenSettings(play)).toEqual(FIRST.map(({ key }) => key));
  });

  it("that a link has wrongly are told, shown, and as they can be", async () => {
    const url = `${pages.site().url}#workers=many&laneWorkers=7000&lanes=origin&rate=3`;
    const play = await pages.open(STILL);
    await play.page.goto(url);
    await expect
      .poll(() => play.page.locator("#link-faults button").allTextContents())
      .toEqual(["workers: “many” became 4", "workers of a lane: “7000” became 100"]);
    expect(await openGroups(play)).toEqual(["lanes"]);
    await play.page.click("#link-faults button >> nth=1");
    expect(await focused(play)).toBe("set-laneWorkers");
    await play.set("workers", 5);
    expect(await play.page.locator("#link-faults").isVisible()).toBe(false);
  });

  it("are all either among the first or folded, and none twice", () => {
    // What it is compared with is chosen where the comparison is.
    const keys = [...FIRST, ...FOLDED.flatMap(({ fields }) => fields), ...comparison].map(({ key }) => key);
    expect(keys.toSorted()).toEqual(Object.keys(DEFAULTS).toSorted());
  });
});

describe("On a phone, the settings", () => {
  const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };

  it("come up from below, half as high as the screen; the picture stays in sight and can be used", async () => {
    const play = await pages.open(STILL, PHONE);
    expect(await isOpen(play)).toBe(false);
    await play.page.tap("#sheet-handle");
    expect(await isOpen(play)).toBe(true);
    expect(await play.page.getAttribute("#sheet-handle", "aria-expanded")).toBe("true");
    await expect.poll(async () => (await edges(play)).picture - (await edges(play)).sheet).toBeLessThanOrEqual(0);
    const { top, sheet } = await edges(play);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(Math.abs(sheet - 667 / 2)).toBeLessThan(10);
    await play.page.tap("#burst");
    expect((await play.counts("queued")).queued).toBe(10);
    // They scroll by themselves.
    const scrolled = await play.page.evaluate(() => {
      const before = scrollY;
      const form = document.getElementById("settings");
      form?.scrollTo(0, 200);
      return [form?.scrollTop, scrollY - before];
    });
    expect(scrolled).toEqual([200, 0]);
  });

  it("close by Escape, and the focus goes back to the handle", async () => {
    const play = await pages.open(STILL, PHONE);
    await play.page.focus("#to-settings");
    await play.page.keyboard.press("Enter");
    expect(await focused(play)).toBe("settings-title");
    expect(await isOpen(play)).toBe(true);
    await play.page.keyboard.press("Tab");
    expect(await focused(play)).toBe("find-setting");
    await play.page.keyboard.press("Escape");
    expect(await isOpen(play)).toBe(false);
    expect(await focused(play)).toBe("sheet-handle");
    await play.page.keyboard.press("Enter");
    expect(await isOpen(play)).toBe(true);
  });

  it("follow the finger that draws their handle, up and down, and a tap closes them", async () => {
    const play = await pages.open(STILL, PHONE);
    const draw = async (by: number): Promise<void> => {
      const box = await play.page.locator("#sheet-handle").boundingBox();
      const [x, y] = [187, (box?.y ?? 0) + 20];
      await play.page.mouse.move(x, y);
      await play.page.mouse.down();
      await play.page.mouse.move(x, y + by / 2);
      await play.page.mouse.move(x, y + by);
      await play.page.mouse.up();
    };
    await draw(-250);
    expect(await isOpen(play)).toBe(true);
    await expect.poll(async () => (await edges(play)).picture - (await edges(play)).sheet).toBeLessThanOrEqual(0);
    await draw(-250);
    expect((await edges(play)).sheet).toBeLessThan(667 * 0.2);
    await draw(450);
    expect(await isOpen(play)).toBe(false);
    await play.page.tap("#sheet-handle");
    await play.page.tap("#sheet-handle");
    expect(await isOpen(play)).toBe(false);
  });
});

describe("The verdict", () => {
  it("of each preset is in sight without scrolling, on a laptop and on a phone", async () => {
    for (const viewport of [
      { width: 1280, height: 720 },
      { width: 375, height: 667 },
    ]) {
      const play = await pages.open(STILL, { viewport });
      const room = viewport.height - (viewport.width < 900 ? 52 : 0);
      for (const { id, about } of PRESETS) {
        await play.page.locator(`[data-preset=${id}]`).evaluate((button) => {
          if (button instanceof HTMLElement) button.click();
        });
        expect(await play.text("watch"), id).toBe(about);
        await expect.poll(() => play.text("seen"), { message: id }).toMatch(/\d/);
        const { scrolled, bottom, overflow } = await play.page.evaluate(() => {
          const seen = document.getElementById("seen");
          const parent = seen?.parentElement;
          return {
            scrolled: scrollY,
            bottom: seen?.getBoundingClientRect().bottom ?? Number.POSITIVE_INFINITY,
            overflow: (parent?.scrollHeight ?? 0) - (parent?.clientHeight ?? 0),
          };
        });
        expect(scrolled).toBe(0);
        expect(bottom, id).toBeLessThanOrEqual(room);
        expect(overflow, id).toBeLessThanOrEqual(0);
      }
      await play.close();
    }
  });

  it("goes on when somebody tries something, and Back undoes that", async () => {
    const play = await pages.open(STILL);
    await play.page.click("[data-preset=lanes]");
    await expect.poll(() => new URL(play.page.url()).hash).toContain("lanes=");
    await play.press("try");
    expect(await play.page.inputValue("#set-lanes")).toBe("none");
    expect(await openGroups(play)).toEqual(["lanes"]);
    expect(await play.text("watch")).toContain("Nothing is held");
    expect(await play.page.locator("#try").isVisible()).toBe(false);
    await expect.poll(() => play.text("seen")).toMatch(/429/);
    await expect.poll(() => new URL(play.page.url()).hash).not.toContain("lanes=");
    await play.page.goBack();
    await expect.poll(() => play.page.inputValue("#set-lanes")).toBe("origin");
    expect(await play.page.locator("#try").isVisible()).toBe(true);
  });
});

describe("What am I looking at?", () => {
  it("is told to who comes for the first time, until it has been read; and to who asks", async () => {
    const play = await pages.open(DEFAULTS);
    const callouts = play.page.locator("[data-callout]:visible");
    await expect.poll(() => callouts.count()).toBe(5);
    expect(await callouts.allTextContents()).toContainEqual(
      expect.stringContaining("A slot sends one request at a time"),
    );
    await play.press("guide-done");
    expect(await callouts.count()).toBe(0);
    expect(await focused(play)).toBe("guide");
    await play.page.reload();
    await play.page.waitForSelector("[data-preset]");
    expect(await callouts.count()).toBe(0);
    await play.press("guide");
    expect(await callouts.count()).toBe(5);
    await play.press("guide");
    expect(await callouts.count()).toBe(0);
  });

  it("is not in the way of who follows a link", async () => {
    const play = await pages.open(STILL);
    expect(await play.page.locator("[data-callout]:visible").count()).toBe(0);
    expect(await play.page.getAttribute("#guide", "aria-expanded")).toBe("false");
  });
});

describe("Single keys", () => {
  it("press buttons, but not while somebody writes, and not once they are off", async () => {
    const play = await pages.open(STILL);
    const keys = (text: string): Promise<void> => play.page.keyboard.type(text);
    await keys("b");
    expect((await play.counts("queued")).queued).toBe(10);
    await keys("p");
    expect(await play.text("pause")).toBe("resume()");
    // Nobody writes on a slider, nor where something is ticked.
    await play.page.focus("#past");
    await keys("l");
    await play.page.focus("#log-troubles");
    await keys("k");
    expect(await play.text("life-title")).toBe("Task #9: its life");
    // Escape closes or empties what is nearest, and lets go of the task only when nothing else is to go.
    await keys("?");
    await play.page.keyboard.press("Escape");
    await play.page.fill("#log-text", "#9");
    await play.page.keyboard.press("Escape");
    expect(await play.text("life-title")).toBe("Task #9: its life");
    await play.page.focus("#guide");
    await play.page.keyboard.press("Escape");
    expect(await play.text("life-title")).toBe("A task’s life");
    await keys("r");
    expect((await play.counts("queued")).queued).toBe(0);
    await keys("s");
    expect(await focused(play)).toBe("settings-title");
    await play.page.focus("#log-text");
    await keys("bb");
    expect((await play.counts("queued")).queued).toBe(0);
    expect(await play.page.inputValue("#log-text")).toBe("bb");
    await play.page.focus("#guide");
    await play.page.keyboard.press("Control+b");
    expect((await play.counts("queued")).queued).toBe(0);

    await keys("?");
    const dialog = play.page.locator("#shortcuts");
    expect(await dialog.isVisible()).toBe(true);
    expect(await dialog.locator("kbd").allTextContents()).toContain("f");
    expect(await play.page.getAttribute("#freeze", "aria-keyshortcuts")).toBe("f");
    await play.page.uncheck("#shortcuts-on");
    await play.page.keyboard.press("Escape");
    await expect.poll(() => dialog.isVisible()).toBe(false);
    await keys("b?");
    expect((await play.counts("queued")).queued).toBe(0);
    expect(await dialog.isVisible()).toBe(false);
    expect(await play.page.getAttribute("#freeze", "aria-keyshortcuts")).toBeNull();
    await play.page.reload();
    await play.page.waitForSelector("[data-preset]");
    await keys("b");
    expect((await play.counts("queued")).queued).toBe(0);
    await play.press("keys");
    expect(await play.page.isChecked("#shortcuts-on")).toBe(false);
  });
});
