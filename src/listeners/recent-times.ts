/** What a set of times in ms comes to. All 0 when there were none. */
export interface Times {
  readonly count: number;
  readonly mean: number;
  /** Half of them were no longer. This and the next two are right to 1.1 %. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Buckets for each doubling. Each is 2.2 % wide, so its middle is at most 1.1 % off. */
const RESOLUTION = 32;

/** What is shorter, in ms, counts as so short: a microsecond. */
const SHORTEST = 2 ** -10;

/** What is longer, in ms, counts as so long: fifty days. */
const LONGEST = 2 ** 32;

const BUCKETS = RESOLUTION * Math.log2(LONGEST / SHORTEST) + 1;

/** Counts times in buckets that grow with them: however many there are, they take the same few kilobytes. */
class Histogram {
  readonly #buckets: number[] = Array.from({ length: BUCKETS }, () => 0);
  count = 0;
  sum = 0;
  max = 0;

  record(ms: number): void {
    const index = bucketOf(ms);
    this.#buckets[index] = this.at(index) + 1;
    this.count++;
    this.sum += ms;
    if (ms > this.max) this.max = ms;
  }

  /** How many times are in a bucket. */
  at(index: number): number {
    return this.#buckets[index] ?? 0;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.count = 0;
    this.sum = 0;
    this.max = 0;
  }
}

/**
 * The times of late: those of the current window and of the one before, so that what is long ago does not hide what is
 * wrong now. Windows turn when somebody looks or records: there is no timer.
 */
export class RecentTimes {
  readonly #window: number;
  #current = new Histogram();
  #previous = new Histogram();
  #until: number;

  /** @param window In ms. */
  constructor(window: number, now: number) {
    this.#window = window;
    this.#until = now + window;
  }

  record(ms: number, now: number): void {
    this.#turn(now);
    this.#current.record(ms);
  }

  summary(now: number): Times {
    this.#turn(now);
    const [one, other] = [this.#current, this.#previous];
    const count = one.count + other.count;
    const max = Math.max(one.max, other.max);
    if (count === 0) return { count, mean: 0, p50: 0, p95: 0, p99: 0, max };
    const quantile = (share: number): number => Math.min(this.#middle(share * count), max);
    const mean = (one.sum + other.sum) / count;
    return { count, mean, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max };
  }

  /** The middle of the bucket in which the count from below reaches the rank. */
  #middle(rank: number): number {
    let index = 0;
    for (let below = 0; ; index++) {
      below += this.#current.at(index) + this.#previous.at(index);
      if (below >= rank) return SHORTEST * 2 ** ((index + 0.5) / RESOLUTION);
    }
  }

  #turn(now: number): void {
    if (now < this.#until) return;
    const isLongAgo = now >= this.#until + this.#window;
    [this.#current, this.#previous] = [this.#previous, this.#current];
    this.#current.clear();
    if (isLongAgo) this.#previous.clear();
    this.#until = isLongAgo ? now + this.#window : this.#until + this.#window;
  }
}

function bucketOf(ms: number): number {
  return Math.floor(RESOLUTION * Math.log2(Math.min(Math.max(ms, SHORTEST), LONGEST) / SHORTEST));
}
