import type { Life } from "../scene/life.ts";
import type { Lives } from "../scene/lives.ts";
import type { Palette } from "./palette.ts";
import type { TimeAxis } from "./time-axis.ts";

/** Draws a task's life along the foot of its lane: thin where it waited, thick where it was under way. */
export function drawLaneLife(
  context: CanvasRenderingContext2D,
  { cameAt, end, stages }: Life,
  axis: TimeAxis,
  bottom: number,
  { ink, surface }: Palette,
  scale: number,
): void {
  const bar = (from: number, to: number, tall: number): void => {
    const left = Math.max(axis.at(from), axis.left);
    const width = Math.max(axis.at(to) - left, 2 * scale);
    const top = bottom - 5 * scale - (tall * scale) / 2;
    context.fillStyle = surface;
    context.fillRect(left - scale, top - scale, width + 2 * scale, (tall + 2) * scale);
    context.fillStyle = ink;
    context.fillRect(left, top, width, tall * scale);
  };
  bar(cameAt, end?.at ?? axis.now, 2);
  for (const { span } of stages) if (span !== undefined) bar(span.from, span.to ?? axis.now, 7);
}

/**
 * The task of a lane that a point of its picture stands for: the one at this height of those that were under way then, else the
 * first of those that waited.
 *
 * @param height From the foot of the lane, in requests.
 */
export function lifeInLane(lives: Lives, lane: string, at: number, height: number, now: number): Life | undefined {
  const running: Life[] = [];
  let waiting: Life | undefined;
  for (let id = lives.lastId; id > 0; id--) {
    const life = lives.byId(id);
    if (life === undefined) break;
    if (life.lane !== lane || life.cameAt > at || (life.end?.at ?? now) < at) continue;
    const span = life.stages.find(
      (stage) => stage.span !== undefined && stage.span.from <= at && (stage.span.to ?? now) >= at,
    );
    if (span === undefined) waiting = life;
    else running.unshift(life);
  }
  return running[Math.min(Math.floor(height), running.length - 1)] ?? waiting;
}
