import type { Limit, LimitSample } from "../../api/limit.ts";
import { isUnsent } from "../../lib/unsent.ts";
import type { Settings } from "./settings.ts";

/** Fewer slots than the server takes, to see how long a request takes without a queue. */
const DIP = 0;
/** As many as the server is held to take. */
const CRUISE = 1;
/** More than that, to see whether it takes them. */
const PROBE = 2;

/** Samples of a window, at least. */
const WINDOW = 8;

/** Rounds, in which each slot is used once, from one probe to the next: at first, and at most, when one after the other fails. */
const ROUNDS = 8;
const MOST_ROUNDS = 48;

/**
 * Finds how many requests at once a server takes without letting them queue.
 *
 * It follows the gradient controller of Envoy's adaptive concurrency, which is Netflix's concurrency-limits' Gradient with a base
 * time that is measured, not guessed: from time to time there are fewer slots for a window, and what a request takes then is
 * without a queue. From how much longer it takes otherwise follows, by Little's law, how many the server works on at once. Probes
 * for more come in steps that double, after rests that double when they fail, as in BBR's cycle. A refusal takes a tenth of the
 * slots, and steps are no share of the number, as in AIMD, so that several pools come to have like shares.
 *
 * Means are of logarithms: a few slow requests don't weigh much, and a ratio is a difference. A window is as long as the
 * spread of the times asks for.
 */
export class Gradient implements Limit {
  current: number;
  readonly max: number;
  readonly #min: number;
  /** How much the mean may grow. */
  readonly #tolerance: number;
  /** How many the server is held to take. */
  #capacity: number;
  #phase = DIP;
  /** What the next probe adds. */
  #step = 1;
  #rounds = ROUNDS;
  /** Samples until the next probe. */
  #left = 0;
  /** The mean and the spread of times without a queue. */
  #base = Infinity;
  #spread = 0.5;
  /** Samples to pass over, until the number of slots has told on them. */
  #skip = 0;
  // The window: its samples, the sums of their times and of the squares.
  #count = 0;
  #sum = 0.5;
  #squares = 0.5;

  constructor({ min, max, start, tolerance }: Settings) {
    this.#min = min;
    this.max = max;
    this.#tolerance = Math.log(1 + tolerance);
    this.current = this.#capacity = start;
    this.#go(DIP, start);
  }

  sample({ ms, status, error, running }: LimitSample): void {
    const isRefused = status === 429 || status === 503 || error !== undefined;
    if (isRefused && isUnsent(error)) return;
    const isEarly = this.#skip-- > 0;
    if (isRefused) {
      // One refusal a round, since the others were sent before it was known; but a probe ends at the first.
      if (isEarly && this.#phase !== PROBE) return;
      this.#sink(Math.floor(Math.min(running, this.current) * 0.9));
      this.#go(CRUISE, this.#capacity);
    } else if (!isEarly && running >= this.current) {
      const time = Math.log(ms + 0.001);
      this.#count++;
      this.#sum += time;
      this.#squares += time * time;
      this.#look();
    }
  }

  /** Ends the window, if it says enough. */
  #look(): void {
    const count = this.#count;
    const isDip = this.#phase === DIP;
    const isProbe = this.#phase === PROBE;
    const mean = this.#sum / count;
    const growth = mean - this.#base;
    if (count < WINDOW) return;
    if (isDip) this.#spread = Math.sqrt(Math.max(0, this.#squares / count - mean * mean));
    const tolerance = Math.max(this.#tolerance, this.#spread * 0.3);
    const isSlow = growth > tolerance;
    // A probe that is too slow ends soon. Any other window has a round at least.
    if (count < this.current && !(isProbe && isSlow)) return;
    const doubt = this.#spread / Math.sqrt(count);
    if (isDip ? doubt * 3 > tolerance : doubt * 5 > tolerance && Math.abs(growth - tolerance) < doubt * 3) return;
    if (growth < -tolerance - (isDip ? 0 : doubt * 3)) {
      // There was a queue when the base was measured, and there may be one still; or the server has become faster.
      this.#base = mean;
      this.#capacity = Math.min(this.#capacity, this.current);
      this.#go(DIP, this.current / 2);
    } else if (isDip) {
      this.#base += isSlow ? growth : growth / 2;
      this.#go(CRUISE, this.#capacity);
    } else if (isSlow) {
      const taken = this.current / Math.exp(growth);
      this.#sink(isProbe ? Math.max(this.#capacity, taken) : taken);
      this.#go(DIP, Math.min(this.#capacity * 0.8, this.#capacity - 1));
    } else {
      this.#left -= count;
      if (isProbe) {
        this.#capacity = this.current;
        this.#step = Math.min(this.#step * 2, Math.floor(this.current / 4)) || 1;
        this.#rounds = ROUNDS;
        this.#left = 0;
      }
      if (this.#left > 0) this.#go(CRUISE, this.current);
      else this.#go(PROBE, this.#capacity + this.#step);
    }
  }

  /** The server takes no more than so many. */
  #sink(capacity: number): void {
    this.#rounds = this.#phase === PROBE && this.#step === 1 ? Math.min(this.#rounds * 2, MOST_ROUNDS) : ROUNDS;
    this.#step = 1;
    this.#capacity = Math.max(this.#min, capacity);
    this.#left = this.#rounds * this.#capacity;
  }

  /** Begins a window. */
  #go(phase: number, number: number): void {
    const before = this.current;
    this.#phase = phase;
    this.current = Math.max(this.#min, Math.min(Math.round(number), this.max));
    this.#skip = this.current === before ? 0 : Math.max(before, this.current);
    this.#count = this.#sum = this.#squares = 0;
  }
}
