import type { Clock } from "httppool";
import { make } from "../page/element.ts";
import type { Span } from "../scene/track.ts";
import { OUTCOMES } from "../scene/outcome.ts";
import type { TracksPicture } from "./tracks.ts";

/** Tells about the transaction under the pointer. */
export class Tip {
  readonly #box: HTMLElement;
  readonly #around: HTMLElement;
  readonly #followed = new Map<HTMLCanvasElement, { picture: TracksPicture; clock: Pick<Clock, "now"> }>();

  constructor(box: HTMLElement, around: HTMLElement) {
    this.#box = box;
    this.#around = around;
    document.addEventListener("pointerdown", ({ target }) => {
      if (!(target instanceof HTMLCanvasElement && this.#followed.has(target))) this.#box.hidden = true;
    });
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#box.hidden = true;
    });
  }

  /** Follows the pointer on the canvas of a picture. */
  follow(canvas: HTMLCanvasElement, picture: TracksPicture, clock: Pick<Clock, "now">): void {
    if (!this.#followed.has(canvas)) {
      canvas.addEventListener("pointermove", (event) => this.#show(canvas, event));
      canvas.addEventListener("pointerdown", (event) => this.#show(canvas, event));
      canvas.addEventListener("pointerleave", ({ pointerType }) => {
        // A finger leaves with the touch: what it has shown stays to be read.
        if (pointerType !== "touch") this.#box.hidden = true;
      });
    }
    this.#followed.set(canvas, { picture, clock });
  }

  #show(canvas: HTMLCanvasElement, event: PointerEvent): void {
    const followed = this.#followed.get(canvas);
    const box = canvas.getBoundingClientRect();
    const now = followed?.clock.now() ?? 0;
    const span = followed?.picture.spanAt(event.clientX - box.left, event.clientY - box.top, now);
    this.#box.hidden = span === undefined;
    if (span === undefined) return;
    this.#box.replaceChildren(make("b", {}, `Task #${span.id}`), `\n${describe(span).join("\n")}`);
    const around = this.#around.getBoundingClientRect();
    const left = event.clientX - around.left + 14;
    this.#box.style.left = `${Math.max(0, Math.min(left, around.width - this.#box.offsetWidth - 4))}px`;
    this.#box.style.top = `${event.clientY - around.top + 16}px`;
  }
}

function describe({ attempt = 1, againMs, waitedMs, from, headersAt, consumedAt, to, outcome, word }: Span): string[] {
  const lines: string[] = [];
  if (attempt > 1) lines.push(`attempt ${attempt}`);
  if (waitedMs !== undefined) lines.push(`waited ${Math.round(waitedMs)} ms in the queue`);
  if (headersAt !== undefined) lines.push(`headers after ${Math.round(headersAt - from)} ms`);
  if (headersAt !== undefined && (consumedAt ?? to) !== undefined) {
    lines.push(`body for ${Math.round((consumedAt ?? to ?? headersAt) - headersAt)} ms`);
  }
  if (consumedAt !== undefined && to !== undefined && to > consumedAt)
    lines.push(`clean-up for ${Math.round(to - consumedAt)} ms`);
  const label = OUTCOMES.find(([name]) => name === outcome)?.[1];
  lines.push(to === undefined ? "under way" : `${label ?? "over"} (${word ?? ""}) after ${Math.round(to - from)} ms`);
  if (againMs !== undefined) lines.push(`tried again: rests ${Math.round(againMs)} ms`);
  return lines;
}
