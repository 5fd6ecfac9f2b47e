import { say } from "../page/element.ts";
import { seconds } from "../page/seconds.ts";
import type { Scene } from "../scene/scene.ts";
import type { Player } from "../time/player.ts";

/** The elements of a timeline. */
export interface TimelineElements {
  readonly range: HTMLInputElement;
  readonly now: HTMLButtonElement;
  readonly words: HTMLElement;
}

/** What a timeline looks back over. */
export interface TimelineHost {
  scene(): Scene;
  player(): Player;
  /** Another moment is to be seen. */
  onLook(): void;
}

/** ms that a key goes back or on. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -100,
  ArrowDown: -100,
  ArrowRight: 100,
  ArrowUp: 100,
  PageDown: -1000,
  PageUp: 1000,
};
/** With Shift it is finer by so much. */
const FINER = 10;

/** Looks back over what is remembered of a scene. Meanwhile its time stands still, where that can be. */
export class Timeline {
  readonly #elements: TimelineElements;
  readonly #host: TimelineHost;
  #at: number | undefined;
  /** Now, when somebody began to look back: the right end does not run away from who drags. */
  #end = 0;
  #wasFrozen = false;

  constructor(elements: TimelineElements, host: TimelineHost) {
    this.#elements = elements;
    this.#host = host;
    elements.range.addEventListener("input", () => this.#lookAt(Number(elements.range.value)));
    // Not before it is let go of, or time would run away from who drags.
    elements.range.addEventListener("change", () => this.#settle());
    elements.range.addEventListener("keydown", (event) => this.#onKey(event));
    elements.now.addEventListener("click", () => {
      this.toNow();
      elements.range.focus(); // the button goes, and with it the focus
    });
  }

  /** The moment that is looked at, in ms of the scene; undefined: now. */
  get at(): number | undefined {
    // Somebody has let time go on.
    if (this.#at !== undefined && !this.#host.player().frozen) this.#at = undefined;
    // What was looked at may have been forgotten meanwhile.
    return this.#at === undefined ? undefined : Math.max(this.#at, this.#begins);
  }

  /** Goes back to now. Time goes on if it did before. */
  toNow(): void {
    if (this.at !== undefined) this.#host.player().frozen = this.#wasFrozen;
    this.#at = undefined;
    this.show();
    this.#host.onLook();
  }

  /** Goes on by so many ms in what has been, or to the next thing that happened. @returns Whether that is looked at. */
  step(ms?: number): boolean {
    const { at } = this;
    if (at === undefined) return false;
    const next = ms === undefined ? this.#host.scene().history.after(at) : at + ms;
    if (next < this.#end) this.#lookAt(next);
    else {
      // It is now, and time still stands.
      this.#at = undefined;
      this.#host.onLook();
    }
    return true;
  }

  /** Whether time stands still only because somebody looks back. */
  get isHolding(): boolean {
    return this.at !== undefined && !this.#wasFrozen;
  }

  /** Another scene has begun: there is nothing to look back at. */
  clear(): void {
    this.#at = undefined;
  }

  /** Shows where it is, and how far back it goes. */
  show(): void {
    const { range, now: button, words } = this.#elements;
    const { at } = this;
    const now = this.#host.scene().clock.now();
    const begins = this.#begins;
    const end = Math.floor(at === undefined ? now : this.#end);
    range.min = String(Math.min(begins, end));
    range.max = String(end);
    range.value = String(at ?? end);
    range.setAttribute("aria-valuetext", at === undefined ? "Now" : `${seconds(at)}, ${seconds(now - at)} ago`);
    document.documentElement.toggleAttribute("data-past", at !== undefined);
    button.disabled = at === undefined;
    const kept = "10 minutes, or 24,000 changes";
    const back =
      begins === 0
        ? `Look back: everything is remembered, up to ${kept}.`
        : `Look back: to ${seconds(begins)}. What was before is forgotten: ${kept}, are kept.`;
    say(words, at === undefined ? back : `As it was at ${seconds(at)}, ${seconds(now - at)} ago.`);
  }

  /** The earliest moment that is remembered. */
  get #begins(): number {
    const { clock, history } = this.#host.scene();
    return Math.ceil(history.begins(clock.now()));
  }

  #lookAt(at: number): void {
    if (this.at === undefined) {
      const player = this.#host.player();
      this.#wasFrozen = player.frozen;
      player.frozen = true;
      this.#end = this.#host.scene().clock.now();
    }
    this.#at = Math.min(Math.max(at, this.#begins), Math.floor(this.#end));
    this.show();
    this.#host.onLook();
  }

  #settle(): void {
    if (this.#at !== undefined && this.#at >= Math.floor(this.#end)) this.toNow();
  }

  #onKey(event: KeyboardEvent): void {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return; // the browser's own, as Back is
    const ms = KEYS[key];
    if (ms !== undefined) {
      this.#lookAt(Math.round((this.at ?? this.#host.scene().clock.now()) + (shiftKey ? ms / FINER : ms)));
      this.#settle();
    } else if (key === "Home") this.#lookAt(0);
    else if (key === "End") this.toNow();
    else return;
    event.preventDefault();
  }
}
