import type { OpenHistory } from "../scene/open-history.ts";
import type { OpenView } from "../scene/opponent.ts";
import { Sheet } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import { drawStartMarks } from "./start-marks.ts";
import { AXIS, axisOn, drawGrid, drawNow, type TimeAxis, writeTimes } from "./time-axis.ts";

/** How many connections were open, and when they were opened, on the axis of time of the tracks. */
export class OpenStrip {
  /** CSS pixels. */
  static readonly height: number = 72 + AXIS;
  readonly #sheet: Sheet;
  palette: Palette;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    this.#sheet = new Sheet(canvas);
    this.palette = palette;
  }

  /** @param span ms to be shown. @param label What is written where time ends. */
  draw(now: number, span: number, { history, limit, most }: OpenView, label: string): void {
    const sheet = this.#sheet;
    sheet.fit();
    const { context, canvas, scale } = sheet;
    const axis = axisOn(sheet, now, span);
    const { left, width, height } = axis;
    const highest = Math.max(limit + 1, most);
    const topOf = (open: number): number => Math.round(height - ((height - 4 * scale) * open) / highest);
    context.fillStyle = this.palette.surface;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = this.palette.track;
    context.fillRect(left, 0, width, height);
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height);
    context.clip();
    drawGrid(context, this.palette, axis);
    this.#drawLevels(history, axis, topOf, limit);
    context.restore();
    this.#drawLimit(axis, topOf, limit, most);
    drawStartMarks(sheet, history.starts(now), axis, this.palette);
    drawNow(sheet, this.palette, axis);
    writeTimes(sheet, this.palette, axis, label);
  }

  /** Of each column the most, so that no peak is lost. */
  #drawLevels(history: OpenHistory, axis: TimeAxis, topOf: (open: number) => number, limit: number): void {
    const { context } = this.#sheet;
    const { accent, over } = this.palette;
    const bar = (from: number, to: number, open: number): void => {
      if (open === 0) return;
      context.globalAlpha = 0.55;
      context.fillStyle = accent;
      const top = topOf(Math.min(open, limit));
      context.fillRect(from, top, to - from, axis.height - top);
      context.globalAlpha = 1;
      if (open <= limit) return;
      context.fillStyle = over;
      context.fillRect(from, topOf(open), to - from, top - topOf(open));
    };
    const end = axis.at(axis.now) + 1;
    // The column in which the level last looked at began, and the most that there were within it.
    let column = end;
    let most = 0;
    for (const { at, open } of history.levels(axis.now)) {
      const begun = axis.at(at);
      if (begun === column) {
        most = Math.max(most, open);
        continue;
      }
      // It lasted until somewhere within that column.
      if (column < end) bar(column, column + 1, Math.max(most, open));
      bar(Math.max(begun + 1, axis.left), column, open);
      if (begun < axis.left) return;
      column = begun;
      most = open;
    }
    if (column < end) bar(column, column + 1, most);
  }

  #drawLimit(axis: TimeAxis, topOf: (open: number) => number, limit: number, most: number): void {
    const { context, scale } = this.#sheet;
    const y = topOf(limit);
    context.fillStyle = most > limit ? this.palette.over : this.palette.muted;
    for (let x = axis.left; x < axis.left + axis.width; x += 9 * scale) {
      context.fillRect(x, y, 5 * scale, Math.max(1, Math.round(1.5 * scale)));
    }
    context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillStyle = this.palette.muted;
    const room = axis.left - 6 * scale;
    // Above what is written below the axis.
    context.fillText(`≤ ${limit}`, room, Math.min(y, axis.height - 9 * scale));
    if (most > limit && y - topOf(most) > 14 * scale) context.fillText(String(most), room, topOf(most) + 4 * scale);
  }
}
