/** A canvas that keeps to the size of its box, in device pixels. */
export class Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  width = 0;
  height = 0;
  /** Device pixels per CSS pixel. */
  scale = 1;
  #resized = true;
  #box: { readonly width: number; readonly height: number } | undefined;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser can't draw on a canvas");
    this.canvas = canvas;
    this.context = context;
    new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.#box = entry.contentRect;
      this.#resized = true;
    }).observe(canvas);
  }

  /** Takes up a new size. @returns Whether there was one: then the canvas is empty. */
  fit(): boolean {
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    if (!this.#resized && scale === this.scale) return false;
    this.#resized = false;
    this.scale = scale;
    // Asked for once: the observer tells of its first size only after the first frame.
    const { width, height } = this.#box ?? this.canvas.getBoundingClientRect();
    this.width = Math.round(width);
    this.height = Math.round(height);
    this.canvas.width = Math.max(1, Math.round(this.width * scale));
    this.canvas.height = Math.max(1, Math.round(this.height * scale));
    return true;
  }
}
