import { make } from "../page/element.ts";
import { toLink } from "../settings/link.ts";
import type { Preset } from "../settings/preset.ts";
import { PRESETS } from "../settings/presets.ts";
import type { Settings } from "../settings/settings.ts";

/** The buttons of the presets. */
export class PresetBar {
  readonly #buttons = new Map<Preset, HTMLButtonElement>();

  /** @param onPick Somebody has pressed one. */
  constructor(box: HTMLElement, onPick: (preset: Preset) => void) {
    for (const preset of PRESETS) {
      const button = make("button", { type: "button" }, preset.title);
      button.dataset["preset"] = preset.id;
      button.addEventListener("click", () => onPick(preset));
      this.#buttons.set(preset, button);
    }
    box.append(...this.#buttons.values());
  }

  /** Marks the one that has these settings. @returns undefined: none has. */
  show(settings: Settings): Preset | undefined {
    const link = toLink(settings);
    const shown = PRESETS.find((preset) => toLink(preset.settings) === link);
    for (const [preset, button] of this.#buttons) button.setAttribute("aria-pressed", String(preset === shown));
    return shown;
  }
}
