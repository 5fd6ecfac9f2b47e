import type { SlotLevel } from "./slot-levels.ts";
import type { Outcome, Trouble } from "./outcome.ts";

/** One transaction on its track, as far as it has come. Times are in ms of the scene. */
export interface Span {
  readonly id: number;
  /** From 1. Absent where there is but one. */
  readonly attempt?: number;
  readonly track: number;
  readonly from: number;
  headersAt?: number | undefined;
  /** The consumer is done; what follows is clean-up. */
  consumedAt?: number;
  to?: number | undefined;
  outcome?: Outcome;
  trouble?: Trouble | undefined;
  /** What is written on it. */
  word?: string;
  /** It is tried again, in so many ms from when this was decided. */
  againMs?: number;
  readonly waitedMs?: number;
}

/** A track that may not start yet. */
export interface Rest {
  readonly track: number;
  readonly from: number;
  readonly to: number;
}

/** What a picture of tracks is drawn from. */
export interface TrackSource {
  /** Tracks there are by right. More may turn up. */
  readonly limit: number;
  /** Tracks to be drawn. */
  readonly tracks: number;
  /** From when on everything is kept; -Infinity: nothing is forgotten. */
  readonly begins: number;
  /** The same, where what has been painted before is not there any more. */
  readonly forgottenUntil?: number;
  /** Spans that are not over. */
  live(): Iterable<Span>;
  /** Tracks that have ended and may not start yet, or have not since. */
  resting(): Iterable<Rest>;
  /** Takes what has ended since it was last asked. */
  takeEnded(): { readonly spans: readonly Span[]; readonly rests: readonly Rest[] };
  /** What has ended, from the newest back. */
  ended(): Iterable<Span>;
  endedRests(): Iterable<Rest>;
  /** When something started, from the newest back, where starts keep a pace. */
  starts(): Iterable<number>;
  /** How many tracks there should be, from the newest back, where that changes. */
  levels(): Iterable<SlotLevel>;
  /** What ended with a trouble, or is tried again, from the newest back. */
  marked(): Iterable<Span>;
}
