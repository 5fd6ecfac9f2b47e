import { describe, expect, it } from "vitest";
import { PastTracks } from "../../playground/src/scene/past-tracks.ts";
import { Scene } from "../../playground/src/scene/scene.ts";
import { type Snapshot, snapshotOf } from "../../playground/src/scene/snapshot.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { Player } from "../../playground/src/time/player.ts";
import { ANGRY, BUSY } from "./support/playground-page.ts";

/** Plays a scene, and looks at it after each step. */
async function seen(settings: Settings, steps: number, ms: number): Promise<{ scene: Scene; live: Snapshot[] }> {
  const scene = new Scene(() => settings);
  const player = new Player(scene.clock, "step", () => scene.history.look());
  scene.load.start();
  const live: Snapshot[] = [];
  for (let step = 0; step < steps; step++) {
    await player.step(ms);
    scene.history.look();
    live.push(snapshotOf(scene));
  }
  return { scene, live };
}

describe("What is remembered of a moment", () => {
  const scenes: [string, Settings][] = [
    ["busy", BUSY],
    ["lanes and retries", ANGRY],
    ["pulled", { ...BUSY, way: "map", rate: 60 }],
    ...PRESETS.filter(({ settings }) => !settings.compare).map(({ title, settings }): [string, Settings] => [
      title,
      { ...settings, tempo: "step" },
    ]),
  ];
  for (const [title, settings] of scenes) {
    it(`is what was to be seen then: ${title}`, async () => {
      const { scene, live } = await seen(settings, 90, 37);
      for (const moment of live) expect(scene.history.at(moment.at), `${moment.at} ms`).toEqual(moment);
      expect(new Set(live.map(({ waiting, running, line }) => `${waiting} ${running} ${line}`)).size).toBeGreaterThan(3);
    });
  }
});
