import type { TrackSource, Rest, Span } from "../scene/track.ts";
import { drawMarks, marksWidth } from "./bar-marks.ts";
import type { Box } from "./follow-mark.ts";
import { dots, type Palette, stripes } from "./palette.ts";

type Fill = string | CanvasPattern;

/** How a strip lies on the screen. */
export interface StripLayout {
  /** Device pixels of the time shown, and of all tracks. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** Device pixels per ms. */
  readonly pace: number;
  readonly tracks: number;
}

/**
 * What has ended, painted once: a strip of time, rolled up. The picture shows it moving on, so a frame costs what has
 * happened since the last one, and not all that can be seen.
 *
 * Columns are counted in device pixels since the scene began; a column's place on the canvas is the remainder.
 */
export class Strip {
  readonly canvas: HTMLCanvasElement = document.createElement("canvas");
  readonly #context: CanvasRenderingContext2D;
  readonly #palette: Palette;
  readonly #layout: StripLayout;
  readonly #cleanUps = new Map<string, Fill>();
  readonly #rest: Fill;
  /** The newest column. */
  #head = 0;

  constructor(layout: StripLayout, palette: Palette) {
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("This browser can't draw on a canvas");
    this.canvas.width = Math.max(1, layout.width);
    this.canvas.height = Math.max(1, layout.height);
    this.#context = context;
    this.#palette = palette;
    this.#layout = layout;
    this.#rest = dots(context, palette.rest, Math.round(5 * layout.scale));
    context.textBaseline = "middle";
    context.font = `600 ${11 * layout.scale}px ui-sans-serif, system-ui, sans-serif`;
  }

  /** The top of a track, in device pixels. */
  top(track: number): number {
    return Math.round((track * this.#layout.height) / this.#layout.tracks);
  }

  /** The column of a time. */
  column(ms: number): number {
    return Math.floor(ms * this.#layout.pace);
  }

  /** Rolls on to a time, and paints what has ended. */
  advance(now: number, source: TrackSource): void {
    const head = this.column(now);
    const { width, height } = this.#layout;
    const fresh = Math.min(head - this.#head, width);
    this.#head = head;
    if (fresh > 0) {
      this.#pieces(head - fresh + 1, head + 1, (x, columns) => this.#context.clearRect(x, 0, columns, height));
    }
    const { spans, rests } = source.takeEnded();
    for (const rest of rests) this.#paintRest(rest);
    for (const span of spans) this.#paint(span);
  }

  /** Paints everything anew, after a change of size or colours. */
  repaint(now: number, source: TrackSource): void {
    this.advance(now, source);
    const oldest = now - this.#layout.width / this.#layout.pace;
    for (const rest of source.endedRests()) {
      if (rest.to < oldest) break;
      this.#paintRest(rest);
    }
    for (const span of source.ended()) {
      if ((span.to ?? now) < oldest) break;
      this.#paint(span);
    }
  }

  /** Draws the columns up to the newest on a picture, with their right edge at `right`. */
  drawOn(picture: CanvasRenderingContext2D, right: number, top: number, columns: number): void {
    const { height } = this.#layout;
    const shown = Math.min(columns, this.#layout.width, this.#head + 1);
    let to = right - shown;
    this.#pieces(this.#head - shown + 1, this.#head + 1, (x, width) => {
      picture.drawImage(this.canvas, x, 0, width, height, to, top, width, height);
      to += width;
    });
  }

  /** Draws a span, or as much of it as there is, on a picture whose column 0 is at `left`. */
  drawSpan(picture: CanvasRenderingContext2D, span: Span, now: number, left: number, top: number): void {
    this.#drawPhases(span, now, (from, to, fill, alpha) => {
      picture.globalAlpha = alpha;
      picture.fillStyle = fill;
      picture.fillRect(
        left + from,
        top + this.top(span.track) + this.#gap,
        Math.max(to - from, 1),
        this.#barHeight(span.track),
      );
    });
    picture.globalAlpha = 1;
  }

  /** Draws a rest likewise. */
  drawRest(picture: CanvasRenderingContext2D, rest: Rest, left: number, top: number): void {
    const from = this.column(rest.from);
    picture.fillStyle = this.#rest;
    picture.fillRect(
      left + from,
      top + this.top(rest.track) + this.#gap,
      Math.max(this.column(rest.to) - from, 1),
      this.#barHeight(rest.track),
    );
  }

  /** Draws the marks of a span that has ended likewise. */
  drawMarks(picture: CanvasRenderingContext2D, span: Span, left: number): void {
    const { scale } = this.#layout;
    const [from, to] = [this.column(span.from), this.column(span.to ?? span.from)];
    const y = this.top(span.track) + this.#gap;
    const place = { end: left + to, width: to - from, y, height: this.#barHeight(span.track), scale };
    drawMarks(picture, span, place, this.#palette);
  }

  /** Where a span lies on a picture whose column 0 is at `left`. */
  boxOf(span: Span, now: number, left: number): Box {
    const from = this.column(span.from);
    const width = Math.max(this.column(span.to ?? now) - from, 1);
    return { x: left + from, y: this.top(span.track) + this.#gap, width, height: this.#barHeight(span.track) };
  }

  get #gap(): number {
    const { height, tracks, scale } = this.#layout;
    return height / tracks > 12 * scale ? Math.round(2 * scale) : height / tracks > 4 * scale ? 1 : 0;
  }

  #barHeight(track: number): number {
    return Math.max(1, this.top(track + 1) - this.top(track) - 2 * this.#gap);
  }

  #drawPhases(span: Span, now: number, draw: (from: number, to: number, fill: Fill, alpha: number) => void): void {
    const { outcomes, flight } = this.#palette;
    const color = span.outcome === undefined ? flight : outcomes[span.outcome];
    const end = this.column(span.to ?? now);
    // A gap before each bar that is wide enough tells it from the one before.
    const gap = Math.max(1, Math.round(this.#layout.scale));
    const begun = this.column(span.from);
    const start = end - begun > 3 * gap ? begun + gap : begun;
    const didAnswer = span.headersAt !== undefined;
    // The body is seen even if it took no time, before the end and not in the gap behind it.
    const last = didAnswer ? Math.max(end - 1, start) : end;
    const headers = Math.min(this.column(span.headersAt ?? span.to ?? now), last);
    const consumed = Math.min(this.column(span.consumedAt ?? span.to ?? now), end);
    if (headers > start || !didAnswer) draw(start, headers, color, didAnswer || span.to === undefined ? 0.42 : 1);
    if (didAnswer) draw(headers, Math.max(consumed, headers + 1), color, 1);
    if (end > consumed) draw(Math.max(consumed, headers + 1), end, this.#cleanUp(color), 1);
  }

  #paint(span: Span): void {
    const { tracks } = this.#layout;
    if (span.track >= tracks) return;
    const y = this.top(span.track) + this.#gap;
    const height = this.#barHeight(span.track);
    this.#drawPhases(span, span.to ?? span.from, (from, to, fill, alpha) => {
      this.#pieces(from, Math.max(to, from + 1), (x, width) => {
        // What was painted while it was under way must not shine through.
        this.#context.clearRect(x, y, width, height);
        this.#context.globalAlpha = alpha;
        this.#context.fillStyle = fill;
        this.#context.fillRect(x, y, width, height);
      });
    });
    this.#context.globalAlpha = 1;
    this.#label(span, y, height);
  }

