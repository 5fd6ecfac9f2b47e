import type { Outcome } from "../scene/outcome.ts";

/** The colours of the pictures, as the style sheet has them for the theme in force. */
export interface Palette {
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly track: string;
  readonly accent: string;
  readonly rest: string;
  /** A lane is held. */
  readonly hold: string;
  readonly over: string;
  /** Under way: the outcome is not known yet. */
  readonly flight: string;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  /** What is written on each. */
  readonly onOutcomes: Readonly<Record<Outcome, string>>;
}

/** Reads the palette. Costs a style recalculation: once per theme, not once per frame. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const each = (prefix: string): Record<Outcome, string> => ({
    ok: color(`${prefix}ok`),
    status: color(`${prefix}status`),
    failed: color(`${prefix}failed`),
    up: color(`${prefix}up`),
    kept: color(`${prefix}kept`),
  });
  return {
    surface: color("surface"),
    ink: color("ink"),
    muted: color("muted"),
    line: color("line"),
    track: color("track"),
    accent: color("accent"),
    rest: color("rest"),
    hold: color("hold"),
    over: color("over"),
    flight: color("flight"),
    outcomes: each(""),
    onOutcomes: each("on-"),
  };
}

/** Diagonal stripes in a colour: what the pictures mark clean-up and rest with, so that hue is not all there is. */
export function stripes(
  context: CanvasRenderingContext2D,
  color: string,
  back: string,
  size: number,
): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const draw = tile.getContext("2d");
  if (draw === null) return color;
  draw.fillStyle = back;
  draw.fillRect(0, 0, size, size);
  draw.strokeStyle = color;
  draw.lineWidth = Math.max(1, size / 4);
  draw.beginPath();
  for (const shift of [-size, 0, size]) {
    draw.moveTo(shift, size);
    draw.lineTo(shift + size, 0);
  }
  draw.stroke();
  return context.createPattern(tile, "repeat") ?? color;
}

/** Dots in a colour, on nothing: what the pictures mark a slot's rest with. */
export function dots(context: CanvasRenderingContext2D, color: string, size: number): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const draw = tile.getContext("2d");
  if (draw === null) return color;
  const dot = Math.max(1, Math.round(size / 3));
  draw.fillStyle = color;
  draw.fillRect(Math.round((size - dot) / 2), Math.round((size - dot) / 2), dot, dot);
  return context.createPattern(tile, "repeat") ?? color;
}
