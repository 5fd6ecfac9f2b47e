import type { Life } from "../scene/life.ts";
import { Sheet } from "./canvas.ts";
import { type Cells, layCells } from "./cells.ts";

/** One station of a task's way: cells on a canvas, and whose each of them is. */
export class Station {
  readonly #sheet: Sheet;
  #cells: Cells = { pitch: 1, columns: 1 };
  #lives: readonly (Life | undefined)[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#sheet = new Sheet(canvas);
  }

  get canvas(): HTMLCanvasElement {
    return this.#sheet.canvas;
  }

  get context(): CanvasRenderingContext2D {
    return this.#sheet.context;
  }

  /** Device pixels per CSS pixel. */
  get scale(): number {
    return this.#sheet.scale;
  }

  /** The width of a cell, in CSS pixels. */
  get size(): number {
    const { pitch } = this.#cells;
    return pitch - Math.max(1, pitch * 0.22);
  }

  /** Lays so many cells on an empty canvas. @param lives Whose they are, in their order. */
  lay(count: number, lives: readonly (Life | undefined)[]): void {
    this.#sheet.fit();
    const { canvas, context, width, height } = this.#sheet;
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.#cells = layCells(Math.max(count, 1), width, height);
    this.#lives = lives;
  }

  /** The corner of a cell, in device pixels. */
  corner(at: number): readonly [x: number, y: number] {
    const { pitch, columns } = this.#cells;
    const { scale } = this.#sheet;
    return [Math.round((at % columns) * pitch * scale), Math.round(Math.floor(at / columns) * pitch * scale)];
  }

  /** The middle of a cell, in CSS pixels from the canvas's corner. */
  middle(at: number): readonly [x: number, y: number] {
    const [x, y] = this.corner(at);
    return [x / this.scale + this.size / 2, y / this.scale + this.size / 2];
  }

  /** Whose cell is at a point, in CSS pixels from the canvas's corner. */
  lifeAt(x: number, y: number): Life | undefined {
    const { pitch, columns } = this.#cells;
    const column = Math.floor(x / pitch);
    return column < 0 || column >= columns ? undefined : this.#lives[Math.floor(y / pitch) * columns + column];
  }

  /** Marks the cell of a task, if it has one here. */
  mark(life: Life, ink: string, surface: string): void {
    const at = this.#lives.indexOf(life);
    if (at < 0) return;
    const { context, scale } = this.#sheet;
    const [x, y] = this.corner(at);
    const size = this.size * scale;
    for (const [color, width] of [
      [surface, 4],
      [ink, 2],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width * scale;
      // Within the cell, since those at the edge of the canvas have no room around them.
      context.strokeRect(x + scale, y + scale, Math.max(size - 2 * scale, scale), Math.max(size - 2 * scale, scale));
    }
  }
}
