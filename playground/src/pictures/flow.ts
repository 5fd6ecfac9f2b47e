import type { Life } from "../scene/life.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import type { Place } from "./moves.ts";
import { dots, type Palette } from "./palette.ts";
import { Station } from "./station.ts";
import { Travel } from "./travel.ts";

/** The canvases of the flow, one per station. */
export interface FlowCanvases {
  readonly line: HTMLCanvasElement;
  readonly queue: HTMLCanvasElement;
  readonly slots: HTMLCanvasElement;
  readonly server: HTMLCanvasElement;
}

const MOST_CELLS = 600;

/** The way of a task, as stations: the line of senders, the places of the queue, the slots, the server's connections. */
export class FlowPicture {
  readonly #line: Station;
  readonly #queue: Station;
  readonly #slots: Station;
  readonly #server: Station;
  readonly #travel: Travel;
  #palette: Palette;
  /** Made once for a scale and a palette. */
  #rest: { readonly scale: number; readonly fill: CanvasPattern | string } | undefined;

  constructor(canvases: FlowCanvases, palette: Palette) {
    this.#line = new Station(canvases.line);
    this.#queue = new Station(canvases.queue);
    this.#slots = new Station(canvases.slots);
    this.#server = new Station(canvases.server);
    this.#travel = new Travel(canvases.line, { line: this.#line, queue: this.#queue, slot: this.#slots });
    this.#palette = palette;
  }

  set palette(palette: Palette) {
    this.#palette = palette;
    this.#rest = undefined;
  }

  get stations(): readonly Station[] {
    return [this.#line, this.#queue, this.#slots, this.#server];
  }

  /** Another scene has come: nobody travels from the one to the other. */
  clear(): void {
    this.#travel.clear();
  }

  /** @param mostSlots Room is left for so many. @param followed The task that somebody follows. */
  draw(now: Snapshot, mostSlots: number, queueSize: number, followed: Life | undefined): void {
    const { accent, flight, ink, surface } = this.#palette;
    const { stations } = now;
    const slots = Array.from({ length: mostSlots }, (_, slot) => stations.slots.get(slot));
    this.#cells(this.#line, now.line, 0, stations.line, accent, "round");
    this.#cells(this.#queue, now.waiting, queueSize, stations.queue, accent, "square", now.retrying);
    this.#drawSlots(now, slots);
    this.#cells(this.#server, now.open, 0, stations.server, flight, "round");
    if (followed !== undefined) for (const station of this.stations) station.mark(followed, ink, surface);
    const places = new Map<Life, Place>();
    for (const [at, life] of stations.line.entries()) places.set(life, { station: "line", at });
    for (const [at, life] of stations.queue.entries()) places.set(life, { station: "queue", at });
    for (const [at, life] of slots.entries()) if (life !== undefined) places.set(life, { station: "slot", at });
    this.#travel.note(places, followed);
  }

  /** Those who are on their way from one station to another. */
  drawTravel(stamp: number, followed: Life | undefined): void {
    this.#travel.draw(stamp, this.#palette, followed);
  }

  /** @param faint How many of the full ones, the last, are drawn faintly. */
  #cells(
    station: Station,
    full: number,
    places: number,
    lives: readonly (Life | undefined)[],
    color: string,
    shape: "round" | "square",
    faint = 0,
  ): void {
    const { context, scale } = station;
    const count = Math.min(Math.max(full, places), MOST_CELLS);
    station.lay(count, lives);
    const size = station.size * scale;
    context.lineWidth = scale;
    for (let at = 0; at < count; at++) {
      const [x, y] = station.corner(at);
      context.beginPath();
      if (shape === "round") context.arc(x + size / 2, y + size / 2, size / 2, 0, 2 * Math.PI);
      else context.rect(x + scale / 2, y + scale / 2, size - scale, size - scale);
      if (at < full) {
        context.fillStyle = color;
        context.globalAlpha = at < full - faint ? 1 : 0.45;
        context.fill();
      } else {
        context.strokeStyle = this.#palette.muted;
        context.globalAlpha = 0.55;
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  #drawSlots({ at, slots, rests, workers }: Snapshot, lives: readonly (Life | undefined)[]): void {
    const station = this.#slots;
    station.lay(lives.length, lives);
    const { context, scale } = station;
    const size = station.size * scale;
    context.lineWidth = scale;
    context.strokeStyle = this.#palette.muted;
    for (const slot of lives.keys()) {
      // Those that there are not now, or not yet, are hinted at.
      context.globalAlpha = slot < workers ? 1 : 0.25;
      const [x, y] = station.corner(slot);
      context.strokeRect(x + scale / 2, y + scale / 2, size - scale, size - scale);
    }
    context.globalAlpha = 1;
    context.fillStyle = this.#restFill(station);
    for (const { track, from, to } of rests) {
      const [x, y] = station.corner(track);
      const left = (to - at) / (to - Math.min(from, at));
      context.fillRect(x, y + size * (1 - left), size, size * left);
    }
    context.fillStyle = this.#palette.flight;
    for (const { slot, didAnswer } of slots) {
      const [x, y] = station.corner(slot);
      context.globalAlpha = didAnswer ? 1 : 0.5;
      context.fillRect(x, y, size, size);
    }
    context.globalAlpha = 1;
  }

  #restFill({ context, scale }: Station): CanvasPattern | string {
    if (this.#rest?.scale !== scale) {
      this.#rest = { scale, fill: dots(context, this.#palette.rest, Math.round(5 * scale)) };
    }
    return this.#rest.fill;
  }
}
