import { describe, expect, it } from "vitest";
import type { EvenFrames } from "./support/even-frames.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares as sharesOf } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** The shares of the tracks' pixels that have each colour of an outcome. */
const shares = (play: PlaygroundPage): Promise<Record<string, number>> =>
  sharesOf(play, "tracks", ["ok", "status", "failed", "up", "flight"]);

/** Where the first pixel of an outcome's colour is, as a share of the width right of the margin; 1: nowhere. */
const firstColumn = (play: PlaygroundPage, id: string, color: string): Promise<number> =>
  play.page.evaluate(
    ([canvasId, name]) => {
      const canvas = document.getElementById(canvasId) as HTMLCanvasElement;
      const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      // Of a copy: what is drawn on the screen is not made to be read.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const data = copy?.getImageData(0, 0, canvas.width, canvas.height).data;
      if (probe === null || data === undefined) return -1;
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      const margin = (40 * canvas.width) / canvas.clientWidth;
      for (let x = Math.ceil(margin); x < canvas.width; x++) {
        for (let y = 0; y < canvas.height; y++) {
          const at = (y * canvas.width + x) * 4;
          if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) {
            return (x - margin) / (canvas.width - margin);
          }
        }
      }
      return 1;
    },
    [id, color] as const,
  );

/** How many bars lie in the first track, told apart by columns in the track's own colour between them. */
const bars = (play: PlaygroundPage): Promise<number> =>
  play.page.evaluate(() => {
    const canvas = document.getElementById("tracks") as HTMLCanvasElement;
    const row = Math.round((10 * canvas.height) / canvas.clientHeight);
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy?.drawImage(canvas, 0, 0);
    const data = copy?.getImageData(0, row, canvas.width, 1).data ?? [];
    const margin = Math.ceil((40 * canvas.width) / canvas.clientWidth);
    const colorAt = (x: number): string => data.slice(x * 4, x * 4 + 3).join();
    const ground = colorAt(canvas.width - 4);
    let found = 0;
    for (let x = margin; x < canvas.width; x++) {
      // A bar is at least five pixels wide; the lines of the grid and of now are not, and lie elsewhere.
      const isBar = [0, 1, 2, 3, 4].every((more) => colorAt(x + more) !== ground);
      if (isBar && colorAt(x - 1) === ground) found++;
    }
    return found;
  });

describe("The pictures", () => {
  it("paint a track in the colour of how each transaction ended", async () => {
    const play = await pages.open({ ...STILL, workers: 2, burst: 2, span: 2, body: 64, speed: 100, latency: 10 });
    await play.press("burst");
    await play.step(300);
    expect((await shares(play))["flight"]).toBeGreaterThan(0.05);
    await play.step(1000);
    expect((await shares(play))["flight"]).toBe(0);
    expect((await shares(play))["ok"]).toBeGreaterThan(0.2);
    await play.set("errors", 100);
    await play.set("span", 5);
    await play.press("burst");
    await play.step(300);
    expect((await shares(play))["status"]).toBeGreaterThan(0.0005);
  });

  it("forget what has left the time shown", async () => {
    const play = await pages.open({ ...STILL, workers: 2, burst: 2, span: 2, body: 64, speed: 100, latency: 10 });
    await play.press("burst");
    await play.step(1500);
    expect((await shares(play))["ok"]).toBeGreaterThan(0.2);
    await play.step(1000);
    await play.step(1000);
    expect(await shares(play)).toEqual({ ok: 0, status: 0, failed: 0, up: 0, flight: 0 });
  });

  it("tell of the transaction under the pointer", async () => {
    const play = await pages.open({ ...STILL, workers: 1, burst: 1, span: 2, latency: 900 });
    await play.press("burst");
    await play.step(1000);
    const box = await play.page.locator("#tracks").boundingBox();
    if (box === null) throw new Error("The tracks are not shown");
    // The axis begins with the scene: a quarter of it is the first half of a second, when the request was under way.
    await play.page.mouse.move(box.x + 40 + (box.width - 40) * 0.25, box.y + 20);
    await expect.poll(() => play.text("tip")).toContain("Task #1");
    expect(await play.text("tip")).toContain("headers after 900 ms");
  });

  it("fill from the left: at first nothing of them is empty but what is yet to come", async () => {
    const play = await pages.open({ ...STILL, workers: 1, burst: 1, span: 10, latency: 400, body: 40, speed: 100 });
    await play.press("burst");
    await play.step(1000);
    const first = await firstColumn(play, "tracks", "ok");
    expect(first).toBeLessThan(0.12);
    for (const at of [3000, 5000, 4000]) await play.step(at);
    expect(await firstColumn(play, "tracks", "ok")).toBe(1);
  });

  it("keep neighbours apart: between two bars is a gap", async () => {
    const play = await pages.open({ ...STILL, workers: 1, burst: 6, span: 2, latency: 110, body: 0 });
    await play.press("burst");
    await play.step(700);
    expect(await bars(play)).toBe(6);
  });

  it("show as many cells as the figures beside them say, in 300 frames", async () => {
    const play = await pages.open(
      {
        ...STILL,
        tempo: "x1",
        workers: 7,
        queueSize: 9,
        period: 500,
        spread: true,
        latency: 200,
        rate: 4,
        burst: 9,
        every: 1,
        shape: "tail",
      },
      { frameMs: 40 },
    );
    const pairs = await play.page.evaluate(async () => {
      const found: string[] = [];
      const { nextFrame } = globalThis as unknown as EvenFrames;
      // A machine that is slow to let the clock go on draws more of them.
      for (let seconds = 0; found.length < 300 || seconds < 10;) {
        await nextFrame();
        seconds = Number.parseFloat(document.getElementById("time")?.textContent ?? "");
        const figures = ["n-queue", "n-slots"].map((id) => Number(document.getElementById(id)?.textContent));
        const cells = [9, 7].map((places, which) => {
          const canvas = document.getElementById(which === 0 ? "flow-queue" : "flow-slots") as HTMLCanvasElement;
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
          copy?.drawImage(canvas, 0, 0);
          const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height);
          const pitch = Math.min(Math.floor(canvas.clientWidth / places), 26);
          const scale = canvas.width / canvas.clientWidth;
          let full = 0;
          for (let at = 0; at < places; at++) {
            const middle = Math.round(((at + 0.5) * pitch - Math.max(1, pitch * 0.22) / 2) * scale);
            const row = Math.round((pitch / 2 - 2) * scale);
            if ((pixels?.data[(row * canvas.width + middle) * 4 + 3] ?? 0) > 0) full++;
          }
          return full;
        });
        found.push(`${figures.join()} ${cells.join()}`);
      }
      return found;
    });
    expect(new Set(pairs).size).toBeGreaterThan(20);
    expect(pairs.filter((pair) => pair.split(" ")[0] !== pair.split(" ")[1])).toEqual([]);
  });

  it("say in words what they show", async () => {
    const play = await pages.open({ ...STILL, workers: 2, rate: 20 });
    await play.step(3000);
    expect(await play.page.getAttribute("#tracks", "aria-label")).toContain("2 slots: 2 busy now");
    await expect.poll(() => play.page.getAttribute("#throughput", "aria-label")).toContain("answered 20 a second");
    await expect.poll(() => play.page.getAttribute("#latency", "aria-label")).toContain("half within 1");
  });
});
