import type { Scene } from "../scene/scene.ts";
import type { Preset } from "../settings/preset.ts";
import type { Settings } from "../settings/settings.ts";
import { type Try, TRIES } from "../settings/tries.ts";
import { byId, say } from "../page/element.ts";
import { type Sighting, sightingFor } from "./sightings.ts";

/** ms between two changes of what has been seen: it is a sentence to be read. */
const EVERY = 1000;

/** What one will see, what has been seen of it, and one thing to try: before all else. */
export class Verdict {
  readonly #watch = byId("watch", HTMLElement);
  readonly #seen = byId("seen", HTMLElement);
  readonly #button = byId("try", HTMLButtonElement);
  /** The last one that was pressed: what it shows is still to be seen when somebody changes something of it. */
  #preset: Preset | undefined;
  #try: Try | undefined;
  #sighting: Sighting = sightingFor(undefined);
  #saidAt = Number.NEGATIVE_INFINITY;

  /** @param change Takes up what is tried. */
  constructor(change: (patch: Partial<Settings>) => void) {
    this.#button.addEventListener("click", () => {
      if (this.#try !== undefined) change(this.#try.change);
    });
  }

  /**
   * The scene is another one.
   *
   * @param preset The one that it is; undefined: somebody's own.
   * @param isNew It comes from elsewhere: it is no change of the last preset.
   */
  show(preset: Preset | undefined, settings: Settings, isNew: boolean): void {
    if (preset !== undefined || isNew) this.#preset = preset;
    const id = this.#preset?.id;
    this.#sighting = sightingFor(id);
    this.#try = id === undefined ? undefined : TRIES.get(id);
    const isTried = this.#try !== undefined && isChanged(this.#preset, this.#try, settings);
    this.#button.hidden = preset === undefined || this.#try === undefined;
    say(this.#button, this.#try?.label ?? "");
    say(this.#watch, preset?.about ?? (isTried ? this.#try?.watch : undefined) ?? OWN);
    this.#saidAt = Number.NEGATIVE_INFINITY;
  }

  /** Says what has been seen so far. */
  draw(scene: Scene, settings: Settings): void {
    const now = performance.now();
    if (now - this.#saidAt < EVERY) return;
    this.#saidAt = now;
    say(this.#seen, scene.recorder.tally.queued === 0 ? "nothing yet." : this.#sighting(scene, settings));
  }
}

const OWN = "Your own scene. Its address holds every setting.";

/** Whether the settings are the preset's with just this change. */
function isChanged(preset: Preset | undefined, { change }: Try, settings: Settings): boolean {
  if (preset === undefined) return false;
  const wanted: Settings = { ...preset.settings, ...change };
  return Object.entries(wanted).every(([key, value]) => settings[key as keyof Settings] === value);
}
