import type { Clock } from "../../src/api/clock.ts";
import { VirtualClock } from "../../src/lab.ts";
import type { Random } from "./random.ts";

/** A timer of the pool. */
interface Timer {
  /** When it should fire; it may be early or late. */
  readonly due: number;
  readonly handle: unknown;
}

/** How far timers stray. */
export interface Drift {
  /** The chance that a timer fires up to a millisecond early. */
  readonly early: number;
  /** The chance that a timer fires late, up to a minute. */
  readonly late: number;
}

/** A far time: what waits so long comes only when nothing else is left to come. */
export const FAR = 10_000_000;

/**
 * Virtual time, and all that will happen in it: the pool's timers and the world's own plans, those of one time in an order at
 * random.
 *
 * Every time is a multiple of 1/8 ms, so that sums and differences are exact.
 */
export class Timeline implements Clock {
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #timers = new Set<Timer>();
  #isPlanning = false;
  /** The delay of a timer that platforms would not keep to. */
  wrongDelay: number | undefined;

  constructor(random: Random, drift: Drift) {
    this.#random = random;
    this.#clock = new VirtualClock({
      start: 1000,
      date: 1_700_000_001_000,
      drift: (ms) => (this.#isPlanning ? 0 : this.#stray(ms, drift)),
      ties: () => random.next(),
    });
  }

  /** Timers of the pool that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Whether a timer of the pool should have fired by now. */
  get isOverdue(): boolean {
    for (const timer of this.#timers) if (timer.due <= this.now()) return true;
    return false;
  }

  get isEmpty(): boolean {
    return this.#clock.timers === 0;
  }

  readonly now = (): number => this.#clock.now();

  readonly date = (): number => this.#clock.date();

  readonly setTimeout = (callback: () => void, ms: number): unknown => {
    if (!(ms >= 0 && ms < 2 ** 31)) this.wrongDelay = ms;
    const handle = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    const timer: Timer = { due: this.now() + ms, handle };
    this.#timers.add(timer);
    return timer;
  };

  readonly clearTimeout = (handle: unknown): void => {
    const timer = handle as Timer;
    if (this.#timers.delete(timer)) this.#clock.clearTimeout(timer.handle);
  };

  /** Plans something of the world's own. */
  after(ms: number, run: () => void): void {
    this.#isPlanning = true;
    this.#clock.setTimeout(run, ms);
    this.#isPlanning = false;
  }

  /** Time goes by and nothing can happen: what a busy or sleeping machine does. */
  jump(ms: number): void {
    this.#clock.jump(ms);
  }

  /** Sets the wall clock, by so much. */
  jumpWall(ms: number): void {
    this.#clock.setDate(this.date() + ms);
  }

  /** Lets the next thing happen. @returns Whether there was one. */
  advance(): boolean {
    return this.#clock.fireNext();
  }

  #stray(ms: number, { early, late }: Drift): number {
    const random = this.#random;
    if (early > 0 && ms >= 1 && random.chance(early)) return -random.between(1, 8) / 8;
    return late > 0 && random.chance(late) ? random.pick([0.125, 1, 30, 60_000]) : 0;
  }
}
