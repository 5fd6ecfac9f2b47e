import type { Clock } from "../../src/api/clock.ts";

/** A clock whose timers the test fires, when it likes. */
export class ManualClock implements Clock {
  time = 0;
  readonly delays: number[] = [];
  readonly #timers = new Map<number, () => void>();

  now = (): number => this.time;

  setTimeout = (callback: () => void, ms: number): number => {
    this.delays.push(ms);
    this.#timers.set(this.delays.length, callback);
    return this.delays.length;
  };

  clearTimeout = (handle: unknown): void => {
    if (!this.#timers.delete(handle as number)) throw new Error("There is no such timer");
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets the one timer that is set fire at this time. */
  fire(time: number): void {
    this.time = time;
    const [entry, ...more] = this.#timers;
    if (entry === undefined || more.length > 0) throw new Error(`There are ${this.#timers.size} timers`);
    this.#timers.delete(entry[0]);
    entry[1]();
  }
}
