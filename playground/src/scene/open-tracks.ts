import type { ServerWatcher } from "../world/simulated-server.ts";
import type { TrackSource, Rest, Span } from "./track.ts";
import { Ring } from "./ring.ts";

const SPANS = 12_000;
/** Tracks beyond those there should be: more are counted, not drawn. */
const MOST_TRACKS = 3;

/** Tracks for those who have no slots: each connection takes the first track that is free, as the server sees it. */
export class OpenTracks implements TrackSource, ServerWatcher {
  readonly limit: number;
  readonly #taken: (Span | undefined)[] = [];
  readonly #byRequest = new Map<number, Span>();
  readonly #ended = new Ring<Span>(SPANS);
  #newSpans: Span[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get tracks(): number {
    return Math.min(Math.max(this.limit, this.#taken.length), this.limit * MOST_TRACKS);
  }

  /** Connections open now. */
  get open(): number {
    return this.#byRequest.size;
  }

  onOpen(request: number, at: number): void {
    let track = this.#taken.indexOf(undefined);
    if (track < 0) track = this.#taken.length;
    const span: Span = { id: request, track, from: at };
    this.#taken[track] = span;
    this.#byRequest.set(request, span);
  }

  onHeaders(request: number, at: number, status: number): void {
    const span = this.#byRequest.get(request);
    if (span === undefined) return;
    span.headersAt = at;
    span.word = String(status);
    span.outcome = status < 400 ? "ok" : "status";
  }

  onClose(request: number, at: number): void {
    const span = this.#byRequest.get(request);
    if (span === undefined) return;
    this.#byRequest.delete(request);
    this.#taken[span.track] = undefined;
    span.to = at;
    span.outcome ??= "failed";
    span.word ??= "no answer";
    this.#ended.push(span);
    if (this.#newSpans.length < SPANS) this.#newSpans.push(span);
  }

  *live(): Generator<Span> {
    yield* this.#byRequest.values();
  }

  resting(): Iterable<Rest> {
    return [];
  }

  takeEnded(): { readonly spans: readonly Span[]; readonly rests: readonly Rest[] } {
    const spans = this.#newSpans;
    this.#newSpans = [];
    return { spans, rests: [] };
  }

  ended(): Iterable<Span> {
    return this.#ended.newest();
  }

  endedRests(): Iterable<Rest> {
    return [];
  }
}
