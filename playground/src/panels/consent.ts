import { hostAbroad } from "../scene/abroad.ts";
import { POLITE_RATE } from "../scene/load.ts";
import type { Settings } from "../settings/settings.ts";

/** Asks before anything is sent to hosts of other people: a link may have come from anybody. */
export class Consent {
  readonly #box: HTMLElement;
  readonly #words: HTMLElement;
  /** Hosts that somebody has pressed Start for. */
  readonly #given = new Set<string>();
  #host: string | undefined;

  /** @param onGiven Somebody has pressed Start. */
  constructor(box: HTMLElement, words: HTMLElement, button: HTMLButtonElement, onGiven: () => void) {
    this.#box = box;
    this.#words = words;
    button.addEventListener("click", () => {
      if (this.#host !== undefined) this.#given.add(this.#host);
      this.#box.hidden = true;
      onGiven();
    });
  }

  /** Whether requests may be sent. If not, it asks. */
  ask(settings: Settings): boolean {
    this.#host = hostAbroad(settings);
    const mayGo = this.#host === undefined || this.#given.has(this.#host);
    this.#box.hidden = mayGo;
    if (!mayGo) {
      this.#words.textContent = `This scene sends real requests from this browser to ${this.#host}: at most ${POLITE_RATE} at once, and ${POLITE_RATE} a second. Nothing has been sent yet.`;
    }
    return mayGo;
  }
}
