import type { Trouble } from "../scene/outcome.ts";

/** Draws the sign of a trouble, with a rim that sets it off from whatever it lies on. */
export function drawTroubleMark(
  context: CanvasRenderingContext2D,
  trouble: Trouble,
  x: number,
  y: number,
  radius: number,
  color: string,
  rim: string,
): void {
  const shape = SHAPES[trouble](x, y, radius);
  context.lineJoin = "round";
  context.strokeStyle = rim;
  context.lineWidth = Math.max(2, radius * 0.9);
  context.stroke(shape);
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = Math.max(1, radius * 0.4);
  if (trouble === "limited" || trouble === "server") context.fill(shape);
  context.stroke(shape);
}

type Shape = (x: number, y: number, radius: number) => Path2D;

/** A triangle, a square, a clock, a cross: told apart without their colours. */
const SHAPES: Readonly<Record<Trouble, Shape>> = {
  limited: (x, y, radius) => {
    const path = new Path2D();
    path.moveTo(x, y - radius);
    path.lineTo(x + radius, y + radius * 0.8);
    path.lineTo(x - radius, y + radius * 0.8);
    path.closePath();
    return path;
  },
  server: (x, y, radius) => {
    const path = new Path2D();
    path.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6);
    return path;
  },
  timeout: (x, y, radius) => {
    const path = new Path2D();
    path.arc(x, y, radius, 0, 2 * Math.PI);
    path.moveTo(x, y - radius * 0.7);
    path.lineTo(x, y);
    path.lineTo(x + radius * 0.6, y);
    return path;
  },
  other: (x, y, radius) => {
    const path = new Path2D();
    const arm = radius * 0.8;
    path.moveTo(x - arm, y - arm);
    path.lineTo(x + arm, y + arm);
    path.moveTo(x + arm, y - arm);
    path.lineTo(x - arm, y + arm);
    return path;
  },
};
