import { describe, expect, it } from "vitest";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** Something different at each moment. */
const SCENE: Settings = {
  ...STILL,
  workers: 7,
  queueSize: 9,
  rate: 30,
  burst: 14,
  every: 1,
  latency: 260,
  shape: "tail",
  limit: 12,
  retryAfter: 1,
  span: 2,
};

/** All that the page tells of a moment. */
const told = async (play: PlaygroundPage): Promise<Record<string, unknown>> => ({
  time: await play.time(),
  counts: await play.counts("queued", "started", "succeeded", "failed", "waiting", "running"),
  figures: await Promise.all(["n-line", "n-queue", "n-slots", "n-server", "of-slots"].map((id) => play.text(id))),
  troubles: await Promise.all(["count-limited", "share-limited"].map((id) => play.text(id))),
  starts: await play.page.getAttribute("#starts", "aria-label"),
  log: (await play.log()).at(-1),
});

/** How many cells of queue and slots are full, by their pixels. */
const cells = (play: PlaygroundPage): Promise<number[]> =>
  play.page.evaluate(() =>
    (
      [
        ["flow-queue", 9],
        ["flow-slots", 7],
      ] as const
    ).map(([id, places]) => {
      const canvas = document.getElementById(id) as HTMLCanvasElement;
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
    }),
  );

/** What the tracks look like. */
const picture = (play: PlaygroundPage): Promise<string> =>
  play.page.evaluate(() => (document.getElementById("tracks") as HTMLCanvasElement).toDataURL());

/** Drags the timeline from now back to a share of the time that has passed. */
async function dragTo(play: PlaygroundPage, share: number): Promise<void> {
  const box = await play.page.locator("#past").boundingBox();
  if (box === null) throw new Error("The timeline is not shown");
  // The middle of the thumb goes from half of it to half of it.
  const x = (at: number): number => box.x + 8 + (box.width - 16) * at;
  await play.page.mouse.move(x(1), box.y + box.height / 2);
  await play.page.mouse.down();
  await play.page.mouse.move(x(share), box.y + box.height / 2, { steps: 4 });
  await play.page.mouse.up();
  await play.settled();
}

