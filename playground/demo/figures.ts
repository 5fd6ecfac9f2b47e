import { isTaskExpiredError, isTaskFilteredError, isTransactionTimeoutError, type PoolEvent } from "httppool";

/** The values that half, and 95 %, are not above. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** What the pool's events say. Times in ms. */
export interface Summary {
  readonly queued: number;
  readonly rejected: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of the failed. */
  readonly expired: number;
  /** Of the failed. */
  readonly filtered: number;
  /** Of the failed. */
  readonly timedOut: number;
  /** From acceptance to start. */
  readonly wait: Percentiles;
  /** From start to finish. */
  readonly duration: Percentiles;
  /** The shortest time between two starts of one slot. Absent when no slot has started twice. */
  readonly spacing?: number;
}

/** Listens to a pool, and counts. */
export class Figures {
  readonly #counts = { queued: 0, rejected: 0, succeeded: 0, failed: 0, expired: 0, filtered: 0, timedOut: 0 };
  readonly #waits: number[] = [];
  readonly #durations: number[] = [];
  readonly #lastStarts: number[] = [];
  #spacing = Number.POSITIVE_INFINITY;

  /** Tasks that are over, refused ones too. */
  get done(): number {
    const { rejected, succeeded, failed } = this.#counts;
    return rejected + succeeded + failed;
  }

  summary(): Summary {
    return {
      ...this.#counts,
      wait: percentiles(this.#waits),
      duration: percentiles(this.#durations),
      ...(Number.isFinite(this.#spacing) && { spacing: this.#spacing }),
    };
  }

  on(event: PoolEvent): void {
    switch (event.type) {
      case "queue":
        this.#counts.queued++;
        return;
      case "reject":
        this.#counts.rejected++;
        return;
      case "start":
        this.#waits.push(event.waitedMs);
        this.#space(event.slot);
        return;
      case "headers":
        return;
      case "finish":
        if (event.slot !== undefined) this.#durations.push(event.durationMs);
        if (event.ok) this.#counts.succeeded++;
        else this.#fail(event.error);
    }
  }

  /** By the demo's own watch, not by what the pool says. */
  #space(slot: number): void {
    const now = performance.now();
    const last = this.#lastStarts[slot] ?? Number.NEGATIVE_INFINITY;
    this.#lastStarts[slot] = now;
    this.#spacing = Math.min(this.#spacing, now - last);
  }

  #fail(error: unknown): void {
    this.#counts.failed++;
    if (isTaskExpiredError(error)) this.#counts.expired++;
    else if (isTaskFilteredError(error)) this.#counts.filtered++;
    else if (isTransactionTimeoutError(error)) this.#counts.timedOut++;
  }
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
