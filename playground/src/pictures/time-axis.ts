import type { Sheet } from "./canvas.ts";
import type { Palette } from "./palette.ts";

/** How much of the time shown lies ahead of now: room for "may not start before". */
const AHEAD = 0.08;
/** CSS pixels to the left of the time shown, and under it. */
export const MARGIN = 40;
export const AXIS = 20;

/** Where times lie on a sheet. Columns are device pixels. */
export interface TimeAxis {
  readonly now: number;
  /** ms shown. */
  readonly span: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** The column of a time. */
  at(ms: number): number;
  /** The time of a column. */
  timeOf(x: number): number;
}

/** Lays an axis of time on a sheet, so that all pictures of the same time have it in the same place. */
export function axisOn({ canvas, scale }: Sheet, now: number, span: number): TimeAxis {
  const left = Math.round(MARGIN * scale);
  const width = canvas.width - left;
  const height = canvas.height - Math.round(AXIS * scale);
  const pace = width / span;
  const column = (ms: number): number => Math.floor(ms * pace);
  // From the left at first, then moving on: by whole columns, counted since the scene began, as what has been painted once does.
  const origin = left + Math.min(0, Math.round(width * (1 - AHEAD)) - column(now));
  return { now, span, left, width, height, at: (ms) => origin + column(ms), timeOf: (x) => (x - origin) / pace };
}

/** Draws a line for each tick. */
export function drawGrid(context: CanvasRenderingContext2D, palette: Palette, axis: TimeAxis): void {
  const { left, width, height, at } = axis;
  context.fillStyle = palette.line;
  for (const tick of ticks(axis)) {
    const x = at(tick);
    if (x > left && x < left + width) context.fillRect(x, 0, 1, height);
  }
}

/** Draws the line of now. */
export function drawNow(sheet: Sheet, palette: Palette, { now, height, at }: TimeAxis): void {
  const { context, scale } = sheet;
  context.fillStyle = palette.accent;
  context.fillRect(at(now), 0, Math.max(1, Math.round(1.5 * scale)), height + 4 * scale);
}

/** Writes the times of the ticks, and what the line of now is called. */
export function writeTimes(sheet: Sheet, palette: Palette, axis: TimeAxis, label: string): void {
  const { context, scale, canvas } = sheet;
  const { now, left, height, at } = axis;
  context.fillStyle = palette.muted;
  context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "top";
  const nowAt = at(now);
  const room = (label.length > 3 ? 48 : 30) * scale;
  for (const tick of ticks(axis)) {
    const x = at(tick);
    if (x < left + 10 * scale || x > canvas.width - 14 * scale || Math.abs(x - nowAt) < room) continue;
    context.fillText(`${tick / 1000} s`, x, height + 5 * scale);
  }
  context.fillStyle = palette.accent;
  context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
  context.fillText(label, nowAt, height + 5 * scale);
}

function* ticks({ now, span }: TimeAxis): Generator<number> {
  const step = span <= 2000 ? 250 : span <= 10_000 ? 1000 : span <= 30_000 ? 5000 : 10_000;
  const first = Math.max(0, Math.ceil((now - span) / step) * step);
  for (let at = first; at <= Math.max(span, now + span * AHEAD); at += step) yield at;
}
