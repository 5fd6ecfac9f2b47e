import { showKeys } from "../panels/chart-keys.ts";
import { byId } from "../panels/element.ts";
import { legend } from "../panels/legend.ts";
import type { LaneSource } from "../scene/lane.ts";
import type { Scene } from "../scene/scene.ts";
import type { Settings } from "../settings/settings.ts";
import { Chart, type ChartLine, LATENCY, THROUGHPUT, WAITING } from "./charts.ts";
import { FlowPicture } from "./flow.ts";
import { LanesPicture } from "./lanes.ts";
import { type Palette, readPalette } from "./palette.ts";
import { Tip } from "./tip.ts";

const CHARTS: readonly (readonly [id: string, lines: readonly ChartLine[], unit: string])[] = [
  ["throughput", THROUGHPUT, "a second"],
  ["latency", LATENCY, "ms"],
  ["waiting", WAITING, "tasks"],
];

/** Everything that is drawn, of one scene at a time. */
export class Pictures {
  #palette: Palette = readPalette();
  readonly #flow: FlowPicture;
  readonly #charts: Chart[] = [];
  readonly #lanes = byId("lanes", HTMLCanvasElement);
  readonly #rivalLanes = byId("rival-lanes", HTMLCanvasElement);
  readonly #tip = new Tip(byId("tip", HTMLElement), byId("duel", HTMLElement));
  #ours: LanesPicture;
  #theirs: LanesPicture | undefined;
  #rivals = 0;

  constructor(scene: Scene, settings: Settings) {
    this.#flow = new FlowPicture(
      {
        line: byId("flow-line", HTMLCanvasElement),
        queue: byId("flow-queue", HTMLCanvasElement),
        slots: byId("flow-slots", HTMLCanvasElement),
        server: byId("flow-server", HTMLCanvasElement),
      },
      this.#palette,
    );
    for (const [id, lines, unit] of CHARTS)
      this.#charts.push(new Chart(byId(id, HTMLElement), lines, unit, this.#palette));
    byId("legend", HTMLElement).append(...legend());
    this.#ours = new LanesPicture(this.#lanes, scene.recorder, "slot ", this.#palette);
    this.show(scene, settings);
    this.recolor();
  }

  /** Draws another scene from now on. */
  show(scene: Scene, settings: Settings): void {
    const { rival, recorder } = scene;
    this.#ours.source = recorder;
    this.#theirs = undefined;
    if (rival !== undefined) {
      this.#theirs = new LanesPicture(this.#rivalLanes, rival.lanes, "", this.#palette);
    }
    byId("rival", HTMLElement).hidden = rival === undefined;
    byId("ours-title", HTMLElement).hidden = rival === undefined;
    byId("duel", HTMLElement).classList.toggle("two", rival !== undefined);
    this.#tip.follow(this.#lanes, this.#ours, scene.clock);
    if (this.#theirs !== undefined) this.#tip.follow(this.#rivalLanes, this.#theirs, scene.clock);
    this.resize(settings);
  }

  /** Gives the lanes the height they want. */
  resize({ workers }: Settings): void {
    this.#lanes.style.height = `${LanesPicture.heightFor(workers)}px`;
  }

  /** Takes up the colours of another theme. */
  recolor(): void {
    this.#palette = readPalette();
    this.#flow.palette = this.#palette;
    this.#ours.palette = this.#palette;
    if (this.#theirs !== undefined) this.#theirs.palette = this.#palette;
    for (const [at, [id, lines]] of CHARTS.entries()) {
      const chart = this.#charts[at];
      if (chart !== undefined) chart.palette = this.#palette;
      showKeys(byId(`${id}-keys`, HTMLElement), lines, this.#palette);
    }
  }

  draw(scene: Scene, { queueSize, span }: Settings, now: number): void {
    this.#flow.draw(scene, queueSize, now);
    this.#ours.draw(now, span * 1000);
    if (scene.rival !== undefined) this.#drawRival(scene.rival.lanes, now, span);
    for (const chart of this.#charts) chart.draw(scene.recorder.series.steps);
  }

  #drawRival(source: LaneSource, now: number, span: number): void {
    if (source.lanes !== this.#rivals) {
      this.#rivals = source.lanes;
      this.#rivalLanes.style.height = `${LanesPicture.heightFor(source.lanes)}px`;
    }
    this.#theirs?.draw(now, span * 1000);
  }
}
