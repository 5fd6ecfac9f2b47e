import { describe, expect, it } from "vitest";
import { keep } from "../../playground/src/settings/kept.ts";
import { fromLink } from "../../playground/src/settings/link.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
/** Bursts on slots that rest, bodies that nobody reads, and a timeout for some of them. */
const LEAKY: Settings = {
  ...STILL,
  workers: 4,
  queueSize: 6,
  period: 200,
  timeout: 150,
  reads: "nothing",
  big: 60,
  shape: "even",
  rate: 10,
  burst: 30,
  every: 2,
};

/** A row of the table, by its label. */
async function row({ page }: PlaygroundPage, label: string): Promise<string[]> {
  const cells = page.locator("#compare tr", { hasText: label }).locator("td");
  return cells.allTextContents();
}

describe("The comparison", () => {
  it("is chosen, shows verdict, table, picture and both codes, and goes with the link", async () => {
    const play = await pages.open(LEAKY);
    expect(await play.page.locator("#compare-sides").isVisible()).toBe(false);
    expect(await play.page.locator("#side-b").isVisible()).toBe(false);

    await play.set("compare", "hand");
    await play.step(5000);
    expect(await row(play, "Most at once at the server")).toEqual(["4", expect.stringMatching(/^\d+, over 4$/), "A"]);
    expect((await row(play, "Left open when the job was done"))[0]).toBe("0");
    expect(await play.text("compare-verdict")).toMatch(
      /^httppool does better in the most requests at once \(4 against \d+\)/,
    );
    const drawn = await shares(play, "side-b", ["over", "muted"]);
    expect(drawn["over"]).toBeGreaterThan(0.02);
    expect(await play.page.getAttribute("#side-b", "aria-label")).toMatch(
      /^Connections of p-queue \+ fetch .*: \d+ open now, \d+ at most$/,
    );
    expect(await play.text("code-a")).toContain("workers: 4");
    expect(await play.text("code-b")).toContain(
      "byHand({ concurrency: 4, interval: 200, intervalCap: 4, timeout: 150 })",
    );
    await expect.poll(() => fromLink(new URL(play.page.url()).hash)).toEqual({ ...LEAKY, compare: "hand" });

    await play.set("compare", "care");
    await play.step(5000);
    expect(await row(play, "Most at once at the server")).toEqual(["4", "4", "equal"]);
    expect((await shares(play, "side-b", ["over"]))["over"]).toBe(0);
    expect(await play.text("code-b")).toContain("export function withCare(");
  });

  it("keeps settings as B, shows what is different, and swaps them", async () => {
    const play = await pages.open(LEAKY);
    await play.press("keep");
    expect(await play.text("compare-about")).toContain("the same settings, so far");
    await play.set("workers", 2);
    await expect.poll(() => play.text("compare-about")).toBe("Different are: workers 2 in A, 4 in B.");
    await play.step(3000);
    expect(await row(play, "Most at once at the server")).toEqual(["2", "4", "equal"]);
    await expect.poll(() => fromLink(new URL(play.page.url()).hash)).toEqual({ ...keep(LEAKY), workers: 2 });
    await play.press("swap");
    expect(await play.text("compare-about")).toBe("Different are: workers 4 in A, 2 in B.");
    expect(await play.page.inputValue("#set-workers")).toBe("4");
    await expect.poll(() => fromLink(new URL(play.page.url()).hash)).toMatchObject({ workers: 4 });
    await play.page.goBack();
    await expect.poll(() => play.text("compare-about")).toBe("Different are: workers 2 in A, 4 in B.");
    await play.set("compare", "none");
    expect(await play.page.locator("#compare-sides").isVisible()).toBe(false);
  });

  it("fits on a phone, where its rows are explained when asked for, and spares real servers", async () => {
    const play = await pages.open({ ...LEAKY, compare: "care" }, { viewport: { width: 375, height: 800 } });
    await play.step(1000);
    expect(await play.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const table = play.page.locator("table.compare");
    expect(await table.evaluate((element) => element.scrollWidth <= (element.parentElement?.clientWidth ?? 0))).toBe(
      true,
    );
    expect(await play.page.locator("#compare small").first().isVisible()).toBe(false);
    await play.press("compare-why");
    expect(await play.page.locator("#compare small").first().isVisible()).toBe(true);
    await play.show({
      ...LEAKY,
      compare: "care",
      world: "real",
      url: "http://127.0.0.1:9/",
      rate: 0,
      burst: 0,
      every: 0,
    });
    expect(await play.page.locator("#set-compare").isDisabled()).toBe(true);
    expect(await play.page.locator("#compare-sides").isVisible()).toBe(false);
    expect(await play.page.locator("#side-b").isVisible()).toBe(false);
  });
});
