import { describe, expect, it } from "vitest";
import { chaptersOf, nameOf, tell } from "../../playground/src/panels/life-story.ts";
import type { Life } from "../../playground/src/scene/life.ts";
import { movesBetween, type Place } from "../../playground/src/pictures/moves.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { playScene } from "./support/play-scene.ts";
import { STILL } from "./support/playground-page.ts";

const SCENE: Settings = { ...STILL, workers: 1, queueSize: 2, period: 250, burst: 4 };

/** What is told of the tasks of a burst, so many ms after it. */
async function storiesOf(settings: Settings, ms: number): Promise<{ tells: string[]; steps: string[][] }> {
  const { scene, step, lives } = playScene(settings);
  scene.load.burst();
  await step(ms);
  const { ledger } = scene.lives;
  const now = scene.clock.now();
  const stories = {
    tells: lives().map((life) => tell(life, ledger, now)),
    steps: lives().map((life) =>
      chaptersOf(life, ledger, now).map(({ at, what, words }) => `${Math.round(at)} ${what}: ${words}`),
    ),
  };
  scene.dispose();
  return stories;
}

const life = (number: number): Life => ({
  number,
  lane: "",
  cameAt: 0,
  id: undefined,
  queuedAt: undefined,
  stages: [],
  end: undefined,
});
const at = (station: Place["station"], place: number): Place => ({ station, at: place });

describe("A task's story", () => {
  it("tells how long it waited, and for what", async () => {
    expect((await storiesOf(SCENE, 2000)).tells).toEqual([
      "Waited for nothing; answered (200) 100 ms after it came.",
      "Waited 250 ms: 100 for a slot, 150 for the pace; answered (200) 350 ms after it came.",
      "Waited 500 ms: 200 for a slot, 300 for the pace; answered (200) 600 ms after it came.",
      "Waited 750 ms: 250 in line, 200 for a slot, 300 for the pace; answered (200) 850 ms after it came.",
    ]);
  });

  it("is told while it goes on", async () => {
    expect((await storiesOf(SCENE, 50)).tells).toEqual([
      "Has not waited yet. It is under way.",
      "Has waited 50 ms for a slot. It waits.",
      "Has waited 50 ms for a slot. It waits.",
      "Has waited 50 ms in line. It stands in line.",
    ]);
  });

  it("has a chapter for each step, rests and attempts too", async () => {
    const retried = {
      ...SCENE,
      burst: 1,
      errors: 100,
      retry: true,
      retryLimit: 1,
      retryJitter: false,
      retryDelay: 200,
    };
    const { tells, steps } = await storiesOf(retried, 2000);
    const [story = ""] = tells;
    expect(story).toBe(
      "Waited 200 ms at rest; retried once after 500; error status (500) 400 ms after it came.".replaceAll(
        "500",
        /after (5\d\d)/.exec(story)?.[1] ?? "",
      ),
    );
    expect(steps[0]?.map((step) => step.replaceAll(/\b50\d/g, "5xx"))).toEqual([
      "0 came: found a place at once",
      "0 queued: waited for nothing",
      "0 attempt 1, slot 0: headers after 100 ms, 5xx: tried again in 200 ms",
      "100 rests: waited 200 ms at rest",
      "300 attempt 2, slot 0: headers after 100 ms",
      "400 the end: error status (5xx) 400 ms after it came",
    ]);
  });

  it("ends before it began, where it was refused or dropped", async () => {
    const refused = await storiesOf({ ...SCENE, way: "offer" }, 100);
    expect(refused.tells.at(-1)).toBe("Waited for nothing; refused: the queue was full.");
    const dropped = await storiesOf({ ...SCENE, patience: 60 }, 100);
    expect(dropped.tells[1]).toBe(
      "Waited 60 ms for a slot; given up (aborted) before it started, 60 ms after it came.",
    );
  });

  it("calls a task by the pool's number, once it has one", async () => {
    const { scene, lives } = playScene(SCENE);
    scene.load.burst();
    expect(lives().map(nameOf)).toEqual([
      "Task #1",
      "Task #2",
      "Task #3",
      "A task without a number yet (the load’s 4)",
    ]);
    scene.dispose();
  });
});

describe("Tasks travel", () => {
  const [one, two, three] = [life(1), life(2), life(3)];

  it("from one station to another, or from outside, and not where they only move up", () => {
    const before = new Map([
      [one, at("queue", 0)],
      [two, at("queue", 1)],
    ]);
    const after = new Map([
      [two, at("queue", 0)],
      [three, at("line", 0)],
      [one, at("slot", 2)],
    ]);
    expect(movesBetween(before, after, 9)).toEqual([
      { life: three, from: undefined, to: at("line", 0) },
      { life: one, from: at("queue", 0), to: at("slot", 2) },
    ]);
    expect(movesBetween(after, before, 9)).toEqual([{ life: one, from: at("slot", 2), to: at("queue", 0) }]);
  });

  it("no more at once than can be seen, but the followed one in any case", () => {
    const after = new Map([one, two, three].map((each, place) => [each, at("queue", place)]));
    const who = (most: number, followed?: Life): Life[] =>
      movesBetween(new Map(), after, most, followed).map((move) => move.life);
    expect(who(1)).toEqual([one]);
    expect(who(0, three)).toEqual([three]);
  });
});
