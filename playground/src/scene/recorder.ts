import type { FinishEvent, PoolEvent, RetryEvent, StartEvent } from "httppool";
import type { TrackSource, Rest, Span } from "./track.ts";
import { outcomeOf, troubleOf, wordFor } from "./outcome.ts";
import { Ring } from "./ring.ts";
import { Series } from "./series.ts";
import { type SlotLevel, SlotLevels } from "./slot-levels.ts";
import { noTally, noTroubles, type Tally, type Troubles } from "./tally.ts";

/** An event and when it came; or a line of the pool's logger. */
export interface LogEntry {
  readonly at: number;
  readonly event: PoolEvent | { readonly type: "log"; readonly text: string };
}

interface SlotState {
  live: Span | undefined;
  startedAt: number;
  endedAt: number | undefined;
}

const SPANS = 24_000;
/** More signs than this at once and nobody sees one. */
const MARKED = 400;
const EVENTS = 6000;
const STARTS = 6000;
const ORIGINS = 32;

/** Listens to a pool and remembers what the pictures need. It knows events alone. */
export class Recorder implements TrackSource {
  readonly tally: Tally = noTally();
  /** Of attempts, whether or not they were followed by another. */
  readonly troubles: Troubles = noTroubles();
  readonly series = new Series();
  readonly log = new Ring<LogEntry>(EVENTS);
  /** Where requests went. */
  readonly origins = new Set<string>();
  readonly limit: number;
  readonly #starts = new Ring<number>(STARTS);
  readonly #levels = new SlotLevels();
  readonly #now: () => number;
  readonly #period: number;
  readonly #slots: SlotState[] = [];
  readonly #byId = new Map<number, Span>();
  readonly #retrying = new Map<number, string | undefined>();
  readonly #ended = new Ring<Span>(SPANS);
  readonly #marked = new Ring<Span>(MARKED);
  readonly #endedRests = new Ring<Rest>(SPANS);
  #newSpans: Span[] = [];
  #newRests: Rest[] = [];
  #lastStart = Number.NEGATIVE_INFINITY;

  constructor(workers: number, period: number, now: () => number) {
    this.limit = workers;
    this.#period = period;
    this.#now = now;
  }

  get tracks(): number {
    return this.limit;
  }

  /** The pool's listener. */
  readonly hear = (event: PoolEvent): void => {
    const at = this.#now();
    this.log.push({ at, event });
    switch (event.type) {
      case "queue":
        this.tally.queued++;
        this.series.sample(event.waiting, 0);
        return;
      case "reject":
        this.tally[event.reason]++;
        return this.series.refused();
      case "start":
        return this.#onStart(event, at);
      case "headers": {
        const span = this.#byId.get(event.id);
        if (span !== undefined) span.headersAt = at;
        return;
      }
      case "retry":
        this.tally.retried++;
        this.series.retried();
        this.#retrying.set(event.id, event.lane);
        return this.#onEnd(event, event.slot, at);
      case "finish":
        return this.#onFinish(event, at);
      case "limit":
        if (event.lane === undefined) this.#levels.note(at, event.workers);
        return;
      default:
    }
  };

  /** The pool has started with so many slots, of a number that may change. */
  begin(slots: number): void {
    this.#levels.note(this.#now(), slots);
  }

  /** When the pool started something last. */
  get lastStart(): number {
    return this.#lastStart;
  }

  /** The span of the attempt that a task is at. */
  spanOf(id: number): Span | undefined {
    return this.#byId.get(id);
  }

  /** Tasks at rest before their next attempt, and those that have rested and wait for their turn: their lanes by their ids. */
  get retrying(): ReadonlyMap<number, string | undefined> {
    return this.#retrying;
  }

  /** A line of the pool's logger. */
  say(text: string): void {
    this.log.push({ at: this.#now(), event: { type: "log", text } });
  }

  *live(): Generator<Span> {
    for (const { live } of this.#slots) if (live !== undefined) yield live;
  }

  *resting(): Generator<Rest> {
    for (const [track, { live, startedAt, endedAt }] of this.#slots.entries()) {
      const to = startedAt + this.#period;
      if (live === undefined && endedAt !== undefined && to > endedAt) yield { track, from: endedAt, to };
    }
  }

  takeEnded(): { readonly spans: readonly Span[]; readonly rests: readonly Rest[] } {
    const taken = { spans: this.#newSpans, rests: this.#newRests };
    this.#newSpans = [];
    this.#newRests = [];
    return taken;
  }

  ended(): Iterable<Span> {
    return this.#ended.newest();
  }

  endedRests(): Iterable<Rest> {
    return this.#endedRests.newest();
  }

  starts(): Iterable<number> {
    return this.#starts.newest();
  }

  levels(): Iterable<SlotLevel> {
    return this.#levels.newest();
  }

  marked(): Iterable<Span> {
    return this.#marked.newest();
  }

  #onStart(event: StartEvent, at: number): void {
    this.tally.started++;
    this.series.started(event.waitedMs);
    this.#lastStart = at;
    if (this.#period > 0) this.#starts.push(at);
    const { id, attempt, slot: track, waitedMs } = event;
    this.#retrying.delete(id);
    const slot = this.#slot(track);
    if (slot.endedAt !== undefined) this.#endRest(track, slot.endedAt, Math.min(slot.startedAt + this.#period, at));
    const span: Span = { id, attempt, track, from: at, waitedMs };
    slot.live = span;
    slot.startedAt = at;
    slot.endedAt = undefined;
    this.#byId.set(id, span);
  }

  #onFinish(event: FinishEvent, at: number): void {
    this.tally[event.ok ? "succeeded" : "failed"]++;
    this.series.finished(outcomeOf(event), event.durationMs);
    if (event.origin !== undefined && this.origins.size < ORIGINS) this.origins.add(event.origin);
    if (event.slot === undefined) {
      this.tally.dropped++;
      this.#retrying.delete(event.id);
      return;
    }
    this.#onEnd(event, event.slot, at);
  }

  /** Ends the span of an attempt, and frees its slot. */
  #onEnd(event: FinishEvent | RetryEvent, slotNumber: number, at: number): void {
    const span = this.#byId.get(event.id);
    if (span === undefined) return;
    this.#byId.delete(event.id);
    span.to = at;
    if (event.cleanupMs !== undefined) span.consumedAt = at - event.cleanupMs;
    span.outcome = outcomeOf(event);
    span.word = wordFor(event);
    span.trouble = troubleOf(event);
    if (span.trouble !== undefined) {
      this.troubles[span.trouble]++;
      this.series.troubled(span.trouble);
    }
    if (event.type === "retry") span.againMs = event.delayMs;
    if (span.trouble !== undefined || event.type === "retry") this.#marked.push(span);
    this.#ended.push(span);
    if (this.#newSpans.length < SPANS) this.#newSpans.push(span);
    const slot = this.#slot(slotNumber);
    slot.live = undefined;
    slot.endedAt = at;
  }

  #endRest(track: number, from: number, to: number): void {
    if (to <= from) return;
    const rest = { track, from, to };
    this.#endedRests.push(rest);
    if (this.#newRests.length < SPANS) this.#newRests.push(rest);
  }

  #slot(number: number): SlotState {
    let slot = this.#slots[number];
    while (slot === undefined) {
      this.#slots.push({ live: undefined, startedAt: 0, endedAt: undefined });
      slot = this.#slots[number];
    }
    return slot;
  }
}
