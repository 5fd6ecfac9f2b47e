import type { SlotLevel } from "../scene/slot-levels.ts";
import type { Palette } from "./palette.ts";
import type { TimeAxis } from "./time-axis.ts";

/**
 * Draws how many slots there were, as a line over what they did.
 *
 * @param levels From the newest back.
 * @param heightOf Where the line is for so many slots.
 */
export function drawSlotLine(
  context: CanvasRenderingContext2D,
  levels: Iterable<SlotLevel>,
  axis: TimeAxis,
  heightOf: (slots: number) => number,
  { ink, surface }: Palette,
  scale: number,
): void {
  const path = new Path2D();
  let right = axis.at(axis.now);
  let isFirst = true;
  for (const { at, slots } of levels) {
    const x = axis.at(at);
    // Several changes within one column: the last one is seen.
    if (x >= right && !isFirst) continue;
    const y = heightOf(slots);
    if (isFirst) path.moveTo(right, y);
    else path.lineTo(right, y);
    isFirst = false;
    const left = Math.max(x, axis.left);
    path.lineTo(left, y);
    if (x < axis.left) break;
    right = x;
  }
  if (isFirst) return;
  context.lineJoin = "round";
  // A rim in the colour of the ground, since it runs over bars of any colour.
  context.strokeStyle = surface;
  context.lineWidth = 5 * scale;
  context.stroke(path);
  context.strokeStyle = ink;
  context.lineWidth = 2 * scale;
  context.stroke(path);
}
