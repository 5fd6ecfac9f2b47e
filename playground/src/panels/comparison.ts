import { byId, make, say } from "../page/element.ts";
import type { Scene } from "../scene/scene.ts";
import { comparison } from "../settings/compare-fields.ts";
import { keep, keptOf, swap } from "../settings/kept.ts";
import { parse } from "../settings/link.ts";
import type { Settings } from "../settings/settings.ts";
import { codeFor } from "./code.ts";
import { colored } from "./code-view.ts";
import { aboutOf, codeOfB, namesOf } from "./comparison-words.ts";
import { judge, type Side, SIDE_ROWS, type SideRow } from "./side-rows.ts";
import { verdictOf } from "./comparison-verdict.ts";

/** ms between two verdicts: a sentence wants to be read. */
const EVERY = 1000;

/** The picker of what to compare with, and what the two sides came to. */
export class Comparison {
  readonly #settings: () => Settings;
  readonly #select = byId("set-compare", HTMLSelectElement);
  readonly #swap = byId("swap", HTMLButtonElement);
  readonly #keep = byId("keep", HTMLButtonElement);
  readonly #why = byId("compare-why", HTMLButtonElement);
  readonly #table = byId("compare", HTMLElement);
  readonly #sides = byId("compare-sides", HTMLElement);
  readonly #verdict = byId("compare-verdict", HTMLElement);
  readonly #rows: HTMLTableRowElement[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** @param change Takes up other settings. */
  constructor(settings: () => Settings, change: (settings: Settings) => void) {
    this.#settings = settings;
    const [field] = comparison;
    if (field?.kind === "choice") {
      this.#select.append(...field.choices.map(([value, text]) => make("option", { value }, text)));
      this.#select.addEventListener("change", () => {
        const compare = parse(field, this.#select.value) as Settings["compare"]; // the field's own values
        if (compare === "kept" && settings().kept === "") change(keep(settings()));
        else change({ ...settings(), compare });
      });
    }
    this.#keep.addEventListener("click", () => change(keep(settings())));
    this.#swap.addEventListener("click", () => change(swap(settings())));
    // On a phone the reasons would be most of it.
    this.#explain(window.innerWidth > 640);
    this.#why.addEventListener("click", () => this.#explain(this.#why.getAttribute("aria-pressed") !== "true"));
    for (const { label, why } of SIDE_ROWS) {
      const head = make("th", { scope: "row" }, label, make("small", {}, why));
      const row = make("tr", {}, head, make("td"), make("td"), make("td"));
      this.#rows.push(row);
      this.#table.append(row);
    }
  }

  #explain(isOn: boolean): void {
    this.#why.setAttribute("aria-pressed", String(isOn));
    this.#table.classList.toggle("brief", !isOn);
  }

  /** Shows what is compared with these settings. */
  show(settings: Settings): void {
    const { compare, world } = settings;
    const isReal = world === "real";
    this.#select.value = compare;
    this.#select.disabled = isReal;
    this.#keep.disabled = isReal;
    this.#swap.hidden = compare !== "kept";
    this.#swap.disabled = isReal;
    say(byId("compare-about", HTMLElement), aboutOf(settings));
    this.#sides.hidden = compare === "none" || isReal;
    this.#why.hidden = this.#sides.hidden;
    if (this.#sides.hidden) return;
    const [nameA, nameB] = namesOf(settings);
    const isKept = compare === "kept";
    say(byId("compare-a", HTMLElement), isKept ? "A: now" : `A: ${nameA}`);
    say(byId("compare-b", HTMLElement), isKept ? "B: kept" : `B: ${nameB}`);
    showCode("code-a", codeFor(settings));
    showCode("code-b", codeOfB(settings));
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  /** Shows what the sides came to: all of it at once, so that the sentence says what the table says. */
  draw(scene: Scene): void {
    const { opponent } = scene;
    if (opponent === undefined) return;
    const settings = this.#settings();
    const a: Side = { measures: scene.measures, settings };
    const b: Side = {
      measures: opponent.measures,
      settings: settings.compare === "kept" ? keptOf(settings) : settings,
    };
    const { open, mostOpen } = b.measures;
    const who = settings.compare === "kept" ? "the settings kept" : namesOf(settings)[1];
    say(byId("side-b-title", HTMLElement), `B: ${who}, ${open} open, ${mostOpen} at most`);
    const picture = `Connections of ${who} over the same time: ${open} open now, ${mostOpen} at most`;
    byId("side-b", HTMLCanvasElement).setAttribute("aria-label", picture);
    const now = performance.now();
    if (settings.tempo !== "step" && now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    for (const [at, row] of SIDE_ROWS.entries()) this.#drawRow(this.#rows[at], row, a, b);
    say(this.#verdict, verdictOf(a, b, ...namesOf(settings)));
  }

  #drawRow(element: HTMLTableRowElement | undefined, row: SideRow, a: Side, b: Side): void {
    if (element === undefined) return;
    element.hidden = row.isThere !== undefined && !row.isThere(a.settings) && !row.isThere(b.settings);
    const [, ofA, ofB, better] = element.cells;
    const verdict = judge(row, a, b);
    show(ofA, row.text(a), verdict !== undefined && verdict < 0);
    show(ofB, row.text(b), verdict !== undefined && verdict > 0);
    show(better, verdict === undefined ? "" : verdict === 0 ? "equal" : verdict < 0 ? "A" : "B", false);
  }
}

function show(cell: HTMLTableCellElement | undefined, text: string, isBetter: boolean): void {
  if (cell === undefined) return;
  say(cell, text);
  cell.classList.toggle("wins", isBetter);
}

function showCode(id: string, text: string): void {
  const code = byId(id, HTMLElement);
  if (code.textContent !== text) code.replaceChildren(colored(text));
}
