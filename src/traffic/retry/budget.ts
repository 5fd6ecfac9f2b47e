import type { Rates } from "./settings.ts";

/** How many lanes a budget remembers. Only lanes that have spent something take a place. */
const MAX_LANES = 10_000;

/** What a lane has spent since its bucket was full. */
type Spent = readonly [firsts: number, retries: number];

/**
 * Retries that may be made: a bucket for each lane of at most `reserve`, full at first. Each first attempt adds `ratio`, each
 * retry takes 1. So over any run a lane's retries are at most `reserve + ratio × first attempts`, and a server that is down gets
 * little more than it would without retries.
 *
 * Attempts are counted and multiplied, since a sum of fractions drifts: five times 0.2 is 1. A bucket that is full again is
 * forgotten; beyond 10,000 others, the one that was not used for longest is, and is full then.
 */
export class Budget {
  readonly #ratio: number;
  readonly #reserve: number;
  /** Buckets that are not full, the one not used for longest first. */
  readonly #spent = new Map<string | undefined, Spent>();

  constructor({ ratio, reserve }: Rates) {
    this.#ratio = ratio;
    this.#reserve = reserve;
  }

  /** How many buckets are not full. */
  get size(): number {
    return this.#spent.size;
  }

  /** A first attempt in a lane. */
  onFirst(lane: string | undefined): void {
    const spent = this.#spent.get(lane);
    if (spent !== undefined) this.#set(lane, spent[0] + 1, spent[1]);
  }

  /** Takes a retry. @returns Whether there was one left. */
  take(lane: string | undefined): boolean {
    const [firsts, retries] = this.#spent.get(lane) ?? [0, 0];
    const mayTake = retries + 1 <= this.#reserve + this.#ratio * firsts;
    if (mayTake) this.#set(lane, firsts, retries + 1);
    return mayTake;
  }

  #set(lane: string | undefined, firsts: number, retries: number): void {
    const spent = this.#spent;
    spent.delete(lane);
    if (this.#ratio * firsts < retries) spent.set(lane, [firsts, retries]);
    if (spent.size > MAX_LANES) spent.delete(spent.keys().next().value);
  }
}
