import type { Clock } from "../../src/api/clock.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Time that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #lastHandle = 0;
  readonly #timers = new Map<number, Timer>();
  /** Wall time is monotonic time plus this, in ms. Change it to let the wall clock jump. */
  wallOffset = 1_700_000_000_000;

  constructor(now = 1000) {
    this.#now = now;
  }

  /** Timers set and neither fired nor cleared. */
  get timers(): number {
    return this.#timers.size;
  }

  readonly now = (): number => this.#now;

  readonly date = (): number => this.#now + this.wallOffset;

  /** Like the platforms': a delay that is not below 2³¹ ms fires at once. */
  readonly setTimeout = (callback: () => void, ms: number): number => {
    const delay = ms >= 0 && ms < 2 ** 31 ? ms : 0;
    this.#timers.set(++this.#lastHandle, { due: this.#now + delay, callback });
    return this.#lastHandle;
  };

  readonly clearTimeout = (handle: unknown): void => {
    this.#timers.delete(handle as number);
  };

  /** Goes on by `ms`, firing what is due in order, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      const [handle, timer] = next;
      this.#timers.delete(handle);
      this.#now = Math.max(this.#now, timer.due);
      timer.callback();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** Jumps on by `ms` and fires nothing: what a busy or sleeping machine does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #next(end: number): [number, Timer] | undefined {
    let first: [number, Timer] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].due <= end && (first === undefined || entry[1].due < first[1].due)) first = entry;
    }
    return first;
  }
}

/** Resolves when all promises that could settle have. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