  #paintRest({ track, from, to }: Rest): void {
    if (track >= this.#layout.tracks) return;
    this.#context.fillStyle = this.#rest;
    const y = this.top(track) + this.#gap;
    this.#pieces(this.column(from), Math.max(this.column(to), this.column(from) + 1), (x, width) =>
      this.#context.fillRect(x, y, width, this.#barHeight(track)),
    );
  }

  #label(span: Span, y: number, height: number): void {
    const { scale } = this.#layout;
    if (height < 13 * scale || span.to === undefined || span.outcome === undefined) return;
    const room = this.column(span.to) - this.column(span.from) - marksWidth(span, scale);
    const attempt = (span.attempt ?? 1) > 1 ? ` (${span.attempt})` : "";
    const text = span.outcome === "ok" ? `#${span.id}${attempt}` : `#${span.id}${attempt} ${span.word ?? ""}`;
    if (room < (text.length * 7.7 + 8) * scale) return;
    const x = (((this.column(span.from) % this.#layout.width) + this.#layout.width) % this.#layout.width) + 4 * scale;
    if (x + room > this.#layout.width) return; // rolled over the edge
    const isOnBody = span.headersAt === undefined || this.column(span.headersAt) - this.column(span.from) < room / 3;
    this.#context.fillStyle = isOnBody ? this.#palette.onOutcomes[span.outcome] : this.#palette.ink;
    this.#context.fillText(text, x, y + height / 2 + scale / 2);
  }

  #cleanUp(color: string): Fill {
    let fill = this.#cleanUps.get(color);
    if (fill === undefined) {
      fill = stripes(this.#context, color, this.#palette.surface, Math.round(5 * this.#layout.scale));
      this.#cleanUps.set(color, fill);
    }
    return fill;
  }

  /** The places on the canvas of the columns from `from` to before `to`, as far as they are kept. */
  #pieces(from: number, to: number, draw: (x: number, width: number) => void): void {
    const { width } = this.#layout;
    const first = Math.max(from, this.#head - width + 1, 0);
    const last = Math.min(to, this.#head + 1);
    for (let column = first; column < last;) {
      const x = column % width;
      const columns = Math.min(last - column, width - x);
      draw(x, columns);
      column += columns;
    }
  }
}
