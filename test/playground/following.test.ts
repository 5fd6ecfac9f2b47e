import { describe, expect, it } from "vitest";
import type { EvenFrames } from "./support/even-frames.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** One slot for each of two lanes, five places, and senders in line. */
const SCENE = {
  ...STILL,
  workers: 2,
  queueSize: 5,
  laneQueueSize: 5,
  burst: 10,
  hosts: 2,
  lanes: "origin",
  laneWorkers: 1,
  span: 2,
} as const;

const title = (play: PlaygroundPage): Promise<string> => play.text("life-title");

/** Clicks on a canvas, at a place in CSS pixels from its corner. */
async function clickOn(play: PlaygroundPage, id: string, x: number, y: number): Promise<void> {
  await play.page.locator(`#${id}`).click({ position: { x, y } });
}

/** How much of a picture is in the colour of what is followed. */
async function inked(play: PlaygroundPage, id: string): Promise<number> {
  return (await shares(play, id, ["ink"]))["ink"] ?? 0;
}

/** In how many of 60 frames after a burst somebody was on the way, and whether anybody was in the last. */
function flights(play: PlaygroundPage): Promise<{ readonly frames: number; readonly isLast: boolean }> {
  return play.page.evaluate(async () => {
    const { nextFrame } = globalThis as unknown as EvenFrames;
    const canvas = document.querySelector<HTMLCanvasElement>(".travel");
    if (canvas === null) throw new Error("Nothing to travel on");
    const isSeen = (): boolean => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      return copy?.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0) ?? false;
    };
    for (let frame = 0; frame < 5; frame++) await nextFrame();
    document.getElementById("burst")?.click();
    const seen: boolean[] = [];
    for (let frame = 0; frame < 60; frame++) {
      await nextFrame();
      seen.push(isSeen());
    }
    return { frames: seen.filter(Boolean).length, isLast: seen.at(-1) ?? false };
  });
}

