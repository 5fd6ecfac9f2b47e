import { describe, expect, it } from "vitest";
import { toLink } from "../../playground/src/settings/link.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import type { EvenFrames } from "./support/even-frames.ts";
import { ANGRY, BUSY, COUNTS, type Row, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

async function trace(settings: Settings): Promise<Row[]> {
  const play = await pages.open(settings);
  const rows: Row[] = [];
  for (let second = 0; second < 10; second++) {
    await play.step(200);
    rows.push(...(await play.log()));
  }
  return rows;
}

describe("A link", () => {
  it("reproduces its scene to the last event", async () => {
    const first = await trace(BUSY);
    expect(new Set(first.map(({ type }) => type)).size).toBeGreaterThanOrEqual(5);
    expect(await trace(BUSY)).toEqual(first);
  });

  it("with another seed shows another scene", async () => {
    expect(await trace({ ...BUSY, seed: 2 })).not.toEqual(await trace(BUSY));
  });

  it("is what the address says, and what Copy link copies", async () => {
    const play = await pages.open(STILL, { permissions: ["clipboard-read", "clipboard-write"] });
    await play.set("workers", 9);
    await play.press("copy-link");
    await expect.poll(() => play.text("said")).toBe("Link copied");
    const copied = await play.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${pages.site().url}#${toLink({ ...STILL, workers: 9 })}`);
  });

  it("is followed also when the page was about to write its own", async () => {
    const play = await pages.open(STILL, { permissions: ["clipboard-read", "clipboard-write"] });
    await play.page.evaluate(
      (link) => {
        location.hash = link;
        document.getElementById("copy-link")?.click(); // writes the address
      },
      toLink({ ...STILL, workers: 9 }),
    );
    await expect.poll(() => play.page.inputValue("#set-workers")).toBe("9");
  });

  it("within the page leaves the scene alone", async () => {
    const play = await pages.open(STILL);
    await play.page.focus(".skip");
    await play.page.keyboard.press("Enter");
    await play.settled();
    expect(new URL(play.page.url()).hash).toBe(`#${toLink(STILL)}`);
    expect(await play.page.evaluate(() => document.activeElement?.id)).toBe("tracks-title");
  });
});

describe("The counters", () => {
  it("add up, and are the health listener's", async () => {
    for (const settings of [
      BUSY,
      { ...BUSY, way: "offer" as const },
      { ...BUSY, way: "run" as const, rate: 100 },
      ANGRY,
    ]) {
      const play = await pages.open(settings);
      await play.step(3000);
      const counts = await play.counts(...COUNTS);
      expect(counts.queued).toBeGreaterThan(40);
      expect(counts.queued).toBe(counts.succeeded + counts.failed + counts.running + counts.waiting);
      expect(counts.started).toBe(counts.retried + counts.succeeded + counts.failed - counts.dropped + counts.running);
      expect(counts.retried > 0).toBe(settings.retry);
      const rejected = counts.full + counts.closed + counts.aborted;
      expect(await play.text("counters-check")).toBe(
        `✓ The health listener counts the same: ${counts.queued} queued, ${rejected} rejected, ${counts.succeeded} succeeded, ${counts.failed} failed.`,
      );
    }
  });
});

describe("The clock", () => {
  it.each([
    ["x1", 1],
    ["x10", 10],
    ["real", 1],
  ] as const)("goes on by itself, with tempo %s %i times as fast as the frames", async (tempo, times) => {
    const play = await pages.open({ ...STILL, tempo }, { frameMs: 20 });
    const watched = await play.page.evaluate(async () => {
      const { nextFrame } = globalThis as unknown as EvenFrames;
      const time = document.getElementById("time");
      const seen: { readonly page: number; readonly scene: number }[] = [];
      for (let frame = 0; frame < 300; frame++) {
        await nextFrame();
        seen.push({ page: performance.now(), scene: Number.parseFloat(time?.textContent ?? "") * 1000 });
      }
      const [first, last] = [seen[0], seen.at(-1)];
      if (first === undefined || last === undefined) throw new Error("No frame was drawn");
      return { passed: last.page - first.page, played: last.scene - first.scene };
    });
    // The time is written seven times a second.
    expect(watched.played).toBeGreaterThan(times * (watched.passed - 400));
    expect(watched.played).toBeLessThan(times * (watched.passed + 400));
  });

  it("stands still when frozen, and goes on from there", async () => {
    const play = await pages.open({ ...STILL, tempo: "x1" });
    await play.press("freeze");
    const frozen = await play.time();
    await play.page.waitForTimeout(300);
    expect(await play.time()).toBe(frozen);
    expect(await play.page.locator("#step-100").isVisible()).toBe(true);
    await play.press("step-100");
    await expect.poll(() => play.time()).toBe(Math.floor(frozen / 10) * 10 + 100);
    await play.press("freeze");
    await expect.poll(() => play.time()).toBeGreaterThan(frozen + 200);
  });
});
