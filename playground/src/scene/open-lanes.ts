import type { ServerWatcher } from "../world/simulated-server.ts";
import type { LaneSource, Rest, Span } from "./lane.ts";
import { Ring } from "./ring.ts";

const SPANS = 12_000;
/** Lanes beyond those there should be: more are counted, not drawn. */
const MOST_LANES = 3;

/** Lanes for those who have no slots: each connection takes the first lane that is free, as the server sees it. */
export class OpenLanes implements LaneSource, ServerWatcher {
  readonly limit: number;
  readonly #taken: (Span | undefined)[] = [];
  readonly #byRequest = new Map<number, Span>();
  readonly #ended = new Ring<Span>(SPANS);
  #newSpans: Span[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get lanes(): number {
    return Math.min(Math.max(this.limit, this.#taken.length), this.limit * MOST_LANES);
  }

  /** Connections open now. */
  get open(): number {
    return this.#byRequest.size;
  }

  onOpen(request: number, at: number): void {
    let lane = this.#taken.indexOf(undefined);
    if (lane < 0) lane = this.#taken.length;
    const span: Span = { id: request, lane, from: at };
    this.#taken[lane] = span;
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
    this.#taken[span.lane] = undefined;
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
