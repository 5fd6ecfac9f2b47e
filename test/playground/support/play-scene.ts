import type { Life } from "../../../playground/src/scene/life.ts";
import { Scene } from "../../../playground/src/scene/scene.ts";
import type { Settings } from "../../../playground/src/settings/settings.ts";
import { Player } from "../../../playground/src/time/player.ts";

/** A scene without a page. Its time goes on by steps alone. */
export interface PlayedScene {
  readonly scene: Scene;
  step(ms: number): Promise<void>;
  /** What is remembered of the tasks, in the order in which they came. */
  lives(): Life[];
}

/** Plays a scene that lives by a virtual clock, in Node. */
export function playScene(settings: Settings): PlayedScene {
  const scene = new Scene(() => ({ ...settings, tempo: "step", compare: "none", world: "simulated" }));
  const player = new Player(scene.clock, "step");
  scene.load.start();
  return {
    scene,
    step: (ms) => player.step(ms),
    lives: () => {
      const found: Life[] = [];
      for (let number = 1; ; number++) {
        const life = scene.lives.byNumber(number);
        if (life === undefined) return found;
        found.push(life);
      }
    },
  };
}
