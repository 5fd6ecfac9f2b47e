import type { Sheet } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import type { TimeAxis } from "./time-axis.ts";

/** Marks each start under the tracks: whether they come evenly or all at once is seen at a glance. */
export function drawStartMarks(
  { context, scale }: Sheet,
  starts: Iterable<number>,
  axis: TimeAxis,
  { ink, muted }: Palette,
): void {
  const { left, height } = axis;
  const tall = Math.round(5 * scale);
  const wide = Math.max(1, Math.round(scale));
  context.fillStyle = ink;
  let last: number | undefined;
  for (const at of starts) {
    const x = axis.at(at);
    if (x < left) break;
    if (x !== last) context.fillRect(x, height, wide, tall);
    last = x;
  }
  if (last === undefined) return;
  context.fillStyle = muted;
  context.font = `${11 * scale}px ui-sans-serif, system-ui, sans-serif`;
  context.textAlign = "right";
  context.textBaseline = "top";
  context.fillText("starts", left - 6 * scale, height + 2 * scale);
}
