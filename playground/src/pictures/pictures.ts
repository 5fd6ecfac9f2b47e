import { showKeys } from "./chart-keys.ts";
import { byId } from "../page/element.ts";
import { seconds } from "../page/seconds.ts";
import { legend } from "./legend.ts";
import type { Selection } from "../page/selection.ts";
import type { LaneHistory } from "../scene/lane-history.ts";
import type { Life } from "../scene/life.ts";
import { asOf, PastTracks } from "../scene/past-tracks.ts";
import type { Scene } from "../scene/scene.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import type { Span, TrackSource } from "../scene/track.ts";
import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots, mostSlots } from "../settings/slot-numbers.ts";
import { Chart, type ChartLine, LATENCY, STARTS, THROUGHPUT, WAITING } from "./charts.ts";
import { FlowPicture } from "./flow.ts";
import { OpenStrip } from "./open-strip.ts";
import { LanesPicture } from "./lanes.ts";
import { lifeInLane } from "./lane-life.ts";
import { Picker } from "./picker.ts";
import { spansOf } from "./followed-spans.ts";
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
  readonly #sideB: OpenStrip;
  readonly #tip = new Tip(byId("tip", HTMLElement), byId("duel", HTMLElement));
  #ours: TracksPicture;
  readonly #lanesCanvas = byId("lanes", HTMLCanvasElement);
  readonly #lanes: LanesPicture;
  #laneRows = 0;
  readonly #selection: Selection<Life>;
  #scene: Scene;
  #settings: Settings;
  #drawnAt = 0;

  /** @param selection The task that somebody follows. */
  constructor(scene: Scene, settings: Settings, selection: Selection<Life>) {
    this.#scene = scene;
    this.#settings = settings;
    this.#selection = selection;
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
    const sideB = byId("side-b", HTMLCanvasElement);
    sideB.style.height = `${OpenStrip.height}px`;
    this.#sideB = new OpenStrip(sideB, this.#palette);
    this.show(scene, settings);
    this.recolor();
    this.#letPick();
  }

  /** Draws another scene from now on. */
  show(scene: Scene, settings: Settings): void {
    const { opponent, recorder } = scene;
    this.#scene = scene;
    this.#flow.clear();
    this.#ours.source = recorder;
    byId("lanes-card", HTMLElement).hidden = scene.lanes === undefined;
    byId("side-b-box", HTMLElement).hidden = opponent === undefined;
    byId("side-a-title", HTMLElement).hidden = opponent === undefined;
    // What is drawn is what is under the pointer, whatever the time is by now.
    const clock = { now: (): number => this.#drawnAt };
    this.#tip.follow(this.#tracks, this.#ours, clock);
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
    this.#sideB.palette = this.#palette;
    for (const [at, [id, lines]] of CHARTS.entries()) {
      const chart = this.#charts[at];
      if (chart !== undefined) chart.palette = this.#palette;
      showKeys(byId(`${id}-keys`, HTMLElement), lines, this.#palette);
    }
  }

  /** The stations of the flow. Nobody travels to the past, nor from there. */
  drawFlow(now: Snapshot, settings: Settings, isPast: boolean): void {
    this.#flow.draw(now, mostSlots(settings), settings.queueSize, this.#selection.current);
    if (isPast) this.#flow.clear();
  }

  /** What moves on with time. @param isPast Whether a moment is drawn that has passed, as it was then. */
  draw(scene: Scene, settings: Settings, now: number, isPast = false): void {
    const { recorder, opponent, lanes } = scene;
    const span = settings.span * 1000;
    const label = isPast ? seconds(now) : "now";
    const tracksOf = (source: TrackSource): TrackSource => (isPast ? new PastTracks(source, now, span) : source);
    const spansThen = (spans: Span[]): Span[] => (isPast ? spans.flatMap((each) => asOf(each, now) ?? []) : spans);
    const followed = this.#selection.current;
    this.#settings = settings;
    this.#drawnAt = now;
    this.#ours.source = tracksOf(recorder);
    this.#ours.draw(now, span, spansThen(spansOf(followed)), label);
    if (lanes !== undefined) this.#drawLanes(lanes, settings, now, label);
    if (opponent !== undefined) this.#sideB.draw(now, span, opponent.view, label);
    this.#flow.drawTravel(performance.now(), followed);
    for (const chart of this.#charts) chart.draw(recorder.series.minuteTo(now));
  }

  #drawLanes(history: LaneHistory, settings: Settings, now: number, label: string): void {
    const rows = history.lanes.length;
    if (rows !== this.#laneRows) {
      this.#laneRows = rows;
      this.#lanesCanvas.style.height = `${LanesPicture.heightFor(rows)}px`;
    }
    this.#lanes.draw(history, now, settings.span * 1000, mostLaneSlots(settings), this.#selection.current, label);
  }

  #letPick(): void {
    const picker = new Picker((life) => this.#selection.follow(life));
    for (const station of this.#flow.stations) picker.on(station.canvas, (x, y) => station.lifeAt(x, y));
    picker.on(this.#tracks, (x, y) => {
      const span = this.#ours.spanAt(x, y, this.#drawnAt);
      return span && this.#scene.lives.byId(span.id);
    });
    picker.on(this.#lanesCanvas, (x, y) => {
      const { lanes, lives } = this.#scene;
      const span = this.#settings.span * 1000;
      const spot = lanes && this.#lanes.spotAt(lanes, x, y, this.#drawnAt, span, mostLaneSlots(this.#settings));
      return spot && lifeInLane(lives, spot.lane, spot.at, spot.requests, this.#drawnAt);
    });
  }
}
