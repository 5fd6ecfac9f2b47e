import type { Span } from "../scene/track.ts";
import type { Palette } from "./palette.ts";
import { drawRetryMark } from "./retry-mark.ts";
import { drawTroubleMark } from "./trouble-mark.ts";

/** Where a bar lies on a canvas, in device pixels. */
export interface BarPlace {
  /** Its right edge. */
  readonly end: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly scale: number;
}

/** CSS pixels of a bar that is high enough for marks, and of a mark. */
const LEAST_HEIGHT = 9;
const SIZE = 11;

/** How many device pixels the marks of a bar take. */
export function marksWidth({ trouble, againMs }: Span, scale: number): number {
  return (Number(trouble !== undefined) + Number(againMs !== undefined)) * (SIZE + 2) * scale;
}

/** Marks what went wrong and what is tried again, at a bar's end, however narrow it is. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  { trouble, againMs }: Span,
  { end, width, y, height, scale }: BarPlace,
  { ink, surface }: Palette,
): void {
  const size = SIZE * scale;
  if (height < LEAST_HEIGHT * scale) return;
  const middle = y + height / 2;
  const isBoth = againMs !== undefined && trouble !== undefined;
  // Two marks side by side want room; where there is none the sign of the trouble is the one above.
  const isAbove = isBoth && width < 2 * size + 4 * scale;
  // Right of the bar's end where it is narrow, so that the first of a scene is not cut off.
  const x = width < size ? end + size / 2 + scale : end - size / 2 - scale;
  if (againMs !== undefined) drawRetryMark(context, x, isAbove ? y + height - size / 2 : middle, size * 0.36, ink);
  if (trouble === undefined) return;
  const at = isAbove ? y + size / 2 : middle;
  drawTroubleMark(context, trouble, isBoth && !isAbove ? x - size - 2 * scale : x, at, size * 0.36, ink, surface);
}
