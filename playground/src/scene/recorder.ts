import type { FinishEvent, PoolEvent, StartEvent } from "httppool";
import type { LaneSource, Rest, Span } from "./lane.ts";
import { outcomeOf, wordFor } from "./outcome.ts";
import { Ring } from "./ring.ts";
import { Series } from "./series.ts";

/** An event and when it came; or a line of the pool's logger. */
export interface LogEntry {
  readonly at: number;
  readonly event: PoolEvent | { readonly type: "log"; readonly text: string };
}

/** How often each thing happened. */
export interface Tally {
  queued: number;
  full: number;
  closed: number;
  aborted: number;
  started: number;
  succeeded: number;
  failed: number;
  /** Finished without a start. */
  dropped: number;
}

interface SlotState {
  live: Span | undefined;
  startedAt: number;
  endedAt: number | undefined;
}

const SPANS = 24_000;
const EVENTS = 6000;
const ORIGINS = 32;

/** Listens to a pool and remembers what the pictures need. It knows events alone. */
export class Recorder implements LaneSource {
  readonly tally: Tally = {
    queued: 0,
    full: 0,
    closed: 0,
    aborted: 0,
    started: 0,
    succeeded: 0,
    failed: 0,
    dropped: 0,
  };
  readonly series = new Series();
  readonly log = new Ring<LogEntry>(EVENTS);
  /** Where requests went. */
  readonly origins = new Set<string>();
  readonly limit: number;
  readonly #now: () => number;
  readonly #period: number;
  readonly #slots: SlotState[] = [];
  readonly #byId = new Map<number, Span>();
  readonly #ended = new Ring<Span>(SPANS);
  readonly #endedRests = new Ring<Rest>(SPANS);
  #newSpans: Span[] = [];
  #newRests: Rest[] = [];

  constructor(workers: number, period: number, now: () => number) {
    this.limit = workers;
    this.#period = period;
    this.#now = now;
  }

  get lanes(): number {
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
      case "finish":
        return this.#onFinish(event, at);
    }
  };

  /** Our own consumer tells that it is done. */
  consumed(id: number): void {
    const span = this.#byId.get(id);
    if (span !== undefined) span.consumedAt = this.#now();
  }

  /** A line of the pool's logger. */
  say(text: string): void {
    this.log.push({ at: this.#now(), event: { type: "log", text } });
  }

  *live(): Generator<Span> {
    for (const { live } of this.#slots) if (live !== undefined) yield live;
  }

  *resting(): Generator<Rest> {
    for (const [lane, { live, startedAt, endedAt }] of this.#slots.entries()) {
      const to = startedAt + this.#period;
      if (live === undefined && endedAt !== undefined && to > endedAt) yield { lane, from: endedAt, to };
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

  #onStart(event: StartEvent, at: number): void {
    this.tally.started++;
    this.series.started(event.waitedMs);
    const { id, slot: lane, waitedMs } = event;
    const slot = this.#slot(lane);
    if (slot.endedAt !== undefined) this.#endRest(lane, slot.endedAt, Math.min(slot.startedAt + this.#period, at));
    const span: Span = { id, lane, from: at, waitedMs };
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
      return;
    }
    const span = this.#byId.get(event.id);
    if (span === undefined) return;
    this.#byId.delete(event.id);
    span.to = at;
    span.outcome = outcomeOf(event);
    span.word = wordFor(event);
    this.#ended.push(span);
    if (this.#newSpans.length < SPANS) this.#newSpans.push(span);
    const slot = this.#slot(event.slot);
    slot.live = undefined;
    slot.endedAt = at;
  }

  #endRest(lane: number, from: number, to: number): void {
    if (to <= from) return;
    const rest = { lane, from, to };
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
