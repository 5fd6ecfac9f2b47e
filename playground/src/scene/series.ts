import type { Bounds } from "../settings/meaning.ts";
import type { Outcome, Trouble } from "./outcome.ts";
import { noTroubles, type Troubles } from "./tally.ts";

/** What happened within one step of time. Counts are per second. */
export interface Step {
  /** The end of it, in s. */
  readonly at: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** What went wrong, of attempts. */
  readonly troubles: Readonly<Troubles>;
  readonly started: number;
  /** What the settings let start at most, and what the servers take; null: there is no such bound. */
  readonly most: number | null;
  readonly limit: number | null;
  readonly refused: number;
  /** Attempts that are followed by another. */
  readonly retried: number;
  /** Percentiles of the time from start to finish, in ms; null when nothing finished. */
  readonly median: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** The longest wait in the queue of those that started, in ms. */
  readonly wait: number | null;
  /** The most that waited, and that stood in line. */
  readonly waiting: number;
  readonly senders: number;
}

/** ms of one step. */
const STEP = 1000;
/** Steps that charts show: a minute. */
const SHOWN = 61;
/** Steps that are kept. */
const KEPT = 600 + SHOWN;

/** What happened over time, in steps. */
export class Series {
  #steps: Step[] = [];
  #end = STEP;
  #counts = none();
  #troubles = noTroubles();
  #started = 0;
  #refused = 0;
  #retried = 0;
  #durations: number[] = [];
  #wait: number | null = null;
  #waiting = 0;
  #senders = 0;
  #minute: readonly Step[] = [];

  /** The finished steps, the oldest first. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** How far back, in ms, there is a whole minute to be shown. */
  static readonly REACH = (KEPT - SHOWN) * STEP;

  /** The finished steps of the minute before a moment, the oldest first. The same list until there is another. */
  minuteTo(now: number): readonly Step[] {
    const end = this.#steps.findLastIndex(({ at }) => at * 1000 <= now) + 1;
    if (this.#steps[end - 1] !== this.#minute.at(-1)) this.#minute = this.#steps.slice(Math.max(0, end - SHOWN), end);
    return this.#minute;
  }

  started(waitedMs: number): void {
    this.#started++;
    this.#wait = Math.max(this.#wait ?? 0, waitedMs);
  }

  finished(outcome: Outcome, durationMs: number): void {
    this.#counts[outcome]++;
    if (outcome !== "kept") this.#durations.push(durationMs);
  }

  troubled(trouble: Trouble): void {
    this.#troubles[trouble]++;
  }

  refused(): void {
    this.#refused++;
  }

  retried(): void {
    this.#retried++;
  }

  /** Looks at the lengths of queue and line now. */
  sample(waiting: number, senders: number): void {
    this.#waiting = Math.max(this.#waiting, waiting);
    this.#senders = Math.max(this.#senders, senders);
  }

  /** Closes the steps that are over. @param bounds Those of the settings now. */
  advance(now: number, bounds: Bounds): void {
    while (this.#end <= now) this.#close(bounds);
  }

  #close({ most, limit }: Bounds): void {
    const perSecond = 1000 / STEP;
    const sorted = Float64Array.from(this.#durations).toSorted();
    const outcomes = none();
    for (const [outcome, count] of Object.entries(this.#counts)) outcomes[outcome as Outcome] = count * perSecond;
    this.#steps.push({
      at: this.#end / 1000,
      outcomes,
      troubles: this.#troubles,
      started: this.#started * perSecond,
      most: Number.isFinite(most) ? most : null,
      limit: Number.isFinite(limit) ? limit : null,
      refused: this.#refused * perSecond,
      retried: this.#retried * perSecond,
      median: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      p99: percentile(sorted, 0.99),
      wait: this.#wait,
      waiting: this.#waiting,
      senders: this.#senders,
    });
    if (this.#steps.length > KEPT) this.#steps.shift();
    this.#end += STEP;
    this.#counts = none();
    this.#troubles = noTroubles();
    this.#started = 0;
    this.#refused = 0;
    this.#retried = 0;
    this.#durations = [];
    this.#wait = null;
    this.#waiting = 0;
    this.#senders = 0;
  }
}

function none(): Record<Outcome, number> {
  return { ok: 0, status: 0, failed: 0, up: 0, kept: 0 };
}

/** The nearest-rank percentile of sorted values. */
export function percentile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
