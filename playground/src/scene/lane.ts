import type { Outcome } from "./outcome.ts";

/** One transaction on its lane, as far as it has come. Times are in ms of the scene. */
export interface Span {
  readonly id: number;
  readonly lane: number;
  readonly from: number;
  headersAt?: number;
  /** The consumer is done; what follows is clean-up. */
  consumedAt?: number;
  to?: number;
  outcome?: Outcome;
  /** What is written on it. */
  word?: string;
  readonly waitedMs?: number;
}

/** A lane that may not start yet. */
export interface Rest {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
}

/** What a picture of lanes is drawn from. */
export interface LaneSource {
  /** Lanes there are by right. More may turn up. */
  readonly limit: number;
  /** Lanes to be drawn. */
  readonly lanes: number;
  /** Spans that are not over. */
  live(): Iterable<Span>;
  /** Lanes that have ended and may not start yet, or have not since. */
  resting(): Iterable<Rest>;
  /** Takes what has ended since it was last asked. */
  takeEnded(): { readonly spans: readonly Span[]; readonly rests: readonly Rest[] };
  /** What has ended, from the newest back. */
  ended(): Iterable<Span>;
  endedRests(): Iterable<Rest>;
}
