import { addSpent, nothingSpent, type Reason, type Spent } from "./reasons.ts";

/** ms of one bucket. */
const BUCKET = 250;
/** Buckets that are kept: a minute. */
const KEPT = 240;

interface Bucket {
  readonly from: number;
  /** By lane; "" without lanes. */
  readonly lanes: Map<string, Spent>;
}

/** What tasks waited for over the last minute: ms of all of them together, by lane and reason. */
export class WaitWindow {
  readonly #buckets: Bucket[] = [];

  /** Tasks of a lane waited for the same, for so many ms of all of them together, within the bucket of a time. */
  add(lane: string, reason: Reason, at: number, ms: number): void {
    const bucket = this.#bucketOf(at);
    let spent = bucket.lanes.get(lane);
    if (spent === undefined) bucket.lanes.set(lane, (spent = nothingSpent()));
    spent[reason] += ms;
  }

  /** What was waited for, by lane, in the buckets that end after a time. */
  since(from: number): Map<string, Spent> {
    const sums = new Map<string, Spent>();
    for (let at = this.#buckets.length - 1; at >= 0; at--) {
      const bucket = this.#buckets[at];
      if (bucket === undefined || bucket.from + BUCKET <= from) break;
      for (const [lane, spent] of bucket.lanes) {
        let sum = sums.get(lane);
        if (sum === undefined) sums.set(lane, (sum = nothingSpent()));
        addSpent(sum, spent);
      }
    }
    return sums;
  }

  #bucketOf(at: number): Bucket {
    const from = endOfBucket(at) - BUCKET;
    const last = this.#buckets.at(-1);
    if (last?.from === from) return last;
    const bucket: Bucket = { from, lanes: new Map() };
    this.#buckets.push(bucket);
    if (this.#buckets.length > KEPT) this.#buckets.shift();
    return bucket;
  }
}

/** When the bucket of a time ends. */
export function endOfBucket(at: number): number {
  return (Math.floor(at / BUCKET) + 1) * BUCKET;
}
