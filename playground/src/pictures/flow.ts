import type { Snapshot } from "../scene/snapshot.ts";
import { Sheet } from "./canvas.ts";
import { type Cells, layCells } from "./cells.ts";
import { dots, type Palette } from "./palette.ts";

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
  readonly #line: Sheet;
  readonly #queue: Sheet;
  readonly #slots: Sheet;
  readonly #server: Sheet;
  #palette: Palette;
  /** Made once for a size and a palette. */
  #rest: CanvasPattern | string | undefined;

  constructor(canvases: FlowCanvases, palette: Palette) {
    this.#line = new Sheet(canvases.line);
    this.#queue = new Sheet(canvases.queue);
    this.#slots = new Sheet(canvases.slots);
    this.#server = new Sheet(canvases.server);
    this.#palette = palette;
  }

  set palette(palette: Palette) {
    this.#palette = palette;
    this.#rest = undefined;
  }

  /** @param mostSlots Room is left for so many. */
  draw(now: Snapshot, mostSlots: number, queueSize: number): void {
    const { accent, muted, flight } = this.#palette;
    this.#cells(this.#line, now.line, 0, accent, muted, "round");
    this.#cells(this.#queue, now.waiting, queueSize, accent, muted, "square", now.retrying);
    this.#drawSlots(now, mostSlots);
    this.#cells(this.#server, now.open, 0, flight, muted, "round");
  }

  /** @param faint How many of the full ones, the last, are drawn faintly. */
  #cells(
    sheet: Sheet,
    full: number,
    places: number,
    color: string,
    empty: string,
    shape: "round" | "square",
    faint = 0,
  ): void {
    const { context, scale } = this.#begin(sheet);
    const count = Math.min(Math.max(full, places), MOST_CELLS);
    const cells = layCells(Math.max(count, 1), sheet.width, sheet.height);
    const size = cells.pitch - Math.max(1, cells.pitch * 0.22);
    context.lineWidth = scale;
    for (let at = 0; at < count; at++) {
      const [x, y] = place(cells, at, scale);
      context.beginPath();
      if (shape === "round")
        context.arc(x + (size * scale) / 2, y + (size * scale) / 2, (size * scale) / 2, 0, 2 * Math.PI);
      else context.rect(x + scale / 2, y + scale / 2, size * scale - scale, size * scale - scale);
      if (at < full) {
        context.fillStyle = color;
        context.globalAlpha = at < full - faint ? 1 : 0.45;
        context.fill();
        context.globalAlpha = 1;
      } else {
        context.strokeStyle = empty;
        context.globalAlpha = 0.55;
        context.stroke();
        context.globalAlpha = 1;
      }
    }
  }

  #drawSlots({ at, slots, rests, workers }: Snapshot, most: number): void {
    const sheet = this.#slots;
    const { context, scale } = this.#begin(sheet);
    const cells = layCells(most, sheet.width, sheet.height);
    const size = (cells.pitch - Math.max(1, cells.pitch * 0.22)) * scale;
    context.lineWidth = scale;
    context.strokeStyle = this.#palette.muted;
    for (let slot = 0; slot < most; slot++) {
      // Those that there are not now, or not yet, are hinted at.
      context.globalAlpha = slot < workers ? 1 : 0.25;
      const [x, y] = place(cells, slot, scale);
      context.strokeRect(x + scale / 2, y + scale / 2, size - scale, size - scale);
    }
    context.globalAlpha = 1;
    this.#rest ??= dots(context, this.#palette.rest, Math.round(5 * scale));
    context.fillStyle = this.#rest;
    for (const { track, from, to } of rests) {
      const [x, y] = place(cells, track, scale);
      const left = (to - at) / (to - Math.min(from, at));
      context.fillRect(x, y + size * (1 - left), size, size * left);
    }
    context.fillStyle = this.#palette.flight;
    for (const { slot, didAnswer } of slots) {
      const [x, y] = place(cells, slot, scale);
      context.globalAlpha = didAnswer ? 1 : 0.5;
      context.fillRect(x, y, size, size);
    }
    context.globalAlpha = 1;
  }

  #begin(sheet: Sheet): Sheet {
    if (sheet.fit()) this.#rest = undefined;
    sheet.context.clearRect(0, 0, sheet.canvas.width, sheet.canvas.height);
    return sheet;
  }
}

function place({ pitch, columns }: Cells, at: number, scale: number): readonly [x: number, y: number] {
  return [Math.round((at % columns) * pitch * scale), Math.round(Math.floor(at / columns) * pitch * scale)];
}
