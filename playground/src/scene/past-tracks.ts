import type { Rest, Span, TrackSource } from "./track.ts";
import type { SlotLevel } from "./slot-levels.ts";

/** More signs than this at once and nobody sees one. */
const MARKED = 400;

/** Tracks as they were at a moment: what began later is not there, and what ended later is still under way. */
export class PastTracks implements TrackSource {
  readonly limit: number;
  readonly tracks: number;
  readonly begins: number;
  readonly forgottenUntil: number;
  readonly #live: Span[] = [];
  readonly #ended: Span[] = [];
  readonly #resting: Rest[] = [];
  readonly #endedRests: Rest[] = [];
  readonly #source: TrackSource;
  readonly #at: number;

  /** @param at ms of the scene. @param span How many ms before it are looked at. */
  constructor(source: TrackSource, at: number, span: number) {
    this.#source = source;
    this.#at = at;
    this.limit = source.limit;
    this.tracks = source.tracks;
    this.begins = source.begins;
    this.forgottenUntil = source.begins;
    const oldest = at - span;
    for (const live of source.live()) if (live.from <= at) this.#live.push(underWay(live, at));
    for (const ended of source.ended()) {
      const { from, to = from } = ended;
      if (to < oldest) break;
      if (to <= at) this.#ended.push(ended);
      else if (from <= at) this.#live.push(underWay(ended, at));
    }
    this.#live.sort((one, other) => one.track - other.track);
    for (const rests of [source.resting(), source.endedRests()]) {
      for (const rest of rests) {
        if (rest.from > at || rest.to < oldest) continue;
        (rest.to > at ? this.#resting : this.#endedRests).push(rest);
      }
    }
    this.#resting.sort((one, other) => one.track - other.track);
  }

  live(): Iterable<Span> {
    return this.#live;
  }

  resting(): Iterable<Rest> {
    return this.#resting;
  }

  takeEnded(): { readonly spans: readonly Span[]; readonly rests: readonly Rest[] } {
    return { spans: [], rests: [] };
  }

  ended(): Iterable<Span> {
    return this.#ended;
  }

  endedRests(): Iterable<Rest> {
    return this.#endedRests;
  }

  starts(): Iterable<number> {
    // Where starts keep no pace, none are marked.
    const [first] = this.#source.starts();
    if (first === undefined) return [];
    return [...this.#live, ...this.#ended].map(({ from }) => from).toSorted((one, other) => other - one);
  }

  *levels(): Generator<SlotLevel> {
    // Before the first change that is left, nobody knows.
    for (const level of this.#source.levels()) if (level.at <= this.#at) yield level;
  }

  marked(): Iterable<Span> {
    return this.#ended
      .filter(({ trouble, againMs }) => trouble !== undefined || againMs !== undefined)
      .slice(0, MARKED);
  }
}

/** A span as it was at a time; undefined: it had not begun. */
export function asOf(span: Span, at: number): Span | undefined {
  if (span.from > at) return undefined;
  return span.to === undefined || span.to > at ? underWay(span, at) : span;
}

/** A span as far as it had come. */
function underWay({ id, attempt, track, from, waitedMs, headersAt, consumedAt }: Span, at: number): Span {
  return {
    id,
    track,
    from,
    ...(attempt !== undefined && { attempt }),
    ...(waitedMs !== undefined && { waitedMs }),
    ...(headersAt !== undefined && headersAt <= at && { headersAt }),
    ...(consumedAt !== undefined && consumedAt <= at && { consumedAt }),
  };
}
