import type { Selection } from "../page/selection.ts";
import { laneLabel } from "../scene/lane-history.ts";
import type { Life } from "../scene/life.ts";
import type { Scene } from "../scene/scene.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import type { LaneStanding } from "../scene/standing.ts";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";
import { BreakerBoard } from "./breaker-board.ts";
import { codeFor } from "./code.ts";
import { colored } from "./code-view.ts";
import { Counters } from "./counters.ts";
import { byId, make, say } from "../page/element.ts";
import { seconds } from "../page/seconds.ts";
import { LaneBoard } from "./lane-board.ts";
import { type LogFilter, LogView } from "./log-view.ts";
import { WaitsPanel } from "./waits-panel.ts";

const TYPES = ["queue", "reject", "start", "headers", "retry", "hold", "limit", "finish", "log"] as const;

/** Everything in words and figures, of one scene at a time. */
export class Panels {
  readonly #counters = new Counters(byId("counters", HTMLElement), byId("counters-check", HTMLElement));
  readonly #breaker = new BreakerBoard(
    byId("breaker", HTMLElement),
    byId("breaker-off", HTMLElement),
    byId("breaker-scroll", HTMLElement),
  );
  readonly #lanes = new LaneBoard(byId("lane-rows", HTMLElement));
  readonly #log: LogView;
  readonly #waits = new WaitsPanel(
    byId("why", HTMLElement),
    byId("waits-mean", HTMLElement),
    byId("waits", HTMLElement),
  );
  readonly #types: HTMLInputElement[] = [];
  readonly #troubles = byId("log-troubles", HTMLInputElement);
  readonly #text = byId("log-text", HTMLInputElement);
  readonly #freeze = byId("log-freeze", HTMLButtonElement);
  #drawn: number[] = [];

  /** @param selection The task that somebody follows. @param redraw Draws what the log's filter lets through, now. */
  constructor(selection: Selection<Life>, redraw: () => void) {
    this.#log = new LogView(byId("log", HTMLTableSectionElement), byId("log-none", HTMLElement), selection);
    for (const type of TYPES) {
      const input = make("input", { type: "checkbox", checked: true, value: type });
      this.#types.push(input);
      byId("log-types", HTMLElement).append(make("label", {}, input, ` ${type}`));
    }
    byId("log-filter", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    byId("log-filter", HTMLFormElement).addEventListener("input", redraw);
    this.#freeze.addEventListener("click", () => {
      this.#freeze.setAttribute("aria-pressed", String(!this.#isLogFrozen));
      redraw();
    });
  }

  /** Forgets the scene that is over. */
  clear(): void {
    this.#breaker.clear();
    this.#lanes.clear();
    this.#waits.clear();
    // Who is in a log that stands still does not exist any more.
    this.#freeze.setAttribute("aria-pressed", "false");
  }

  /** Shows the code for the settings, and makes room for what there may be to tell with them. */
  show(settings: Settings): void {
    this.#waits.show(settings);
    const code = byId("code", HTMLElement);
    const text = codeFor(settings);
    if (code.textContent !== text) code.replaceChildren(colored(text));
  }

  /** A frame's drawing took so many ms. */
  measured(ms: number): void {
    this.#drawn.push(ms);
    if (this.#drawn.length < 120) return;
    const sorted = this.#drawn.toSorted((one, other) => one - other);
    say(byId("frame-time", HTMLElement), `Drawing takes ${(sorted[60] ?? 0).toFixed(1)} ms a frame.`);
    this.#drawn = [];
  }

  get #isLogFrozen(): boolean {
    return this.#freeze.getAttribute("aria-pressed") === "true";
  }

  /** Figures, of the moment of a snapshot. */
  drawFigures(settings: Settings, now: Snapshot): void {
    const { queueSize, world } = settings;
    say(byId("time", HTMLElement), seconds(now.at));
    say(byId("n-line", HTMLElement), String(now.line));
    say(byId("n-queue", HTMLElement), String(now.waiting));
    say(byId("of-queue", HTMLElement), `of ${queueSize} places`);
    say(byId("n-slots", HTMLElement), String(now.running));
    say(byId("of-slots", HTMLElement), `of ${now.workers} busy`);
    say(byId("n-server", HTMLElement), String(now.open));
    say(byId("server-title", HTMLElement), world === "real" ? "The URL" : "Simulated server");
  }

  /** Words and lists. @param isAsked Somebody has pressed something. */
  drawWords(scene: Scene, settings: Settings, now: Snapshot, isPast: boolean, isAsked: boolean): void {
    this.#waits.draw(scene, settings, isAsked && !isPast);
    this.#counters.draw(scene, now, isPast);
    this.#breaker.draw(scene, now);
    this.#lanes.draw(scene, now.lanes, settings);
    const { running, waiting, workers } = now;
    say(byId("pool-name", HTMLElement), scene.pool.name);
    const tuned = settings.slots === "tuned" ? `, of ${mostSlots(settings)} at most` : "";
    const before = isPast ? ` before ${seconds(now.at)}` : "";
    const picture = `The last ${settings.span} seconds${before} of ${workers} slots${tuned}: ${running} busy ${isPast ? "then" : "now"}, ${waiting} tasks waiting`;
    byId("tracks", HTMLElement).setAttribute("aria-label", picture);
    if (scene.lanes !== undefined) byId("lanes", HTMLElement).setAttribute("aria-label", lanesInWords(now.lanes));
    if (!this.#isLogFrozen) this.#log.draw(scene.recorder.log, scene.lives, this.#filter, isPast ? now.at : undefined);
  }

  get #filter(): LogFilter {
    return {
      types: new Set(this.#types.filter(({ checked }) => checked).map(({ value }) => value)),
      troubles: this.#troubles.checked,
      text: this.#text.value,
    };
  }
}

function lanesInWords(standings: readonly LaneStanding[]): string {
  // Those with something to do.
  const busy = standings.filter(({ workers }) => workers !== undefined);
  const lanes = busy.map(({ name, running, waiting, heldMs }) => {
    const held = heldMs > 0 ? `, held for ${(heldMs / 1000).toFixed(1)} s` : "";
    return `${laneLabel(name)}: ${running} under way, ${waiting} waiting${held}`;
  });
  return lanes.length === 0 ? "No lane has anything to do" : lanes.join("; ");
}
