import type { LaneSource, Span } from "../scene/lane.ts";
import { Sheet } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import { Strip } from "./strip.ts";

/** How much of the time shown lies ahead of now: room for "may not start before". */
const AHEAD = 0.08;
const MARGIN = 40;
const AXIS = 20;

/** One lane per slot, on an axis of time. */
export class LanesPicture {
  readonly #sheet: Sheet;
  #source: LaneSource;
  readonly #lead: string;
  #palette: Palette;
  #strip: Strip | undefined;
  #span = 0;
  #lanes = 0;

  /** @param lead What a lane is, in a word. */
  constructor(canvas: HTMLCanvasElement, source: LaneSource, lead: string, palette: Palette) {
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

  /** Takes up other lanes. */
  set source(source: LaneSource) {
    this.#source = source;
    this.#strip = undefined;
  }

  /** The height that its lanes want, in CSS pixels. */
  static heightFor(lanes: number): number {
    return (
      Math.round(lanes > 10 ? Math.min(Math.max(lanes * 18, 300), 420) : Math.min(Math.max(lanes * 38, 76), 300)) + AXIS
    );
  }

  /** @param span ms to be shown. */
  draw(now: number, span: number): void {
    const sheet = this.#sheet;
    const isNew = sheet.fit();
    const { lanes } = this.#source;
    if (isNew || this.#strip === undefined || span !== this.#span || lanes !== this.#lanes)
      this.#begin(now, span, lanes);
    const strip = this.#strip;
    if (strip === undefined) return;
    strip.advance(now, this.#source);
    const { context, scale } = sheet;
    const left = Math.round(MARGIN * scale);
    const width = sheet.canvas.width - left;
    const height = sheet.canvas.height - Math.round(AXIS * scale);
    const nowAt = left + Math.round(width * (1 - AHEAD));
    const origin = nowAt - strip.column(now); // where column 0 would be
    context.fillStyle = this.#palette.surface;
    context.fillRect(0, 0, sheet.canvas.width, sheet.canvas.height);
    this.#drawGround(context, left, width, height, lanes, strip);
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height);
    context.clip();
    this.#drawGrid(context, now, origin, left, width, height);
    strip.drawOn(context, nowAt + 1, 0, nowAt - left + 1);
    for (const rest of this.#source.resting()) {
      if (rest.lane < lanes) strip.drawRest(context, rest, origin, 0);
    }
    for (const live of this.#source.live()) {
      if (live.lane < lanes) strip.drawSpan(context, live, now, origin, 0);
    }
    context.restore();
    this.#drawNow(context, nowAt, height, lanes, strip);
    this.#drawAxis(context, now, origin, left, height);
  }

  /** The span under a point, in CSS pixels from the canvas's corner. */
  spanAt(x: number, y: number, now: number): Span | undefined {
    const strip = this.#strip;
    if (strip === undefined) return undefined;
    const width = this.#sheet.width - MARGIN;
    const at = now + ((x - MARGIN) / width - (1 - AHEAD)) * this.#span;
    const lane = Math.floor((y / (this.#sheet.height - AXIS)) * this.#lanes);
    const slack = (3 * this.#span) / width;
    const isHit = (span: Span): boolean =>
      span.lane === lane &&
      span.from <= at &&
      (span.to === undefined ? now : Math.max(span.to, span.from + slack)) >= at;
    for (const span of this.#source.live()) if (isHit(span)) return span;
    for (const span of this.#source.ended()) {
      if (isHit(span)) return span;
      if ((span.to ?? now) < at - this.#span) return undefined;
    }
    return undefined;
  }

  #begin(now: number, span: number, lanes: number): void {
    const { canvas, scale } = this.#sheet;
    this.#span = span;
    this.#lanes = lanes;
    const width = canvas.width - Math.round(MARGIN * scale);
    const height = canvas.height - Math.round(AXIS * scale);
    if (width < 10 || height < 10) return;
    this.#strip = new Strip({ width, height, scale, pace: width / span, lanes }, this.#palette);
    this.#strip.repaint(now, this.#source);
  }

  #drawGround(
    context: CanvasRenderingContext2D,
    left: number,
    width: number,
    height: number,
    lanes: number,
    strip: Strip,
  ): void {
    const { scale } = this.#sheet;
    context.fillStyle = this.#palette.lane;
    const laneHeight = height / lanes;
    const gap = laneHeight > 12 * scale ? Math.round(2 * scale) : 0;
    for (let lane = 0; lane < lanes; lane++) {
      if (gap === 0 && lane % 2 === 1) continue;
      const top = strip.top(lane) + gap;
      context.fillRect(left, top, width, strip.top(lane + 1) - top - gap);
    }
    context.fillStyle = this.#palette.muted;
    context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const every = Math.ceil((16 * scale) / laneHeight);
    for (let lane = 0; lane < lanes; lane += every) {
      context.fillText(
        `${lane === 0 && laneHeight > 12 * scale ? this.#lead : ""}${lane}`,
        left - 6 * scale,
        Math.max((strip.top(lane) + strip.top(lane + 1)) / 2, 7 * scale),
      );
    }
  }

  #drawGrid(
    context: CanvasRenderingContext2D,
    now: number,
    origin: number,
    left: number,
    width: number,
    height: number,
  ): void {
    context.fillStyle = this.#palette.line;
    for (const at of this.#ticks(now)) {
      const x = origin + (this.#strip?.column(at) ?? 0);
      if (x > left && x < left + width) context.fillRect(x, 0, 1, height);
    }
  }

  #drawNow(context: CanvasRenderingContext2D, x: number, height: number, lanes: number, strip: Strip): void {
    const { scale } = this.#sheet;
    context.fillStyle = this.#palette.accent;
    context.fillRect(x, 0, Math.max(1, Math.round(1.5 * scale)), height + 4 * scale);
    const { limit } = this.#source;
    if (lanes <= limit) return;
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

  #drawAxis(context: CanvasRenderingContext2D, now: number, origin: number, left: number, height: number): void {
    const { scale, canvas } = this.#sheet;
    context.fillStyle = this.#palette.muted;
    context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "top";
    const nowX = origin + (this.#strip?.column(now) ?? 0);
    for (const at of this.#ticks(now)) {
      const x = origin + (this.#strip?.column(at) ?? 0);
      if (x < left + 10 * scale || x > canvas.width - 14 * scale || Math.abs(x - nowX) < 30 * scale) continue;
      context.fillText(`${at / 1000} s`, x, height + 5 * scale);
    }
    context.fillStyle = this.#palette.accent;
    context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.fillText("now", nowX, height + 5 * scale);
  }

  *#ticks(now: number): Generator<number> {
    const step = this.#span <= 2000 ? 250 : this.#span <= 10_000 ? 1000 : this.#span <= 30_000 ? 5000 : 10_000;
    const first = Math.max(0, Math.ceil((now - this.#span) / step) * step);
    for (let at = first; at <= now + this.#span * AHEAD; at += step) yield at;
  }
}
