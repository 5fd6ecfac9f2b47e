import type { Clock } from "../../src/api/clock.ts";
import type { Random } from "./random.ts";

/** What will happen at a time. */
interface Appointment {
  readonly at: number;
  /** Decides between two of the same time, at random. */
  readonly tie: number;
  /** When a timer of the pool should fire; it may be early or late. */
  readonly due: number;
  run: (() => void) | undefined;
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
 * Virtual time, and all that will happen in it: the pool's timers and the world's own plans.
 *
 * Every time is a multiple of 1/8 ms, so that sums and differences are exact.
 */
export class Timeline implements Clock {
  readonly #random: Random;
  readonly #drift: Drift;
  readonly #heap: Appointment[] = [];
  readonly #timers = new Set<Appointment>();
  #now = 1000;
  #wallOffset = 1_700_000_000_000;
  /** The delay of a timer that platforms would not keep to. */
  wrongDelay: number | undefined;

  constructor(random: Random, drift: Drift) {
    this.#random = random;
    this.#drift = drift;
  }

  /** Timers of the pool that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Whether a timer of the pool should have fired by now. */
  get isOverdue(): boolean {
    for (const timer of this.#timers) if (timer.due <= this.#now) return true;
    return false;
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  readonly now = (): number => this.#now;

  readonly date = (): number => this.#now + this.#wallOffset;

  readonly setTimeout = (callback: () => void, ms: number): unknown => {
    if (!(ms >= 0 && ms < 2 ** 31)) this.wrongDelay = ms;
    const due = this.#now + ms;
    const timer = this.#add(due + this.#stray(ms), due, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return timer;
  };

  readonly clearTimeout = (handle: unknown): void => {
    const timer = handle as Appointment;
    if (this.#timers.delete(timer)) timer.run = undefined;
  };

  /** Plans something of the world's own. */
  after(ms: number, run: () => void): void {
    this.#add(this.#now + ms, Number.NaN, run);
  }

  /** Time goes by and nothing can happen: what a busy or sleeping machine does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Sets the wall clock, by so much. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Lets the next thing happen. @returns Whether there was one. */
  advance(): boolean {
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      const { run } = next;
      if (run === undefined) continue;
      this.#now = Math.max(this.#now, next.at);
      run();
      return true;
    }
    return false;
  }

  #stray(ms: number): number {
    const { early, late } = this.#drift;
    if (early > 0 && ms >= 1 && this.#random.chance(early)) return -this.#random.between(1, 8) / 8;
    return late > 0 && this.#random.chance(late) ? this.#random.pick([0.125, 1, 30, 60_000]) : 0;
  }

  #add(at: number, due: number, run: () => void): Appointment {
    const appointment: Appointment = { at, tie: this.#random.next(), due, run };
    let index = this.#heap.push(appointment) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapUnlessBefore(parent, index)) break;
      index = parent;
    }
    return appointment;
  }

  #pop(): Appointment | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    for (let index = 0, child = 1; child < this.#heap.length; index = child, child = 2 * index + 1) {
      if (child + 1 < this.#heap.length && isBefore(this.#at(child + 1), this.#at(child))) child++;
      if (!this.#swapUnlessBefore(index, child)) break;
    }
    return first;
  }

  #swapUnlessBefore(parent: number, child: number): boolean {
    const above = this.#at(parent);
    const below = this.#at(child);
    if (!isBefore(below, above)) return false;
    this.#heap[parent] = below;
    this.#heap[child] = above;
    return true;
  }

  #at(index: number): Appointment {
    return this.#heap[index] as Appointment; // within the heap
  }
}

function isBefore(one: Appointment, other: Appointment): boolean {
  return one.at < other.at || (one.at === other.at && one.tie < other.tie);
}
