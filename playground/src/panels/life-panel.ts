import { make, say } from "../page/element.ts";
import { letsGo } from "../page/lets-go.ts";
import type { Selection } from "../page/selection.ts";
import { type Life, lineOf } from "../scene/life.ts";
import type { Lives } from "../scene/lives.ts";
import type { Scene } from "../scene/scene.ts";
import { chaptersOf, nameOf, tell } from "./life-story.ts";

/** What the panel is made of. */
export interface LifeParts {
  readonly title: HTMLElement;
  readonly tells: HTMLElement;
  readonly bar: HTMLElement;
  readonly chapters: HTMLElement;
  /** What they lie in. */
  readonly scroller: HTMLElement;
  /** For those who can't see it: when somebody is followed, and how that ends. */
  readonly said: HTMLElement;
  readonly previous: HTMLButtonElement;
  readonly next: HTMLButtonElement;
  readonly newest: HTMLButtonElement;
  readonly off: HTMLButtonElement;
}

const HINT = "Click a task in any picture, or its number in the log, to follow it. Escape lets it go.";

/** Tells the life of the task that is followed. */
export class LifePanel {
  readonly #parts: LifeParts;
  readonly #selection: Selection<Life>;
  readonly #scene: () => Scene;
  /** Of the bar. */
  readonly #pieces: HTMLElement[] = [];
  #shown: Life | undefined;
  #isEndTold = false;

  /** @param redraw Draws it all now. */
  constructor(parts: LifeParts, selection: Selection<Life>, scene: () => Scene, redraw: () => void) {
    this.#parts = parts;
    this.#selection = selection;
    this.#scene = scene;
    selection.onChange(redraw);
    parts.previous.addEventListener("click", () => this.#go(-1));
    parts.next.addEventListener("click", () => this.#go(1));
    parts.newest.addEventListener("click", () => {
      const { lives } = scene();
      selection.follow(lives.byId(lives.lastId));
    });
    parts.off.addEventListener("click", () => selection.follow(undefined));
    document.addEventListener("keydown", (event) => {
      if (letsGo(event)) selection.follow(undefined);
    });
  }

  draw({ lives, clock }: Scene): void {
    const life = this.#selection.current;
    const { title, tells, bar, scroller, previous, next, newest, off } = this.#parts;
    can(previous, life !== undefined && neighbour(lives, life, -1) !== undefined);
    can(next, life !== undefined && neighbour(lives, life, 1) !== undefined);
    can(newest, lives.lastId > 0);
    can(off, life !== undefined);
    bar.hidden = life === undefined;
    scroller.hidden = life === undefined;
    if (life === undefined) {
      say(title, "A task’s life");
      say(tells, HINT);
      this.#shown = undefined;
      return;
    }
    const now = clock.now();
    const words = tell(life, lives.ledger, now);
    say(title, `${nameOf(life)}: its life`);
    say(tells, words);
    this.#drawBar(life, now);
    this.#drawChapters(life, lives, now);
    this.#announce(life, words);
    this.#shown = life;
  }

  /** Once when it is followed, and once at its end: more would be chatter. */
  #announce(life: Life, words: string): void {
    const isOver = life.end !== undefined;
    if (life === this.#shown && (this.#isEndTold || !isOver)) return;
    this.#isEndTold = isOver;
    say(this.#parts.said, `${nameOf(life)}: ${words}`);
  }

  #drawBar(life: Life, now: number): void {
    const pieces: (readonly [kind: string, ms: number, color?: string])[] = [["line", lineOf(life, now)]];
    for (const { waiting, span } of life.stages) {
      const started = span?.from ?? life.end?.at ?? now;
      pieces.push([waiting === life.stages[0]?.waiting ? "waits" : "rests", started - waiting.from]);
      if (span === undefined) continue;
      const to = span.to ?? now;
      const headers = span.headersAt ?? to;
      const color = `var(--${span.outcome ?? "flight"})`;
      pieces.push(["headers", headers - span.from, color], ["body", to - headers, color]);
    }
    const seen = pieces.filter(([, ms]) => ms > 0);
    for (const piece of this.#pieces.splice(seen.length)) piece.remove();
    for (const [at, [kind, ms, color]] of seen.entries()) {
      const piece = (this.#pieces[at] ??= this.#parts.bar.appendChild(make("span")));
      piece.className = kind;
      piece.style.flexGrow = String(ms);
      piece.style.setProperty("--swatch", color ?? "var(--rest)");
    }
  }

  #drawChapters(life: Life, lives: Lives, now: number): void {
    const { chapters: list, scroller } = this.#parts;
    const chapters = chaptersOf(life, lives.ledger, now);
    const isOther = life !== this.#shown;
    // Whoever reads on at the end sees what comes.
    const doesFollow =
      !isOther &&
      chapters.length > list.children.length &&
      scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 4;
    while (list.children.length > chapters.length) list.lastElementChild?.remove();
    for (const [at, { at: time, what, words }] of chapters.entries()) {
      const row = list.children[at] ?? list.appendChild(make("li", {}, make("span"), make("b"), make("span")));
      for (const [column, text] of [`${(time / 1000).toFixed(3)} s`, what, words].entries()) {
        const cell = row.children[column];
        if (cell !== undefined) say(cell, text);
      }
    }
    if (doesFollow || (isOther && life.end === undefined)) scroller.scrollTop = scroller.scrollHeight;
    else if (isOther) scroller.scrollTop = 0;
  }

  #go(by: 1 | -1): void {
    const life = this.#selection.current;
    const found = life && neighbour(this.#scene().lives, life, by);
    if (found !== undefined) this.#selection.follow(found);
  }
}

/** A button that is disabled would lose the focus of whoever has just pressed it. */
function can(button: HTMLButtonElement, isPossible: boolean): void {
  button.setAttribute("aria-disabled", String(!isPossible));
}

/** Who came before or after a task, as the load counts them. */
function neighbour(lives: Lives, { number }: Life, by: 1 | -1): Life | undefined {
  return lives.byNumber(number + by);
}
