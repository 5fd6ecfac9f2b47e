import { addSpent, nothingSpent, type Reason, type Spent } from "./reasons.ts";

/** ms of one bucket. */
export const BUCKET = 250;
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

  /** So many tasks of a lane waited for the same from one time to another. */
  add(lane: string, reason: Reason, from: number, to: number, tasks: number): void {
    for (let at = from; at < to;) {
      const bucket = this.#bucketOf(at);
      const end = Math.min(to, bucket.from + BUCKET);
      let spent = bucket.lanes.get(lane);
      if (spent === undefined) bucket.lanes.set(lane, (spent = nothingSpent()));
      spent[reason] += (end - at) * tasks;
      at = end;
    }
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
    const from = Math.floor(at / BUCKET) * BUCKET;
    const last = this.#buckets.at(-1);
    if (last !== undefined && last.from >= from) return last;
    const bucket: Bucket = { from, lanes: new Map() };
    this.#buckets.push(bucket);
    if (this.#buckets.length > KEPT) this.#buckets.shift();
    return bucket;
  }
}