describe("Looking back", () => {
  it("shows each moment as it was, in figures, words, lists and pictures", async () => {
    const play = await pages.open(SCENE);
    const before: Record<string, unknown>[] = [];
    for (let moment = 0; moment < 5; moment++) {
      await play.step(1000);
      before.push(await told(play));
    }
    expect(new Set(before.map(({ figures }) => JSON.stringify(figures))).size).toBeGreaterThan(3);
    await play.page.focus("#past");
    for (const then of before.toReversed().slice(1)) {
      await play.page.keyboard.press("PageDown");
      await play.settled();
      expect(await told(play)).toEqual(then);
      const [line, queue, slots] = then["figures"] as string[];
      expect(await cells(play), `${line} in line`).toEqual([Number(queue), Number(slots)]);
    }
    await play.page.keyboard.press("Home");
    await play.settled();
    expect(await play.time()).toBe(0);
    expect(await play.counts("queued", "running", "succeeded")).toEqual({ queued: 14, running: 7, succeeded: 0 });
    await play.page.keyboard.press("End");
    await play.settled();
    expect(await told(play)).toEqual(before.at(-1));
    expect(await play.page.isDisabled("#to-now")).toBe(true);
  });

  it("draws the tracks of then, whoever comes to that moment by whatever way", async () => {
    const play = await pages.open(SCENE);
    await play.step(1500);
    const first = await picture(play);
    await play.step(1500);
    expect(await picture(play)).not.toBe(first);
    await play.page.focus("#past");
    for (let page = 0; page < 2; page++) await play.page.keyboard.press("PageDown");
    for (let key = 0; key < 4; key++) await play.page.keyboard.press("ArrowRight");
    for (let key = 0; key < 10; key++) await play.page.keyboard.press("Shift+ArrowRight");
    await play.settled();
    expect(await play.time()).toBe(1500);
    expect(await play.page.inputValue("#past")).toBe("1500");
    expect(await play.page.getAttribute("#past", "aria-valuetext")).toBe("1.50 s, 1.50 s ago");
    // By its frozen steps: 10 ms back and 10 on.
    await play.press("step-10");
    expect(await play.time()).toBe(1510);
    await play.page.focus("#past");
    await play.page.keyboard.press("Shift+ArrowLeft");
    await play.settled();
    expect(await play.time()).toBe(1500);
    await play.press("to-now");
    await play.settled();
    expect(await play.time()).toBe(3000);
  });

  it("holds time while somebody drags, and Now lets it go on; what one does is done now", async () => {
    const play = await pages.open({ ...SCENE, tempo: "x1" });
    await expect.poll(() => play.time()).toBeGreaterThan(1500);
    await dragTo(play, 0.4);
    const then = await play.time();
    const end = await play.page.getAttribute("#past", "max");
    expect(then).toBe(10 * Math.floor(Number(await play.page.inputValue("#past")) / 10));
    expect(then).toBeLessThan(Number(end) / 2);
    await play.page.waitForTimeout(400);
    expect(await play.time()).toBe(then);
    expect(await play.page.getAttribute("#past", "max")).toBe(end);
    expect(await play.text("past-words")).toContain("ago");
    expect(await cells(play)).toEqual([Number(await play.text("n-queue")), Number(await play.text("n-slots"))]);
    await play.press("to-now");
    await expect.poll(() => play.time()).toBeGreaterThan(Number(end) + 100);
    await dragTo(play, 0.4);
    expect(await play.page.isDisabled("#to-now")).toBe(false);
    await play.page.click("[data-way=send]");
    await expect.poll(() => play.time()).toBeGreaterThan(Number(end) + 100);
    await dragTo(play, 0.4);
    await play.set("rate", 1);
    await expect.poll(() => play.time()).toBeGreaterThan(Number(end) + 100);
  });

  it("moves nothing under the finger that drags", async () => {
    for (const width of [375, 1280]) {
      const play = await pages.open({ ...SCENE, tempo: "x1" }, { viewport: { width, height: 900 } });
      await expect.poll(() => play.time()).toBeGreaterThan(500);
      const top = (): Promise<number> =>
        play.page.evaluate(() => (document.getElementById("past")?.getBoundingClientRect().top ?? 0) + scrollY);
      const before = await top();
      await play.page.focus("#past");
      await play.page.keyboard.press("ArrowLeft");
      await play.settled();
      expect(await play.page.isDisabled("#to-now")).toBe(false);
      expect(await top(), `${width} px`).toBe(before);
    }
  });

  it("in real time freezes the picture, and misses nothing", async () => {
    const play = await pages.open({ ...SCENE, tempo: "real" });
    await expect.poll(() => play.time()).toBeGreaterThan(1200);
    await play.page.focus("#past");
    await play.page.keyboard.press("ArrowLeft");
    await play.settled();
    const [then, { queued }] = [await play.time(), await play.counts("queued")];
    await play.page.waitForTimeout(300);
    expect([await play.time(), await play.counts("queued")]).toEqual([then, { queued }]);
    // What is said of now goes on.
    const waited = await play.text("waits-mean");
    await expect.poll(() => play.text("waits-mean")).not.toBe(waited);
    await play.page.keyboard.press("End");
    await expect.poll(async () => (await play.counts("queued")).queued).toBeGreaterThan(queued + 3);
  });

  it("ends with the scene that it looks back at", async () => {
    const play = await pages.open(SCENE);
    await play.step(1000);
    await play.page.focus("#past");
    await play.page.keyboard.press("Home");
    await play.press("restart");
    await play.settled();
    expect(await play.page.isDisabled("#to-now")).toBe(true);
    expect(await play.page.evaluate(() => document.documentElement.hasAttribute("data-past"))).toBe(false);
  });
});
