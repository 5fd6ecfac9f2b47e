import { beforeEach, describe, expect, it } from "vitest";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

/** More load than a server takes that works on six at once. */
const HIDDEN: Partial<Settings> = {
  slots: "tuned",
  capacity: 6,
  way: "offer",
  rate: 200,
  queueSize: 20,
  shape: "even",
};

/** How many slots the page says that there are. */
const slots = async (): Promise<number> => Number(/^of (\d+) busy$/.exec(await play.text("of-slots"))?.[1]);

/** The share of a picture that is drawn in ink, as the line is. */
const ink = async (id: string): Promise<number> => (await shares(play, id, ["ink"]))["ink"] ?? 0;

describe("Slots that tune themselves", () => {
  it("begin with four, and find about as many as the server takes at once", async () => {
    await play.show({ ...STILL, ...HIDDEN });
    expect(await slots()).toBe(4);
    const seen: number[] = [];
    for (let second = 0; second < 30; second++) {
      await play.step(1000);
      seen.push(await slots());
    }
    const settled = seen.slice(10);
    expect(new Set(seen).size).toBeGreaterThan(2);
    expect(settled.toSorted((one, other) => one - other)[10]).toBeGreaterThanOrEqual(4);
    expect(settled.toSorted((one, other) => one - other)[10]).toBeLessThanOrEqual(9);
    const [newest] = (await play.log("limit")).slice(-1);
    expect(newest?.what).toBe(`${await slots()} slots now`);
    expect(await play.page.getAttribute("#tracks", "aria-label")).toContain(`of ${await slots()} slots, of 24 at most`);
  });

  it("are drawn as a line over the tracks, and fixed ones are not", async () => {
    await play.show({ ...STILL, ...HIDDEN });
    await play.step(5000);
    expect(await ink("tracks")).toBeGreaterThan(0.0015);
    expect(await play.page.locator("#key-slots").isVisible()).toBe(true);
    await play.show({ ...STILL, ...HIDDEN, slots: "fixed", workers: 4 });
    await play.step(5000);
    expect(await ink("tracks")).toBeLessThan(0.0005);
    expect(await play.page.locator("#key-slots").isVisible()).toBe(false);
  });

  it("are never fewer than min, nor more than max", async () => {
    await play.show({ ...STILL, ...HIDDEN, minWorkers: 9, maxWorkers: 10, capacity: 2 });
    await play.step(5000);
    expect(await slots()).toBe(9);
    await play.show({ ...STILL, ...HIDDEN, maxWorkers: 7, capacity: 0 });
    const seen: number[] = [];
    for (let second = 0; second < 20; second++) {
      await play.step(500);
      seen.push(await slots());
    }
    expect(Math.max(...seen)).toBe(7);
  });

  it("are set up with min and max, and fixed ones with workers", async () => {
    const areOff = (): Promise<boolean[]> =>
      Promise.all(["workers", "minWorkers", "maxWorkers"].map((key) => play.page.locator(`#set-${key}`).isDisabled()));
    expect(await areOff()).toEqual([false, true, true]);
    await play.set("slots", "tuned");
    expect(await areOff()).toEqual([true, false, false]);
    expect(await play.text("code")).toContain("workers: adaptive({ max: 24 })");
    expect(await play.text("means")).toContain("Tuned: from 1 to 24 at once");
  });

  it("leave room in the picture for the most of them, so that nothing jumps", async () => {
    const height = (): Promise<number> => play.page.locator("#tracks").evaluate((canvas) => canvas.clientHeight);
    await play.show({ ...STILL, ...HIDDEN });
    const before = await height();
    await play.step(4000);
    expect(await height()).toBe(before);
    await play.show({ ...STILL, workers: 24 });
    expect(await height()).toBe(before);
  });

  it("are each lane's own: a line in its row, a number in its table", async () => {
    const scene = { lanes: "origin", hosts: 2, workers: 30, laneWorkers: 12, queueSize: 60 } as const;
    await play.show({ ...STILL, ...HIDDEN, ...scene, slots: "fixed", laneSlots: "tuned" });
    await play.step(8000);
    const busy = await play.page.locator("#lane-rows td:nth-child(4)").allTextContents();
    expect(busy).toEqual([expect.stringMatching(/^\d+ of \d+$/), expect.stringMatching(/^\d+ of \d+$/)]);
    const said = (await play.log("limit")).map(({ what }) => what);
    expect(said.find((what) => what.endsWith("slots now for a.example"))).toBeDefined();
    expect(said.find((what) => what.endsWith("slots now for b.example"))).toBeDefined();
    const tuned = await ink("lanes");
    expect(await play.page.locator("#key-lane-slots").isVisible()).toBe(true);
    await play.show({ ...STILL, ...HIDDEN, ...scene, slots: "fixed" });
    await play.step(8000);
    expect(tuned).toBeGreaterThan((await ink("lanes")) + 0.005);
  });
});
