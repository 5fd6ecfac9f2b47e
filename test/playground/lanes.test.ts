import { beforeEach, describe, expect, it } from "vitest";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, type Row, STILL } from "./support/playground-page.ts";
import { shares } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

/** Two hosts, each with a lane; a.example takes one request a second, then says 429. */
const TWO: Partial<Settings> = {
  lanes: "origin",
  hosts: 2,
  workers: 6,
  burst: 12,
  queueSize: 40,
  laneWorkers: 2,
  limit: 1,
  limitHosts: 1,
  retryAfter: 2,
};

/** The table of the lanes, by lane. */
async function board(): Promise<Record<string, string[]>> {
  const rows = await play.page.evaluate(() =>
    [...document.querySelectorAll<HTMLTableRowElement>("#lane-rows tr")].map((row) =>
      [...row.cells].map((cell) => cell.textContent),
    ),
  );
  return Object.fromEntries(rows.map(([name = "", ...cells]) => [name, cells]));
}

const hostsOf = (ends: readonly Row[]): string[] => ends.map(({ what }) => what.slice(-9));

describe("The lanes' controls", () => {
  it("without lanes there is no card of them, and their options are off", async () => {
    await play.burst({ hosts: 2 });
    expect(await play.page.locator("#lanes-card").isVisible()).toBe(false);
    expect(await play.page.locator("#set-laneWorkers").isDisabled()).toBe(true);
    await play.set("lanes", "origin");
    expect(await play.page.locator("#lanes-card").isVisible()).toBe(true);
    expect(await play.page.locator("#set-laneWorkers").isDisabled()).toBe(false);
  });

  it("workers is how many slots a lane has at once", async () => {
    await play.burst({ ...TWO, limit: 0 });
    await play.step(50);
    expect(await play.counts("running")).toEqual({ running: 4 });
    await play.set("laneWorkers", 0);
    await play.press("burst");
    await play.step(50);
    expect(await play.counts("running")).toEqual({ running: 6 });
  });

  it("period is between two starts of a slot of a lane", async () => {
    await play.burst({ ...TWO, limit: 0, laneWorkers: 1, lanePeriod: 300, burst: 6 });
    await play.step(1000);
    expect(await play.times("start")).toEqual([0, 0, 300, 300, 600, 600]);
  });

  it("queueSize is how many places a lane may take: offer is refused beyond them, for that lane only", async () => {
    await play.burst({ ...TWO, limit: 0, way: "offer", laneWorkers: 1, laneQueueSize: 2, burst: 12 });
    await play.step(10);
    expect(await play.counts("queued", "full")).toEqual({ queued: 6, full: 6 });
  });

  it("429 with Retry-After holds its lane and no other, and the hold is drawn", async () => {
    await play.burst(TWO);
    await play.step(300);
    expect((await board())["a.example"]?.slice(1, 4)).toEqual(["4", "0", "1.7 s"]);
    await play.step(500);
    expect((await board())["b.example"]?.[4]).toBe("6");
    expect((await play.log("hold")).map(({ what }) => what)).toEqual(["a.example is held for 2000 ms: 429"]);
    expect(hostsOf(await play.log("finish")).filter((host) => host === "b.example")).toHaveLength(6);
    expect(await play.text("why")).toContain("for a.example, which is held");
    expect((await shares(play, "lanes", ["hold"]))["hold"]).toBeGreaterThan(0.003);
    expect(await play.page.getAttribute("#lanes", "aria-label")).toBe(
      "a.example: 0 under way, 4 waiting, held for 1.2 s",
    );
    await play.step(1500);
    const held = (await play.times("hold"))[0] ?? 0;
    const requests = await play.log("start", "finish");
    const ofA = new Set(requests.filter(({ what }) => what.endsWith("a.example")).map(({ task }) => task));
    const starts = requests.filter(({ type, task }) => type === "start" && ofA.has(task)).map(({ at }) => at);
    expect(starts.filter((at) => at > held && at < held + 2000)).toEqual([]);
    expect(starts.filter((at) => at === held + 2000)).toHaveLength(2);
  });

  it("hold off: nothing is held, and nothing of it is drawn", async () => {
    await play.burst({ ...TWO, laneHolds: false });
    await play.step(1000);
    expect(await play.log("hold")).toEqual([]);
    expect((await play.finishes()).filter((what) => what.includes("429"))).toHaveLength(5);
    expect((await shares(play, "lanes", ["hold"]))["hold"]).toBe(0);
  });

  it("maxHold is the longest hold", async () => {
    await play.burst({ ...TWO, retryAfter: 30, laneMaxHold: 500 });
    await play.step(300);
    expect((await play.log("hold")).map(({ what }) => what)).toEqual(["a.example is held for 500 ms: 429"]);
  });

  for (const way of ["send", "offer", "run", "fetch", "writable", "map"] as const) {
    it(`${way} brings each task to the lane of its origin`, async () => {
      await play.burst({ ...TWO, limit: 0, way, burst: 6 });
      await play.step(1000);
      const lanes = await board();
      expect(Object.keys(lanes)).toEqual(["a.example", "b.example"]);
      expect(Object.values(lanes).map((cells) => cells[4])).toEqual(["3", "3"]);
    });
  }
});
