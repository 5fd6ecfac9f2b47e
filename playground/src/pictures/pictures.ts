import { showKeys } from "./chart-keys.ts";
import { byId } from "../page/element.ts";
import { seconds } from "../page/seconds.ts";
import { legend } from "./legend.ts";
import type { LaneHistory } from "../scene/lane-history.ts";
import { PastTracks } from "../scene/past-tracks.ts";
import type { Scene } from "../scene/scene.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import type { TrackSource } from "../scene/track.ts";
import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots, mostSlots } from "../settings/slot-numbers.ts";
import { Chart, type ChartLine, LATENCY, STARTS, THROUGHPUT, WAITING } from "./charts.ts";
import { FlowPicture } from "./flow.ts";
import { LanesPicture } from "./lanes.ts";
import { TracksPicture } from "./tracks.ts";
import { type Palette, readPalette } from "./palette.ts";
import { Tip } from "./tip.ts";

const CHARTS: readonly (readonly [id: string, lines: readonly ChartLine[], unit: string])[] = [
  ["starts", STARTS, "a second"],
  ["throughput", THROUGHPUT, "a second"],
  ["latency", LATENCY, "ms"],
  ["waiting", WAITING, "tasks"],
];

/** Everything that is drawn, of one scene at a time. */
export class Pictures {
  #palette: Palette = readPalette();
  readonly #flow: FlowPicture;
  readonly #charts: Chart[] = [];
  readonly #tracks = byId("tracks", HTMLCanvasElement);
  readonly #rivalTracks = byId("rival-tracks", HTMLCanvasElement);
  readonly #tip = new Tip(byId("tip", HTMLElement), byId("duel", HTMLElement));
  #ours: TracksPicture;
  #theirs: TracksPicture | undefined;
  readonly #lanesCanvas = byId("lanes", HTMLCanvasElement);
  readonly #lanes: LanesPicture;
  #laneRows = 0;
  /** The moment of the past that is shown; undefined: now is. */
  #drawnAt: number | undefined;

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
    this.#lanes = new LanesPicture(this.#lanesCanvas, this.#palette);
    this.#ours = new TracksPicture(this.#tracks, scene.recorder, "slot ", this.#palette);
    this.show(scene, settings);
    this.recolor();
  }

  /** Draws another scene from now on. */
  show(scene: Scene, settings: Settings): void {
    const { rival, recorder } = scene;
    this.#ours.source = recorder;
    this.#theirs = undefined;
    if (rival !== undefined) {
      this.#theirs = new TracksPicture(this.#rivalTracks, rival.tracks, "", this.#palette);
      // As high as for all that may come, or the page would jump with each.
      this.#rivalTracks.style.height = `${TracksPicture.heightFor(rival.tracks.most)}px`;
    }
    byId("lanes-card", HTMLElement).hidden = scene.lanes === undefined;
    byId("rival", HTMLElement).hidden = rival === undefined;
    byId("ours-title", HTMLElement).hidden = rival === undefined;
    byId("duel", HTMLElement).classList.toggle("two", rival !== undefined);
    const clock = { now: (): number => this.#drawnAt ?? scene.clock.now() };
    this.#tip.follow(this.#tracks, this.#ours, clock);
    if (this.#theirs !== undefined) this.#tip.follow(this.#rivalTracks, this.#theirs, clock);
    this.resize(settings);
  }

  /** Gives the tracks the height they want, and a key for what is drawn on them with these settings alone. */
  resize(settings: Settings): void {
    this.#tracks.style.height = `${TracksPicture.heightFor(mostSlots(settings))}px`;
    byId("key-slots", HTMLElement).hidden = settings.slots === "fixed";
    byId("key-starts", HTMLElement).hidden = settings.period === 0;
    byId("key-lane-slots", HTMLElement).hidden = settings.laneSlots === "fixed";
  }

  /** Takes up the colours of another theme. */
  recolor(): void {
    this.#palette = readPalette();
    this.#flow.palette = this.#palette;
    this.#ours.palette = this.#palette;
    this.#lanes.palette = this.#palette;
    if (this.#theirs !== undefined) this.#theirs.palette = this.#palette;
    for (const [at, [id, lines]] of CHARTS.entries()) {
      const chart = this.#charts[at];
      if (chart !== undefined) chart.palette = this.#palette;
      showKeys(byId(`${id}-keys`, HTMLElement), lines, this.#palette);
    }
  }

  /** The stations of the flow. */
  drawFlow(now: Snapshot, settings: Settings): void {
    this.#flow.draw(now, mostSlots(settings), settings.queueSize);
  }

  /** What moves on with time. @param isPast Whether a moment is drawn that has passed, as it was then. */
  draw(scene: Scene, settings: Settings, now: number, isPast = false): void {
    const { recorder, rival, lanes } = scene;
    const span = settings.span * 1000;
    const label = isPast ? seconds(now) : "now";
    const asOf = (source: TrackSource): TrackSource => (isPast ? new PastTracks(source, now, span) : source);
    this.#drawnAt = isPast ? now : undefined;
    this.#ours.source = asOf(recorder);
    this.#ours.draw(now, span, label);
    if (lanes !== undefined) this.#drawLanes(lanes, settings, now, label);
    if (this.#theirs !== undefined && rival !== undefined) {
      this.#theirs.source = asOf(rival.tracks);
      this.#theirs.draw(now, span, label);
    }
    for (const chart of this.#charts) chart.draw(recorder.series.minuteTo(now));
  }

  #drawLanes(history: LaneHistory, settings: Settings, now: number, label: string): void {
    const rows = history.lanes.length;
    if (rows !== this.#laneRows) {
      this.#laneRows = rows;
      this.#lanesCanvas.style.height = `${LanesPicture.heightFor(rows)}px`;
    }
    this.#lanes.draw(history, now, settings.span * 1000, mostLaneSlots(settings), label);
  }
}