describe("A task", () => {
  it("is followed by a click in any picture, and is marked in all that show it", async () => {
    const play = await pages.open(SCENE);
    await play.press("burst");
    await play.step(50);
    const clean = { tracks: await inked(play, "tracks"), lanes: await inked(play, "lanes") };
    await clickOn(play, "flow-line", 8, 8);
    expect(await title(play)).toBe("A task without a number yet (the load’s 8): its life");
    expect(await play.text("life-tells")).toBe("Has waited 50 ms in line. It stands in line.");
    expect(await inked(play, "flow-line")).toBeGreaterThan(0);
    await clickOn(play, "flow-queue", 8, 8);
    expect(await title(play)).toBe("Task #3: its life");
    expect(await play.text("life-tells")).toBe("Has waited 50 ms for a slot of its lane. It waits.");
    expect(await inked(play, "flow-line")).toBe(0);
    expect(await inked(play, "flow-queue")).toBeGreaterThan(0);
    await clickOn(play, "flow-slots", 8, 8);
    expect(await title(play)).toBe("Task #1: its life");
    for (const id of ["flow-slots", "flow-server"]) expect(await inked(play, id), id).toBeGreaterThan(0);
    for (const id of ["tracks", "lanes"] as const) expect(await inked(play, id), id).toBeGreaterThan(clean[id]);
    await clickOn(play, "flow-server", 34, 8);
    expect(await title(play)).toBe("Task #2: its life");
    const width = (await play.page.locator("#tracks").boundingBox())?.width ?? 0;
    // What was under way in the first 50 ms of two seconds.
    const early = 40 + (width - 40) * 0.012;
    await clickOn(play, "tracks", early, 20);
    expect(await title(play)).toBe("Task #1: its life");
    await clickOn(play, "lanes", early, 25);
    expect(await title(play)).toBe("Task #2: its life");
  });

  it("is followed through its stations, and is announced twice: when it is followed, and at its end", async () => {
    const play = await pages.open(SCENE);
    await play.press("burst");
    await play.step(20);
    await play.page.evaluate(() => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      const element = document.getElementById("life-said");
      if (element === null) throw new Error("Nobody says anything");
      new MutationObserver(() => said.push(element.textContent)).observe(element, { childList: true });
    });
    await clickOn(play, "flow-line", 8, 8);
    for (let look = 0; look < 6; look++) await play.step(100);
    const tells = "Waited 300 ms: 100 in line, 200 for a slot of its lane; answered (200) 400 ms after it came.";
    expect(await play.text("life-tells")).toBe(tells);
    expect(await play.page.locator("#life-chapters li").allTextContents()).toEqual([
      "0.000 scamestood in line for 100 ms",
      "0.100 squeuedwaited 200 ms for a slot of its lane",
      "0.300 sslot 1headers after 100 ms",
      "0.400 sthe endanswered (200) 400 ms after it came",
    ]);
    const said = await play.page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    expect(said).toEqual([expect.stringContaining("It stands in line."), expect.stringContaining(tells)]);
    await play.page.keyboard.press("Escape");
    expect(await title(play)).toBe("A task’s life");
    expect(await inked(play, "flow-slots")).toBe(0);
  });

  it("is followed by keyboard alone, from the log or from one to the next", async () => {
    const play = await pages.open(SCENE);
    const { keyboard } = play.page;
    await play.press("burst");
    await play.step(20);
    const numbers = play.page.locator("#log tr:not([hidden]) button:not([hidden])");
    const sizes = await numbers.evaluateAll((buttons) =>
      buttons.flatMap((button) => [button.getBoundingClientRect().width, button.getBoundingClientRect().height]),
    );
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
    const stops = await numbers.evaluateAll((buttons) => buttons.filter((button) => button.tabIndex === 0).length);
    expect(stops).toBe(1);
    const focused = (): Promise<string> => play.page.evaluate(() => document.activeElement?.textContent ?? "");
    await play.page.locator(".log").focus();
    await keyboard.press("Tab");
    const first = await focused();
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    const third = await focused();
    expect(third).not.toBe(first);
    await keyboard.press("Enter");
    expect(await title(play)).toBe(`Task ${third}: its life`);
    expect(await focused()).toBe(third);
    expect(await play.page.locator("#log tr[aria-current='true']").count()).toBeGreaterThan(0);
    await keyboard.press("Escape");
    expect(await title(play)).toBe("A task’s life");
    for (const [id, expected] of [
      ["life-previous", "A task’s life"],
      ["life-newest", "Task #7: its life"],
      ["life-previous", "Task #6: its life"],
      ["life-next", "Task #7: its life"],
      ["life-next", "A task without a number yet (the load’s 8): its life"],
      ["life-off", "A task’s life"],
    ] as const) {
      await play.page.focus(`#${id}`);
      await keyboard.press("Enter");
      expect(await title(play), id).toBe(expected);
      expect(await play.page.evaluate(() => document.activeElement?.id)).toBe(id);
    }
  });

  it("that was refused is found in the log", async () => {
    const play = await pages.open({ ...SCENE, way: "offer" });
    await play.press("burst");
    await play.step(10);
    await play.page.locator("#log tr[data-kind='reject'] button").first().click();
    expect(await play.text("life-tells")).toContain("refused: the queue was full");
  });

  it("is let go when another scene begins", async () => {
    const play = await pages.open(SCENE);
    await play.press("burst");
    await play.step(10);
    await clickOn(play, "flow-queue", 8, 8);
    await play.press("restart");
    expect(await title(play)).toBe("A task’s life");
  });
});

describe("Tasks on their way", () => {
  it("are seen for a moment", async () => {
    const play = await pages.open(SCENE, { frameMs: 20 });
    const { frames, isLast } = await flights(play);
    expect(frames).toBeGreaterThan(2);
    expect(isLast).toBe(false);
  });

  it("are not, for those who asked for less motion: they are where they are", async () => {
    const play = await pages.open(SCENE, { frameMs: 20, reducedMotion: "reduce" });
    expect(await flights(play)).toEqual({ frames: 0, isLast: false });
    expect(await play.text("n-queue")).toBe("5");
  });
});
