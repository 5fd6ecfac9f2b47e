/** How many lanes have a bucket of their own at most. */
const MOST_LANES = 10_000;

/** A bucket that is not full. */
interface Bucket {
  /** First attempts since it was full. */
  firsts: number;
  /** Retries since it was full. */
  retries: number;
}

/**
 * How many retries are allowed: never more than the reserve and a share of the first attempts, in each lane. A bucket that
 * is full again is forgotten.
 */
export class Budget {
  readonly #ratio: number;
  readonly #reserve: number;
  /** By lane, the one that retried last at the end. */
  readonly #buckets = new Map<string | undefined, Bucket>();

  constructor({ ratio, reserve }: { readonly ratio: number; readonly reserve: number }) {
    this.#ratio = ratio;
    this.#reserve = reserve;
  }

  /** A task of the lane begins its first attempt. */
  onFirst(lane: string | undefined): void {
    const bucket = this.#buckets.get(lane);
    if (bucket === undefined) return;
    bucket.firsts++;
    if (bucket.retries <= this.#ratio * bucket.firsts) this.#buckets.delete(lane);
  }

  /** Takes a retry out. @returns Whether there was one. */
  take(lane: string | undefined): boolean {
    const bucket = this.#buckets.get(lane) ?? { firsts: 0, retries: 0 };
    // Multiplied, not summed up: many small shares would add up to a little less, or more.
    if (bucket.retries + 1 > this.#reserve + this.#ratio * bucket.firsts) return false;
    bucket.retries++;
    this.#buckets.delete(lane);
    this.#buckets.set(lane, bucket);
    if (this.#buckets.size > MOST_LANES) this.#buckets.delete(this.#buckets.keys().next().value);
    return true;
  }
}
