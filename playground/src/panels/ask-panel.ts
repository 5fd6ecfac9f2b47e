import { type Grid, gridFor, settingsAt } from "../advice/grid.ts";
import { type Question, simulatedOf, worldOf } from "../advice/question.ts";
import { isSameWorld } from "../advice/same-world.ts";
import { survey } from "../advice/survey.ts";
import { takeOver } from "../advice/take-over.ts";
import { verdictOn } from "../advice/verdict.ts";
import { adviceIn, findingIn, obstacleTo, poolIn } from "../advice/words.ts";
import { byId, make, say } from "../page/element.ts";
import type { Settings } from "../settings/settings.ts";
import { AskForm } from "./ask-form.ts";
import { AskMap, MEASURES } from "./ask-map.ts";
import { type Crew, startCrew } from "./trial-worker.ts";

/** What has been asked, and in which world. */
interface Asked {
  readonly question: Question;
  readonly world: Settings;
  readonly grid: Grid;
}

/** ms between two drawings of a map that fills: it is dearer than what it shows. */
const DRAW_EVERY = 200;
const STALE = "The settings are others now: ask again.";

/** Asks for the best settings, and takes them over. */
export class AskPanel {
  readonly #settings: () => Settings;
  readonly #take: (settings: Settings) => void;
  readonly #form: AskForm;
  readonly #map: AskMap;
  readonly #status = byId("ask-status", HTMLElement);
  readonly #advice = byId("ask-advice", HTMLElement);
  readonly #cell = byId("ask-cell", HTMLElement);
  readonly #button = byId("ask-take", HTMLButtonElement);
  readonly #spread = byId("ask-spread", HTMLInputElement);
  #asked: Asked | undefined;
  /** The search that goes on. */
  #search: object | undefined;
  #crew: Crew | undefined;
  /** What was asked is no longer what the settings are. */
  #isStale = false;
  #drawnAt = 0;

  /** @param take Takes settings over. */
  constructor(settings: () => Settings, take: (settings: Settings) => void) {
    this.#settings = settings;
    this.#take = take;
    this.#map = new AskMap(byId("ask-map", HTMLTableElement), () => this.#showChosen());
    this.#form = new AskForm(
      byId("ask-form", HTMLFormElement),
      () => void this.#ask(),
      () => this.#end("Cancelled"),
    );
    this.#button.addEventListener("click", () => this.#takeOver());
    this.#spread.addEventListener("change", () => {
      this.#map.isSpread = this.#spread.checked;
    });
    for (const [measure, label] of MEASURES) {
      const input = make("input", { type: "radio", name: "ask-measure", value: measure, checked: measure === "done" });
      input.addEventListener("change", () => {
        this.#map.measure = measure;
      });
      byId("ask-measures", HTMLElement).append(make("label", {}, input, ` ${label}`));
    }
  }

  /** Other settings have come. */
  show(): void {
    this.#form.show(this.#settings());
    if (this.#asked === undefined || this.#search !== undefined) return;
    this.#compare(this.#asked);
    this.#say(this.#isStale ? STALE : "");
    this.#showChosen();
  }

  /** Looks whether the answer is still one to the settings as they are. */
  #compare({ world }: Asked): void {
    this.#isStale = !isSameWorld(worldOf(this.#settings(), this.#form.question), world);
  }

  async #ask(): Promise<void> {
    const { question } = this.#form;
    const world = worldOf(this.#settings(), question);
    const obstacle = obstacleTo(world);
    if (obstacle !== undefined) return this.#say(obstacle);
    const grid = gridFor(world);
    const all = grid.points.length;
    const search = (this.#search = {});
    this.#asked = { question, world, grid };
    this.#form.progress(0, all);
    this.#form.focus();
    this.#say(`Trying ${all} settings with ${simulatedOf(question)} requests each …`);
    this.#open(grid);
    this.#map.begin(grid, question);
    try {
      const { workerUrl } = await import("../advice/worker.ts");
      // Cancelled before it has begun.
      if (this.#search !== search) return;
      this.#crew = startCrew(workerUrl, simulatedOf(question), (point) => settingsAt(world, point, grid));
      await survey(grid.points, this.#crew.triers, (finding) => {
        this.#map.add(finding);
        this.#form.progress(this.#map.findings.length, all);
        this.#drawSometimes();
      });
      this.#end(`Tried ${all} settings.`);
    } catch (error) {
      if (this.#search !== search) return;
      this.#end(`It could not be tried out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Shows room for the answer. */
  #open(grid: Grid): void {
    byId("ask-answer", HTMLElement).hidden = false;
    this.#isStale = false;
    byId("ask-spread-box", HTMLElement).hidden = !grid.hasSpread;
    this.#spread.checked = grid.hasSpread;
    say(this.#advice, "");
  }

  #drawSometimes(): void {
    const now = performance.now();
    if (now - this.#drawnAt < DRAW_EVERY) return;
    this.#drawnAt = now;
    this.#map.draw();
  }

  /** All has been tried, or enough. */
  #end(why: string): void {
    this.#crew?.stop();
    this.#crew = undefined;
    this.#search = undefined;
    this.#form.progress();
    this.#form.focus();
    if (this.#asked === undefined) return;
    const { question, world, grid } = this.#asked;
    const { findings } = this.#map;
    const verdict = verdictOn(findings, question, world, grid);
    const isAll = findings.length === grid.points.length;
    // They may have been changed while it went on.
    this.#compare(this.#asked);
    const said = isAll ? why : `${why}, after ${findings.length} of ${grid.points.length} settings.`;
    this.#say(this.#isStale ? `${said} ${STALE}` : said);
    this.#map.draw();
    if (verdict === undefined) return;
    const advice = adviceIn(verdict, findings, question, world, grid);
    say(this.#advice, isAll ? advice : `The best so far: ${advice}`);
    this.#map.mark(verdict.best.point);
    this.#spread.checked = this.#map.isSpread;
  }

  #showChosen(): void {
    const { chosen } = this.#map;
    const isReady = chosen !== undefined && this.#search === undefined && !this.#isStale;
    this.#button.disabled = !isReady;
    say(this.#button, chosen === undefined ? "Take over" : `Take over: ${poolIn(chosen.point)}`);
    const { question } = this.#asked ?? {};
    say(
      this.#cell,
      chosen === undefined || question === undefined ? "Not tried yet." : `${findingIn(chosen, question)}.`,
    );
  }

  #takeOver(): void {
    const { chosen } = this.#map;
    if (chosen === undefined || this.#asked === undefined) return;
    const { world, grid, question } = this.#asked;
    // What the question says nothing about is as it is now.
    const now = worldOf(this.#settings(), question);
    const { world: kind, lanes } = this.#settings();
    this.#form.settle();
    this.#take(takeOver(this.#settings(), now, chosen.point, grid, chosen.figures.doneBy));
    const load = kind === "real" ? "" : `, with ${world.burst} requests at once by run()`;
    const alone = kind !== "real" && lanes !== "none" ? ", without lanes" : "";
    this.#say(`Taken over: ${poolIn(chosen.point)}${alone}${load}.`);
  }

  #say(text: string): void {
    say(this.#status, text);
  }
}
