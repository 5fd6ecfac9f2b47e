import { type LaneHistory, laneLabel, type LanePast } from "../scene/lane-history.ts";
import type { Life } from "../scene/life.ts";
import { Sheet } from "./canvas.ts";
import { drawLaneLife } from "./lane-life.ts";
import { type Palette, stripes } from "./palette.ts";
import { drawRetryMark } from "./retry-mark.ts";
import { drawSlotLine } from "./slot-line.ts";
import { AXIS, axisOn, drawGrid, drawNow, type TimeAxis, writeTimes } from "./time-axis.ts";

/** Lanes that are drawn. */
const MOST_LANES = 8;
/** CSS pixels of a lane. */
const ROW = 40;

/** What a point of the picture stands for. */
export interface LaneSpot {
  readonly lane: string;
  readonly at: number;
  /** From the foot of the lane. */
  readonly requests: number;
}

/** One row per lane: how many of its requests were under way, when it was held, and what was tried again. */
export class LanesPicture {
  readonly #sheet: Sheet;
  #palette: Palette;
  #stripes: CanvasPattern | string | undefined;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    this.#sheet = new Sheet(canvas);
    this.#palette = palette;
  }

  /** Takes up other colours. */
  set palette(palette: Palette) {
    this.#palette = palette;
    this.#stripes = undefined;
  }

  /** The height that its lanes want, in CSS pixels. */
  static heightFor(lanes: number): number {
    return Math.min(Math.max(lanes, 1), MOST_LANES) * ROW + AXIS;
  }

  /**
   * @param span ms to be shown.
   * @param workers Slots that a lane may have at once.
   * @param followed The task that somebody follows.
   */
  draw(history: LaneHistory, now: number, span: number, workers: number, followed?: Life): void {
    const sheet = this.#sheet;
    if (sheet.fit()) this.#stripes = undefined;
    const { context, canvas } = sheet;
    const axis = axisOn(sheet, now, span);
    context.fillStyle = this.#palette.surface;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const lanes = history.lanes.slice(0, MOST_LANES);
    const height = axis.height / Math.max(lanes.length, 1);
    for (const at of lanes.keys()) this.#drawGround(axis, at * height, height, workers);
    context.save();
    context.beginPath();
    context.rect(axis.left, 0, axis.width, axis.height);
    context.clip();
    drawGrid(context, this.#palette, axis);
    for (const [at, lane] of lanes.entries()) this.#drawLane(lane, axis, at * height, height, workers);
    const row = lanes.findIndex(({ name }) => name === followed?.lane);
    if (followed !== undefined && row >= 0) {
      drawLaneLife(context, followed, axis, (row + 1) * height, this.#palette, sheet.scale);
    }
    context.restore();
    drawNow(sheet, this.#palette, axis);
    writeTimes(sheet, this.#palette, axis);
  }

  /** The lane, the time and the number of requests that a point stands for, in CSS pixels from the canvas's corner. */
  spotAt(history: LaneHistory, x: number, y: number, now: number, span: number, workers: number): LaneSpot | undefined {
    const { width, height, scale } = this.#sheet;
    const lanes = history.lanes.slice(0, MOST_LANES);
    const row = (height - AXIS) / Math.max(lanes.length, 1);
    const lane = lanes[Math.floor(y / row)];
    if (lane === undefined || x < 0 || x > width) return undefined;
    const at = axisOn(this.#sheet, now, span).timeOf(x * scale);
    return { lane: lane.name, at, requests: ((row - (y % row)) / row) * workers };
  }

  #drawGround(axis: TimeAxis, top: number, height: number, workers: number): void {
    const { context, scale } = this.#sheet;
    const gap = Math.round(2 * scale);
    context.fillStyle = this.#palette.track;
    context.fillRect(axis.left, Math.round(top) + gap, axis.width, Math.round(height) - 2 * gap);
    context.fillStyle = this.#palette.muted;
    context.font = `${10 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(String(workers), axis.left - 6 * scale, top + 8 * scale);
    context.fillText("0", axis.left - 6 * scale, top + height - 8 * scale);
  }

  #drawLane(lane: LanePast, axis: TimeAxis, top: number, height: number, workers: number): void {
    const { context, scale } = this.#sheet;
    const gap = Math.round(2 * scale);
    const [from, to] = [Math.round(top) + gap, Math.round(top + height) - gap];
    this.#drawHolds(lane, axis, from, to);
    this.#drawLevels(lane, axis, to, (to - from) / workers);
    const heightOf = (slots: number): number => Math.max(to - slots * ((to - from) / workers), from + scale);
    drawSlotLine(context, lane.slots.newest(), axis, heightOf, this.#palette, scale);
    for (const at of lane.retries.newest()) {
      const x = axis.at(at);
      if (x < axis.left) break;
      drawRetryMark(context, x, to - 7 * scale, 4 * scale, this.#palette.ink);
    }
    const name = laneLabel(lane.name);
    context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "left";
    context.textBaseline = "top";
    const room = context.measureText(name).width + 8 * scale;
    context.fillStyle = this.#palette.surface;
    context.fillRect(axis.left, from, room, 15 * scale);
    context.fillStyle = this.#palette.ink;
    context.fillText(name, axis.left + 4 * scale, from + 2 * scale);
  }

  #drawHolds({ holds }: LanePast, axis: TimeAxis, from: number, to: number): void {
    const { context, scale } = this.#sheet;
    const { hold, ink } = this.#palette;
    this.#stripes ??= stripes(context, hold, "transparent", Math.round(7 * scale));
    context.font = `600 ${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const held of holds.newest()) {
      const [left, right] = [axis.at(held.from), Math.max(axis.at(held.to), axis.at(held.from) + 1)];
      if (right < axis.left) break;
      context.fillStyle = this.#stripes;
      context.fillRect(left, from, right - left, to - from);
      context.fillStyle = hold;
      for (const x of [left, right]) context.fillRect(x, from, Math.max(1, Math.round(1.5 * scale)), to - from);
      const words = `${held.status ?? "gate"}: held ${((held.to - held.from) / 1000).toFixed(1)} s`;
      const room = context.measureText(words).width + 10 * scale;
      const start = Math.max(left, axis.left);
      if (right - start < room + 4 * scale) continue;
      context.fillStyle = this.#palette.surface;
      context.fillRect(right - room, (from + to) / 2 - 8 * scale, room - 2 * scale, 16 * scale);
      context.fillStyle = ink;
      context.fillText(words, right - room + 4 * scale, (from + to) / 2);
    }
  }

  /** From now back, a column at a time at most. */
  #drawLevels({ levels }: LanePast, axis: TimeAxis, bottom: number, unit: number): void {
    const { context } = this.#sheet;
    context.fillStyle = this.#palette.accent;
    context.globalAlpha = 0.55;
    let right = axis.at(axis.now);
    for (const { at, running } of levels.newest()) {
      const x = axis.at(at);
      if (x >= right) continue;
      const left = Math.max(x, axis.left);
      const tall = Math.round(running * unit);
      context.fillRect(left, bottom - tall, right - left, tall);
      if (x < axis.left) break;
      right = x;
    }
    context.globalAlpha = 1;
  }
}
