import type { Exchange } from "httppool/lab";
import { numberOf } from "../world/hosts.ts";
import type { TrackSource, Rest, Span } from "./track.ts";
import { troubleIn } from "./outcome.ts";
import { Ring } from "./ring.ts";

const SPANS = 12_000;
const MARKED = 400;
const STARTS = 6000;
/** Tracks beyond those there should be: more are counted, not drawn. */
const MOST_TRACKS = 3;

/** Tracks for those who have no slots: each connection takes the first track that is free, as the server sees it. */
export class OpenTracks implements TrackSource {
  readonly limit: number;
  readonly #taken: (Span | undefined)[] = [];
  readonly #byExchange = new Map<number, Span>();
  readonly #ended = new Ring<Span>(SPANS);
  readonly #marked = new Ring<Span>(MARKED);
  readonly #isPaced: boolean;
  readonly #starts = new Ring<number>(STARTS);
  #newSpans: Span[] = [];

  /** @param isPaced Whether their starts are to be seen. */
  constructor(limit: number, isPaced: boolean) {
    this.limit = limit;
    this.#isPaced = isPaced;
  }

  get tracks(): number {
    return Math.min(Math.max(this.limit, this.#taken.length), this.most);
  }

  /** The most that are ever drawn. */
  get most(): number {
    return this.limit * MOST_TRACKS;
  }

  get begins(): number {
    return this.#ended.oldestLeft?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** Connections open now. */
  get open(): number {
    return this.#byExchange.size;
  }

  /** A server tells of one of its exchanges. */
  hear(exchange: Exchange, stage: "arrival" | "headers" | "end"): void {
    if (stage === "arrival") return this.#open(exchange);
    const span = this.#byExchange.get(exchange.number);
    if (span === undefined) return;
    if (stage === "end") return this.#close(span, exchange);
    const { status = 0, headersAt } = exchange;
    span.headersAt = headersAt;
    span.word = String(status);
    span.outcome = status < 400 ? "ok" : "status";
  }

  #open({ number, url, at }: Exchange): void {
    if (this.#isPaced) this.#starts.push(at);
    let track = this.#taken.indexOf(undefined);
    if (track < 0) track = this.#taken.length;
    const span: Span = { id: numberOf(url), track, from: at };
    this.#taken[track] = span;
    this.#byExchange.set(number, span);
  }

  #close(span: Span, exchange: Exchange): void {
    const { number, endedAt, end } = exchange;
    this.#byExchange.delete(number);
    this.#taken[span.track] = undefined;
    span.to = endedAt;
    if (end === "reset" || span.outcome === undefined) {
      span.outcome = "failed";
      span.word = span.headersAt === undefined ? "no answer" : "cut short";
    }
    span.trouble = troubleIn(span.outcome, exchange.status);
    if (span.trouble !== undefined) this.#marked.push(span);
    this.#ended.push(span);
    if (this.#newSpans.length < SPANS) this.#newSpans.push(span);
  }

  *live(): Generator<Span> {
    yield* this.#byExchange.values();
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

  starts(): Iterable<number> {
    return this.#starts.newest();
  }

  levels(): Iterable<never> {
    return [];
  }

  marked(): Iterable<Span> {
    return this.#marked.newest();
  }
}
