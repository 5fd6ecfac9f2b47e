import { byId, make } from "../page/element.ts";
import { keep, kept } from "../page/keep.ts";

/** Under what name it is kept that somebody wants none. */
const KEPT = "shortcuts";
const OFF = "off";

/** A key that acts for a button. */
interface Shortcut {
  readonly key: string;
  readonly does: string;
  /** The button that it presses, if it is there and may be pressed. */
  readonly button: string;
}

const SHORTCUTS: readonly Shortcut[] = [
  { key: "f", does: "Freeze, or go on", button: "freeze" },
  { key: "n", does: "Next event, while frozen", button: "step-next" },
  { key: "r", does: "Restart", button: "restart" },
  { key: "b", does: "Bring a burst", button: "burst" },
  { key: "p", does: "pause() or resume()", button: "pause" },
  { key: "t", does: "Try what the preset proposes", button: "try" },
  { key: "s", does: "Go to the settings", button: "to-settings" },
  { key: "/", does: "Find a setting", button: "to-find" },
  { key: "g", does: "What am I looking at?", button: "guide" },
  { key: "l", does: "Follow the newest task", button: "life-newest" },
  { key: "j", does: "Follow the next one", button: "life-next" },
  { key: "k", does: "Follow the one before", button: "life-previous" },
  { key: "d", does: "Dark or light", button: "theme" },
  { key: "?", does: "This list", button: "keys" },
];

/** Single keys, for whoever has no pointer in hand. They rest while somebody writes, and can be turned off (WCAG 2.1.4). */
export class Shortcuts {
  readonly #dialog = byId("shortcuts", HTMLDialogElement);
  readonly #switch = byId("shortcuts-on", HTMLInputElement);

  constructor() {
    for (const { key, does } of SHORTCUTS) {
      byId("shortcut-list", HTMLElement).append(
        make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)),
      );
    }
    byId("keys", HTMLButtonElement).addEventListener("click", () => this.#dialog.showModal());
    this.#switch.checked = kept(KEPT) !== OFF;
    this.#switch.addEventListener("change", () => {
      keep(KEPT, this.#switch.checked ? "on" : OFF);
      this.#tell();
    });
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#tell();
  }

  #press(event: KeyboardEvent): void {
    if (!this.#switch.checked || this.#dialog.open || event.defaultPrevented || event.repeat || event.isComposing)
      return;
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    const found = SHORTCUTS.find(({ key }) => key === event.key);
    const button = found === undefined ? null : document.getElementById(found.button);
    if (!(button instanceof HTMLElement) || button.hidden) return;
    event.preventDefault(); // Firefox would search the page after a slash.
    button.click();
  }

  /** Tells the buttons' keys to whoever can't see the list. */
  #tell(): void {
    for (const { key, button } of SHORTCUTS) {
      const element = document.getElementById(button);
      if (this.#switch.checked) element?.setAttribute("aria-keyshortcuts", key);
      else element?.removeAttribute("aria-keyshortcuts");
    }
  }
}

/** Whether somebody writes there, or chooses by letters. A slider and a box to tick take none. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio"].includes(target.type);
  return target.isContentEditable || target.matches("select, textarea, [role=textbox]");
}
