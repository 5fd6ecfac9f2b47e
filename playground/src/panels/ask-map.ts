import { canSpread, type Grid, type Point } from "../advice/grid.ts";
import type { Question } from "../advice/question.ts";
import type { Finding } from "../advice/survey.ts";
import { goodPerSecond, doneMs } from "../advice/verdict.ts";
import { count, figure, findingIn, poolIn, timeIn } from "../advice/words.ts";
import { make, say } from "../page/element.ts";

/** What the cells of the map show. */
export type Measure = "done" | "rate" | "p95";

/** The measures, with what they are called. */
export const MEASURES: readonly (readonly [Measure, label: string])[] = [
  ["done", "429s, else when done"],
  ["rate", "good answers a second"],
  ["p95", "95 % of answers within"],
];

/** Shades of cells, from the worst to the best. */
const SHADES = 5;
const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
  PageUp: [-Infinity, 0],
  PageDown: [Infinity, 0],
};

/** The map: a grid to walk through with the arrow keys, whose cells say in words what they show. */
export class AskMap {
  readonly #table: HTMLTableElement;
  readonly #onChoose: () => void;
  readonly #findings = new Map<string, Finding>();
  #grid: Grid | undefined;
  #question: Question | undefined;
  #cells: HTMLTableCellElement[][] = [];
  #row = 0;
  #column = 0;
  #best: Point | undefined;
  #isSpread = false;
  #measure: Measure = "done";

