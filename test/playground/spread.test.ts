import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

/** In how many columns a start is marked under the tracks, that of now and those beside it left out. */
const marks = (): Promise<number> =>
  play.page.evaluate(() => {
    const canvas = document.getElementById("tracks") as HTMLCanvasElement;
    const scale = canvas.height / canvas.clientHeight;
    const row = canvas.height - Math.round(20 * scale) + 1;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy?.drawImage(canvas, 0, 0);
    const data = copy?.getImageData(0, row, canvas.width, 1).data ?? [];
    const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (probe === null) return -1;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
    probe.fillRect(0, 0, 1, 1);
    const ink = probe.getImageData(0, 0, 1, 1).data.slice(0, 3).join();
    let found = 0;
    for (let x = Math.ceil(40 * scale); x < canvas.width; x++) {
      if (data.slice(x * 4, x * 4 + 3).join() === ink && data.slice(x * 4 - 4, x * 4 - 1).join() !== ink) found++;
    }
    return found;
  });

describe("The control of spread", () => {
  it("lets starts come evenly, and the marks under the tracks show it", async () => {
    const scene = { workers: 4, period: 400, burst: 8, span: 2 };
    await play.burst(scene);
    await play.step(1000);
    expect(await play.times("start")).toEqual([0, 0, 0, 0, 400, 400, 400, 400]);
    expect(await marks()).toBe(2);
    await play.burst({ ...scene, spread: true });
    await play.step(50);
    expect(await play.text("why")).toContain("for the spread: no two start within 100 ms of each other");
    await play.step(950);
    expect(await play.times("start")).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    expect(await marks()).toBe(8);
  });

  it("is off for an unpaced pool, whose starts are not marked", async () => {
    await play.burst({ workers: 4, spread: true, span: 2 });
    await play.step(50);
    expect(await play.times("start")).toEqual([0, 0, 0, 0]);
    expect(await marks()).toBe(0);
    expect(await play.page.locator("#set-spread").isDisabled()).toBe(true);
    expect(await play.page.locator("#key-starts").isVisible()).toBe(false);
    await play.set("period", 400);
    expect(await play.page.locator("#set-spread").isDisabled()).toBe(false);
    expect(await play.page.locator("#key-starts").isVisible()).toBe(true);
  });

  it("of a lane spreads its own starts", async () => {
    await play.burst({ lanes: "origin", hosts: 2, laneWorkers: 2, lanePeriod: 400, laneSpread: true, burst: 8 });
    await play.step(700);
    expect(await play.times("start")).toEqual([0, 0, 200, 200, 400, 400, 600, 600]);
  });
});
