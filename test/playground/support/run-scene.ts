import { VirtualClock } from "httppool/lab";
import { Scene } from "../../../playground/src/scene/scene.ts";
import { boundsOf } from "../../../playground/src/settings/meaning.ts";
import type { Settings } from "../../../playground/src/settings/settings.ts";
import { Player } from "../../../playground/src/time/player.ts";

/** Lets a scene play for so many seconds of its own time, without a page, and leaves it as it stands then. */
export async function runScene(settings: Settings, seconds: number): Promise<Scene> {
  const scene = new Scene(() => settings);
  if (!(scene.clock instanceof VirtualClock)) throw new TypeError("This scene lives by real time");
  const player = new Player(scene.clock, "step");
  scene.load.start();
  for (let second = 0; second < seconds; second++) {
    await player.step(1000);
    scene.sample();
    scene.recorder.series.advance(scene.clock.now(), boundsOf(settings, scene.pool.workers));
  }
  return scene;
}
