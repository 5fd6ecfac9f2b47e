import type { Palette } from "./palette.ts";

/** A box on a canvas, in device pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** CSS pixels that a mark has at least, however small what it marks. */
const LEAST = 7;

/** Draws a frame around what is followed, with a rim that sets it off from whatever it lies on. */
export function drawFollowMark(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { ink, surface }: Palette,
  scale: number,
): void {
  const [more, taller] = [Math.max(0, LEAST * scale - width), Math.max(0, LEAST * scale - height)];
  context.lineJoin = "round";
  for (const [color, thick] of [
    [surface, 5],
    [ink, 2.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = thick * scale;
    context.strokeRect(x - more / 2, y - taller / 2, width + more, height + taller);
  }
}
