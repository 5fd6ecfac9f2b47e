import type { TrackSource, Span } from "../scene/track.ts";
import { Sheet } from "./canvas.ts";
import { drawFollowMark } from "./follow-mark.ts";
import type { Palette } from "./palette.ts";
import { drawSlotLine } from "./slot-line.ts";
import { drawStartMarks } from "./start-marks.ts";
import { Strip } from "./strip.ts";
import { AXIS, axisOn, drawGrid, drawNow, MARGIN, type TimeAxis, writeTimes } from "./time-axis.ts";

/** One track per slot, on an axis of time. */
export class TracksPicture {
  readonly #sheet: Sheet;
  #source: TrackSource;
  readonly #lead: string;
  #palette: Palette;
  #strip: Strip | undefined;
  #span = 0;
  #tracks = 0;

  /** @param lead What a track is, in a word. */
  constructor(canvas: HTMLCanvasElement, source: TrackSource, lead: string, palette: Palette) {
    this.#sheet = new Sheet(canvas);
    this.#source = source;
    this.#lead = lead;
    this.#palette = palette;
  }

  /** Takes up other colours. */
  set palette(palette: Palette) {
    this.#palette = palette;
    this.#strip = undefined;
  }

  /** Takes up other tracks. */
  set source(source: TrackSource) {
    this.#source = source;
    this.#strip = undefined;
  }

  /** The height that its tracks want, in CSS pixels. */
  static heightFor(tracks: number): number {
    return (
      Math.round(tracks > 10 ? Math.min(Math.max(tracks * 18, 300), 420) : Math.min(Math.max(tracks * 38, 76), 300)) +
      AXIS
    );
  }

