import type { Life } from "../scene/life.ts";
import type { Span, TrackSource } from "../scene/track.ts";

/** The attempts of a task. */
export function spansOf(life: Life | undefined): Span[] {
  return life?.stages.flatMap(({ span }) => span ?? []) ?? [];
}

/** The request of the other side of a comparison that has the same number. It is looked for until it is found. */
export class TheirSpan {
  #life: Life | undefined;
  #span: Span | undefined;

  of(life: Life | undefined, source: TrackSource | undefined): Span[] {
    if (life !== this.#life) this.#span = undefined;
    this.#life = life;
    if (life === undefined || source === undefined) return [];
    this.#span ??= find(life, source);
    return this.#span === undefined ? [] : [this.#span];
  }
}

function find({ number, cameAt }: Life, source: TrackSource): Span | undefined {
  for (const span of source.live()) if (span.id === number) return span;
  for (const span of source.ended()) {
    if ((span.to ?? cameAt) < cameAt) return undefined;
    if (span.id === number) return span;
  }
  return undefined;
}
