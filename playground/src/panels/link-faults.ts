import { faultsIn } from "../settings/link.ts";
import type { Settings } from "../settings/settings.ts";
import { make } from "../page/element.ts";

/** Says what of a link could not be taken as it stands there. */
export class LinkFaults {
  readonly #box: HTMLElement;
  readonly #goTo: (key: keyof Settings) => void;

  /** @param goTo Shows the control of a setting. */
  constructor(box: HTMLElement, goTo: (key: keyof Settings) => void) {
    this.#box = box;
    this.#goTo = goTo;
  }

  /** @param settings Those that were made of the link. @returns The settings that it says wrongly. */
  show(link: string, settings: Settings): readonly (keyof Settings)[] {
    const faults = faultsIn(link);
    this.#box.hidden = faults.length === 0;
    this.#box.replaceChildren("The link is not taken as it says: ");
    for (const { key, label, text } of faults) {
      const button = make("button", { type: "button" }, `${label}: “${text}” became ${String(settings[key])}`);
      button.addEventListener("click", () => this.#goTo(key));
      this.#box.append(button, " ");
    }
    return faults.map(({ key }) => key);
  }

  /** Other settings have come. */
  hide(): void {
    this.#box.hidden = true;
  }
}
