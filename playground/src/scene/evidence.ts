import type { FinishEvent, PoolEvent } from "httppool";
import { laneLabel } from "./lane-history.ts";
import { outcomeOf, wordFor } from "./outcome.ts";

/** What was seen of one host. */
export interface HostEvidence {
  /** 429 that were delivered, or tried again. */
  limited: number;
  holds: number;
}

/** Hosts that are remembered. */
const HOSTS = 32;

/** Listens to a pool, and remembers what proves that it does what it promises. Times are in ms of the scene. */
export class Evidence {
  /** The least time between two starts of the same slot, and of any two; Infinity before there are two. */
  closestOfSlot = Number.POSITIVE_INFINITY;
  closest = Number.POSITIVE_INFINITY;
  /** Responses below 400. */
  answered = 0;
  mostRunning = 0;
  mostInLine = 0;
  /** Of slots that tune themselves. */
  fewestSlots = Number.POSITIVE_INFINITY;
  mostSlots = 0;
  /** Tasks that were answered after all, and those that were not, of those that were tried again. */
  rescued = 0;
  lost = 0;
  /** Answers of other hosts while one was held. */
  meanwhile = 0;
  /** Why tasks were not sent, or given up, and how many. */
  readonly words = new Map<string, number>();
  readonly hosts = new Map<string, HostEvidence>();
  readonly #now: () => number;
  readonly #starts = new Map<number, number>();
  readonly #heldUntil = new Map<string, number>();
  #lastStart = Number.NEGATIVE_INFINITY;
  #running = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The pool's listener. */
  readonly hear = (event: PoolEvent): void => {
    switch (event.type) {
      case "start":
        return this.#onStart(event.slot);
      case "retry":
        this.#running--;
        if (event.status === 429) this.#count(event.origin, "limited");
        return;
      case "hold":
        return this.#onHold(event.lane, event.ms);
      case "limit":
        return event.lane === undefined ? this.slots(event.workers) : undefined;
      case "finish":
        return this.#onFinish(event);
      default:
    }
  };

  /** The pool has so many slots. */
  slots(count: number): void {
    this.fewestSlots = Math.min(this.fewestSlots, count);
    this.mostSlots = Math.max(this.mostSlots, count);
  }

  /** Looks at what has no event: the line of senders. */
  look(senders: number): void {
    this.mostInLine = Math.max(this.mostInLine, senders);
  }

  /** How many tasks ended with this word. */
  of(word: string): number {
    return this.words.get(word) ?? 0;
  }

  #onStart(slot: number): void {
    const at = this.#now();
    this.closestOfSlot = Math.min(this.closestOfSlot, at - (this.#starts.get(slot) ?? Number.NEGATIVE_INFINITY));
    this.closest = Math.min(this.closest, at - this.#lastStart);
    this.#starts.set(slot, at);
    this.#lastStart = at;
    this.mostRunning = Math.max(this.mostRunning, ++this.#running);
  }

  #onHold(lane: string, ms: number): void {
    const now = this.#now();
    const until = this.#heldUntil.get(lane) ?? 0;
    // Each 429 that was under way says so once more.
    if (until <= now) this.#count(lane, "holds");
    this.#heldUntil.set(lane, Math.max(until, now + ms));
  }

  #onFinish(event: FinishEvent): void {
    if (event.slot !== undefined) this.#running--;
    const outcome = outcomeOf(event);
    if (event.attempt > 1) this[outcome === "ok" ? "rescued" : "lost"]++;
    if (outcome === "kept" || outcome === "up") this.words.set(wordFor(event), this.of(wordFor(event)) + 1);
    if (event.status === 429) this.#count(event.origin, "limited");
    if (outcome !== "ok") return;
    this.answered++;
    for (const [lane, until] of this.#heldUntil) {
      if (until > this.#now() && lane !== event.origin) return void this.meanwhile++;
    }
  }

  #count(origin: string | undefined, what: keyof HostEvidence): void {
    const name = laneLabel(origin ?? "");
    let host = this.hosts.get(name);
    if (host === undefined) {
      if (this.hosts.size >= HOSTS) return;
      host = { limited: 0, holds: 0 };
      this.hosts.set(name, host);
    }
    host[what]++;
  }
}
