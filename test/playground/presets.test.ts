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

describe("The comparison", () => {
  it("shows where p-queue + fetch bursts, overfills and leaks, and that the pool does not", async () => {
    const play = await pages.open({
      ...STILL,
      compare: true,
      workers: 4,
      queueSize: 6,
      period: 200,
      timeout: 150,
      reads: "nothing",
      big: 60,
      latency: 100,
      shape: "even",
      rate: 10,
      burst: 30,
      every: 2,
    });
    const rows = (): Promise<string[][]> =>
      play.page.evaluate(() =>
        [...document.querySelectorAll<HTMLTableRowElement>("#compare tr")].map((row) =>
          [...row.cells].map((cell) => cell.textContent),
        ),
      );
    await expect
      .poll(async () => (await rows()).slice(0, 4).map(([, , , theirs]) => /over/.test(theirs ?? "")), {
        timeout: 30_000,
      })
      .toEqual([true, true, true, true]);
    for (const [what, , ours] of await rows()) expect(ours, what).not.toContain("over");
    expect(await play.page.locator("#rival-tracks").isVisible()).toBe(true);
    expect(await play.page.locator("#set-tempo").isDisabled()).toBe(true);
    expect(await play.page.locator("#rival-code").textContent()).toContain("new PQueue({ concurrency: 4");
  });
});
