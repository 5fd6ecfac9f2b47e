import type { Life } from "../scene/life.ts";

/** Lets somebody pick a task in a picture. */
export class Picker {
  readonly #onPick: (life: Life) => void;

  constructor(onPick: (life: Life) => void) {
    this.#onPick = onPick;
  }

  /** Listens to a canvas. @param lifeAt The task at a point, in CSS pixels from the canvas's corner. */
  on(canvas: HTMLCanvasElement, lifeAt: (x: number, y: number) => Life | undefined): void {
    let pressed: Life | undefined;
    const lifeUnder = ({ clientX, clientY }: MouseEvent): Life | undefined => {
      const { left, top } = canvas.getBoundingClientRect();
      return lifeAt(clientX - left, clientY - top);
    };
    canvas.classList.add("pickable");
    // What was under the pointer when it was pressed is meant: the picture moves on until it is let go.
    canvas.addEventListener("pointerdown", (event) => {
      pressed = lifeUnder(event);
    });
    canvas.addEventListener("click", (event) => {
      const life = pressed ?? lifeUnder(event);
      if (life !== undefined) this.#onPick(life);
    });
  }
}