  /** @param span ms to be shown. @param followed What somebody follows. */
  draw(now: number, span: number, followed: readonly Span[] = []): void {
    const sheet = this.#sheet;
    const isNew = sheet.fit();
    const { tracks } = this.#source;
    if (isNew || this.#strip === undefined || span !== this.#span || tracks !== this.#tracks)
      this.#begin(now, span, tracks);
    const strip = this.#strip;
    if (strip === undefined) return;
    strip.advance(now, this.#source);
    const { context } = sheet;
    const axis = axisOn(sheet, now, span);
    const { left, width, height } = axis;
    const nowAt = axis.at(now);
    const origin = axis.at(0);
    context.fillStyle = this.#palette.surface;
    context.fillRect(0, 0, sheet.canvas.width, sheet.canvas.height);
    this.#drawGround(context, left, width, height, tracks, strip);
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height);
    context.clip();
    drawGrid(context, this.#palette, axis);
    strip.drawOn(context, nowAt + 1, 0, nowAt - left + 1);
    for (const rest of this.#source.resting()) {
      if (rest.track < tracks) strip.drawRest(context, rest, origin, 0);
    }
    for (const live of this.#source.live()) {
      if (live.track < tracks) strip.drawSpan(context, live, now, origin, 0);
    }
    for (const marked of this.#source.marked()) {
      if ((marked.to ?? now) < now - span) break;
      if (marked.track < tracks) strip.drawMarks(context, marked, origin);
    }
    for (const one of followed) {
      if (one.track >= tracks || (one.to ?? now) < now - span) continue;
      drawFollowMark(context, strip.boxOf(one, now, origin), this.#palette, sheet.scale);
    }
    this.#drawLevels(axis, strip);
    context.restore();
    drawStartMarks(sheet, this.#source.starts(), axis, this.#palette);
    drawNow(sheet, this.#palette, axis);
    this.#drawLimit(context, tracks, strip);
    writeTimes(sheet, this.#palette, axis);
  }

  /** The span under a point, in CSS pixels from the canvas's corner. */
  spanAt(x: number, y: number, now: number): Span | undefined {
    const strip = this.#strip;
    if (strip === undefined) return undefined;
    const width = this.#sheet.width - MARGIN;
    const at = axisOn(this.#sheet, now, this.#span).timeOf(x * this.#sheet.scale);
    const track = Math.floor((y / (this.#sheet.height - AXIS)) * this.#tracks);
    const slack = (3 * this.#span) / width;
    const isHit = (span: Span): boolean =>
      span.track === track &&
      span.from <= at &&
      (span.to === undefined ? now : Math.max(span.to, span.from + slack)) >= at;
    for (const span of this.#source.live()) if (isHit(span)) return span;
    for (const span of this.#source.ended()) {
      if (isHit(span)) return span;
      if ((span.to ?? now) < at - this.#span) return undefined;
    }
    return undefined;
  }

  #begin(now: number, span: number, tracks: number): void {
    const { canvas, scale } = this.#sheet;
    this.#span = span;
    this.#tracks = tracks;
    const width = canvas.width - Math.round(MARGIN * scale);
    const height = canvas.height - Math.round(AXIS * scale);
    if (width < 10 || height < 10) return;
    this.#strip = new Strip({ width, height, scale, pace: width / span, tracks }, this.#palette);
    this.#strip.repaint(now, this.#source);
  }

  #drawGround(
    context: CanvasRenderingContext2D,
    left: number,
    width: number,
    height: number,
    tracks: number,
    strip: Strip,
  ): void {
    const { scale } = this.#sheet;
    context.fillStyle = this.#palette.track;
    const trackHeight = height / tracks;
    const gap = trackHeight > 12 * scale ? Math.round(2 * scale) : 0;
    for (let track = 0; track < tracks; track++) {
      if (gap === 0 && track % 2 === 1) continue;
      const top = strip.top(track) + gap;
      context.fillRect(left, top, width, strip.top(track + 1) - top - gap);
    }
    context.fillStyle = this.#palette.muted;
    context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const every = Math.ceil((16 * scale) / trackHeight);
    for (let track = 0; track < tracks; track += every) {
      context.fillText(
        `${track === 0 && trackHeight > 12 * scale ? this.#lead : ""}${track}`,
        left - 6 * scale,
        Math.max((strip.top(track) + strip.top(track + 1)) / 2, 7 * scale),
      );
    }
  }

  /** How many slots there were, and the number of now. */
  #drawLevels(axis: TimeAxis, strip: Strip): void {
    const { context, scale } = this.#sheet;
    const [now] = this.#source.levels();
    if (now === undefined) return;
    const heightOf = (slots: number): number => Math.min(strip.top(slots), axis.height - Math.round(2 * scale));
    drawSlotLine(context, this.#source.levels(), axis, heightOf, this.#palette, scale);
    const words = `${now.slots} ${now.slots === 1 ? "slot" : "slots"}`;
    context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    const room = context.measureText(words).width + 8 * scale;
    const right = Math.min(axis.at(axis.now), axis.left + axis.width) - 4 * scale;
    // Below the line, where no slot is, if there is room.
    const line = heightOf(now.slots);
    const y = line + 20 * scale < axis.height ? line + 4 * scale : line - 20 * scale;
    context.fillStyle = this.#palette.surface;
    context.fillRect(right - room, y, room, 16 * scale);
    context.fillStyle = this.#palette.ink;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(words, right - 4 * scale, y + 8 * scale);
  }

  #drawLimit(context: CanvasRenderingContext2D, tracks: number, strip: Strip): void {
    const { scale } = this.#sheet;
    const { limit } = this.#source;
    if (tracks <= limit) return;
    context.fillStyle = this.#palette.over;
    context.fillRect(Math.round(MARGIN * scale), strip.top(limit) - 1, this.#sheet.canvas.width, Math.round(2 * scale));
    context.textAlign = "left";
    context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    const words = `beyond the ${limit} there should be`;
    const at = Math.round((MARGIN + 6) * scale);
    const room = context.measureText(words).width + 12 * scale;
    context.fillRect(at - 6 * scale, strip.top(limit), room, 16 * scale);
    context.fillStyle = this.#palette.surface;
    context.fillText(words, at, strip.top(limit) + 8 * scale);
  }
}