  constructor(table: HTMLTableElement, onChoose: () => void) {
    this.#table = table;
    this.#onChoose = onChoose;
    table.addEventListener("keydown", (event) => this.#walk(event));
    table.addEventListener("focusin", ({ target }) => this.#follow(target));
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  /** What the chosen cell stands for; undefined: it has not been tried. */
  get chosen(): Finding | undefined {
    const point = this.#pointAt(this.#row, this.#column);
    return point && this.#findings.get(keyOf(point));
  }

  /** Begins a new map. */
  begin(grid: Grid, question: Question): void {
    this.#grid = grid;
    this.#question = question;
    this.#findings.clear();
    this.#best = undefined;
    this.#row = 0;
    this.#column = 0;
    this.#isSpread = grid.hasSpread;
    const head = make("tr", {}, make("th", { scope: "col" }, "workers ╲ period, ms"));
    head.append(...grid.columns.map((period) => make("th", { scope: "col" }, period === 0 ? "none" : count(period))));
    this.#cells = grid.rows.map(() => grid.columns.map(() => make("td", { tabIndex: -1 })));
    for (const cell of this.#cells.flat()) cell.setAttribute("role", "gridcell");
    const rows = grid.rows.map((workers, at) =>
      make("tr", {}, make("th", { scope: "row" }, String(workers)), ...(this.#cells[at] ?? [])),
    );
    this.#table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    this.draw();
  }

  /** A point has been tried. */
  add(finding: Finding): void {
    this.#findings.set(keyOf(finding.point), finding);
  }

  /** Marks the best point, and chooses it. */
  mark(best: Point): void {
    this.#best = best;
    const grid = this.#grid;
    if (grid === undefined) return;
    if (canSpread(best)) this.#isSpread = best.spread;
    this.#row = grid.rows.indexOf(best.workers);
    this.#column = grid.columns.indexOf(best.period);
    this.draw();
    this.#bringIntoSight();
  }

  set measure(measure: Measure) {
    this.#measure = measure;
    this.draw();
  }

  get isSpread(): boolean {
    return this.#isSpread;
  }

  set isSpread(isSpread: boolean) {
    this.#isSpread = isSpread;
    this.draw();
  }

  /** Shows what has been found. */
  draw(): void {
    const values = this.#cells.map((cells, row) => cells.map((_, column) => this.#valueAt(row, column)));
    const shown = values.flat().filter((value) => value !== undefined);
    const range: readonly [number, number] = [Math.min(...shown), Math.max(...shown)];
    for (const [row, cells] of this.#cells.entries()) {
      for (const [column, cell] of cells.entries())
        this.#drawCell(cell, row, column, shadeOf(values[row]?.[column], range));
    }
    this.#onChoose();
  }

  #drawCell(cell: HTMLTableCellElement, row: number, column: number, shade: number | undefined): void {
    const point = this.#pointAt(row, column);
    if (point === undefined || this.#question === undefined) return;
    const finding = this.#findings.get(keyOf(point));
    const isChosen = row === this.#row && column === this.#column;
    const isBest = this.#best !== undefined && keyOf(point) === keyOf(this.#best);
    const isLimited = finding !== undefined && finding.figures.limited > 0;
    cell.tabIndex = isChosen ? 0 : -1;
    cell.setAttribute("aria-selected", String(isChosen));
    const text = `${isBest ? "★ " : ""}${this.#textFor(finding)}`;
    const words = finding === undefined ? `${poolIn(point)}: not tried yet` : findingIn(finding, this.#question);
    // Its name begins with what is seen, for who speaks to the page.
    cell.setAttribute("aria-label", `${text}. ${isBest ? "The best: " : ""}${words}`);
    cell.className = isBest ? "best" : "";
    if (isLimited) cell.classList.add("limited");
    else if (shade !== undefined) cell.classList.add(`shade-${shade}`);
    say(cell, text);
  }

  #textFor(finding: Finding | undefined): string {
    if (finding === undefined || this.#question === undefined) return "·";
    const { figures } = finding;
    const sign = figures.limited > 0 ? "▲ " : "";
    if (this.#measure === "rate") return `${sign}${figure(goodPerSecond(figures, this.#question))}`;
    if (this.#measure === "p95") return `${sign}${timeIn(figures.p95)}`;
    return figures.limited > 0 ? `${sign}${count(figures.limited)}` : clock(doneMs(figures, this.#question));
  }

  /** More is better. undefined: it is no answer to the question. */
  #valueAt(row: number, column: number): number | undefined {
    const point = this.#pointAt(row, column);
    const finding = point && this.#findings.get(keyOf(point));
    if (finding === undefined || this.#question === undefined || finding.figures.limited > 0) return undefined;
    const { figures } = finding;
    if (this.#measure === "rate") return goodPerSecond(figures, this.#question);
    const ms = this.#measure === "p95" ? figures.p95 : doneMs(figures, this.#question);
    return Number.isFinite(ms) ? -Math.log(Math.max(ms, 1)) : undefined;
  }

  #pointAt(row: number, column: number): Point | undefined {
    const workers = this.#grid?.rows[row];
    const period = this.#grid?.columns[column];
    if (workers === undefined || period === undefined) return undefined;
    return { workers, period, spread: this.#isSpread && canSpread({ workers, period }) };
  }

  #walk(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const row = within(this.#row + step[0], this.#cells.length);
    this.#cells[row]?.[within(this.#column + step[1], this.#cells[row].length)]?.focus();
  }

  /** Of a map that is wider than the screen. The page itself stays where its reader is. */
  #bringIntoSight(): void {
    const cell = this.#cells[this.#row]?.[this.#column]?.getBoundingClientRect();
    const region = this.#table.parentElement;
    if (cell === undefined || region === null) return;
    const { left, width } = region.getBoundingClientRect();
    region.scrollLeft += cell.left + cell.width / 2 - left - width / 2;
  }

  /** What has the focus is chosen. */
  #follow(target: EventTarget | null): void {
    const row = this.#cells.findIndex((cells) => cells.some((cell) => cell === target));
    if (row < 0) return;
    this.#row = row;
    this.#column = this.#cells[row]?.findIndex((cell) => cell === target) ?? 0;
    this.draw();
  }
}

function keyOf({ workers, period, spread }: Point): string {
  return [workers, period, spread].join();
}

function shadeOf(value: number | undefined, [least, most]: readonly [number, number]): number | undefined {
  if (value === undefined) return undefined;
  return most === least ? SHADES : 1 + Math.round(((value - least) / (most - least)) * (SHADES - 1));
}

/** A time as short as can be, since a map has many. */
function clock(ms: number): string {
  if (!Number.isFinite(ms)) return "never";
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return timeIn(ms);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${count(hours)} h ${String(minutes).padStart(2, "0")}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

function within(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}
