import { make, say } from "../page/element.ts";
import type { Life } from "../scene/life.ts";

const ROWS = 60;
/** Where a row has the number of its task. */
const TASK = 2;
/** ms after the pointer has moved over the rows in which somebody may be about to choose one. */
const AIMING = 800;

interface Row {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
  readonly button: HTMLButtonElement;
  life: Life | undefined;
}

/** The rows of the log: made once and written anew. Those about a task have a button; the arrow keys go from one to the next. */
export class LogRows {
  readonly #rows: Row[] = [];
  readonly #body: HTMLElement;
  #aimedAt = -Infinity;

  constructor(body: HTMLTableSectionElement, onPick: (life: Life) => void) {
    this.#body = body;
    for (let at = 0; at < ROWS; at++) this.#rows.push(this.#make(onPick));
    body.append(...this.#rows.map(({ element }) => element));
    body.addEventListener("pointermove", () => {
      this.#aimedAt = performance.now();
    });
    body.addEventListener("pointerleave", () => {
      this.#aimedAt = -Infinity;
    });
    body.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.#moveFocus(by);
    });
  }

  get length(): number {
    return ROWS;
  }

  /** Whether somebody is about to choose a row: with the keyboard, or with the pointer. */
  get isInUse(): boolean {
    return performance.now() - this.#aimedAt < AIMING || this.#body.querySelector(":focus-visible") !== null;
  }

  /** @param life Whose row it is, if it is remembered. */
  write(at: number, texts: readonly string[], kind: string, life: Life | undefined, isFollowed: boolean): void {
    const row = this.#rows[at];
    if (row === undefined) return;
    const { element, cells, button } = row;
    row.life = life;
    element.hidden = false;
    if (element.dataset["kind"] !== kind) element.dataset["kind"] = kind;
    if (element.hasAttribute("aria-current") !== isFollowed) {
      if (isFollowed) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    }
    for (const [column, text] of texts.entries()) {
      const cell = column === TASK ? button : cells[column];
      if (cell !== undefined) say(cell, text);
    }
    if (button.hidden !== (life === undefined)) button.hidden = life === undefined;
  }

  /** There are no more rows than these. */
  end(used: number): void {
    for (let at = used; at < ROWS; at++) this.#rows[at]?.element.toggleAttribute("hidden", true);
    const buttons = this.#buttons;
    // One of them is enough to come to them by Tab.
    const stop = buttons.find((button) => button === document.activeElement) ?? buttons[0];
    for (const button of buttons) {
      const tabIndex = button === stop ? 0 : -1;
      if (button.tabIndex !== tabIndex) button.tabIndex = tabIndex;
    }
  }

  get #buttons(): HTMLButtonElement[] {
    return this.#rows.flatMap(({ element, button }) => (element.hidden || button.hidden ? [] : button));
  }

  #moveFocus(by: number): void {
    const buttons = this.#buttons;
    const at = buttons.findIndex((button) => button === document.activeElement);
    const target = buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)];
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target?.focus();
  }

  #make(onPick: (life: Life) => void): Row {
    const element = make("tr", { hidden: true });
    const button = make("button", { type: "button", tabIndex: -1, title: "Follow this task" });
    const cells = Array.from({ length: 5 }, () => make("td"));
    cells[TASK]?.append(button);
    element.append(...cells);
    const row: Row = { element, cells, button, life: undefined };
    button.addEventListener("click", () => {
      if (row.life !== undefined) onPick(row.life);
    });
    return row;
  }
}
