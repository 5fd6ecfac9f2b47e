import type { Settings } from "../settings/settings.ts";
import { Player } from "../time/player.ts";
import { Scene } from "./scene.ts";

/** The scene that is played, and who lets its time go on: another takes its place when the pool has to begin anew. */
export class Stage {
  readonly #settings: () => Settings;
  #scene: Scene;
  #player: Player;

  constructor(settings: () => Settings) {
    this.#settings = settings;
    this.#scene = new Scene(settings);
    this.#player = this.#newPlayer();
  }

  get scene(): Scene {
    return this.#scene;
  }

  get player(): Player {
    return this.#player;
  }

  /** Ends the scene and sets another. */
  restart(): void {
    this.#player.stop();
    this.#scene.dispose();
    this.#scene = new Scene(this.#settings);
    this.#player = this.#newPlayer();
  }

  #newPlayer(): Player {
    const { clock, history } = this.#scene;
    return new Player(clock, this.#settings().tempo, () => history.look());
  }
}
