import type { Clock } from "../../src/api/clock.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Time that goes on in steps, all within one turn: what a test with a scheduler of its own needs. */
export class SteppedClock implements Clock {
  #now = 1000;
  #lastHandle = 0;
  readonly #timers = new Map<number, Timer>();

  /** When the timers that wait should fire. */
  get dues(): number[] {
    return [...this.#timers.values()].map(({ due }) => due);
  }

  readonly now = (): number => this.#now;

  readonly setTimeout = (callback: () => void, ms: number): number => {
    if (!(ms >= 0 && ms < 2 ** 31)) throw new RangeError(`No platform keeps to a delay of ${ms} ms`);
    this.#timers.set(++this.#lastHandle, { due: this.#now + ms, callback });
    return this.#lastHandle;
  };

  readonly clearTimeout = (handle: unknown): void => {
    this.#timers.delete(handle as number);
  };

  /** Time goes by, and no timer fires. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /** Fires the timers that are due, in order, or the next one even if it is not. */
  fire(howMany: "those due" | "the next"): void {
    let [next] = this.#inOrder();
    if (howMany === "the next") return next && this.#run(next);
    for (; next !== undefined && next[1].due <= this.#now; [next] = this.#inOrder()) this.#run(next);
  }

  /** Goes on by `ms`, firing each timer at its time. */
  elapse(ms: number): void {
    const end = this.#now + ms;
    for (let [next] = this.#inOrder(); next !== undefined && next[1].due <= end; [next] = this.#inOrder()) {
      this.#now = Math.max(this.#now, next[1].due);
      this.#run(next);
    }
    this.#now = end;
  }

  #run([handle, { callback }]: [number, Timer]): void {
    this.#timers.delete(handle);
    callback();
  }

  #inOrder(): [number, Timer][] {
    return [...this.#timers].toSorted(([, one], [, other]) => one.due - other.due);
  }
}
