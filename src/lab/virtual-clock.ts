import type { Clock } from "../api/clock.ts";
import { expect, isFinite, isFunction, isObject, optional, own } from "../lib/checks.ts";
import { Heap } from "../lib/heap.ts";
import { checkSignal } from "../lib/request.ts";
import { Turns } from "../lib/runtime/turns.ts";
import { Subscription } from "../lib/follower.ts";
import { type Drift, driftOf } from "./drift.ts";
import { CHANCE, expectTime, numbersOf, TIME } from "./lab-checks.ts";
import { Timer } from "./timer.ts";
import type { VirtualClockOptions } from "./virtual-clock-options.ts";

/** The wall time at which a virtual clock starts, unless told otherwise. */
const EPOCH = Date.UTC(2026, 0, 1);

/** Platforms fire timers with such a delay at once. */
const TOO_LONG = 2 ** 31;

/** Goes on for so long at most until it is idle: an hour. */
const MOST = 3_600_000;

/** So many timers, one set by the other, may be due while time stands still. */
const MOST_AT_ONCE = 1_000_000;

/**
 * Time that stands still until it is told to go on. Timers fire in order of their times, those of one time in the order in
 * which they were set, and after each one all promises settle, also those of bodies and streams. It needs no test runner.
 * What a platform does elsewhere, like reading a Blob, may take longer than that.
 *
 * Its methods may be called unbound.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const pool = new Client({ clock, handler, period: 60_000 }).start();
 * await clock.advance(60_000); // at once
 * ```
 */
export class VirtualClock implements Clock {
  readonly #timers = new Heap<Timer>();
  readonly #drift: (delay: number) => number;
  readonly #ties: (() => number) | undefined;
  #now: number;
  /** Wall time is monotonic time plus this. */
  #offset: number;
  #order = 0;
  /** How many timers have fired at this very time, each set by the one before. */
  #atOnce = 0;
  /** Settles when all that it was told has been done. */
  #done: Promise<unknown> = Promise.resolve();

  /** @throws {TypeError} An option is of a wrong type. */
  constructor(options: VirtualClockOptions = {}) {
    const { start, date, drift, ties } = own(options);
    this.#now = optional(start, "start", "a number of ms", isFinite) ?? 0;
    this.#offset = timeOf(date ?? EPOCH) - this.#now;
    const given = optional(drift, "drift", `a function or an object with early and late, each ${CHANCE}`, isDrift);
    this.#drift = isFunction(given) ? numbersOf(given, "drift") : driftOf(given);
    const drawn = optional(ties, "ties", "a function", isFunction) as typeof ties;
    this.#ties = drawn && numbersOf(drawn, "ties");
  }

  /** Monotonic time in ms. */
  readonly now = (): number => this.#now;

  /** Wall time in ms since 1970. */
  readonly date = (): number => this.#now + this.#offset;

  /**
   * Calls back in `ms` milliseconds of this clock's time; less than 0 counts as 0.
   *
   * @throws {RangeError} `ms` is no number below 2³¹. Platforms don't throw, but fire at once, which is what no test means.
   */
  readonly setTimeout = (callback: () => void, ms: number): unknown => {
    if (!(ms < TOO_LONG)) throw new RangeError(`No platform keeps to a delay of ${ms} ms: it would fire at once`);
    const delay = Math.max(ms, 0);
    const at = this.#now + Math.max(delay + this.#drift(delay), 0);
    const timer = new Timer(at, this.#ties?.() ?? ++this.#order, callback);
    if (at === this.#now) timer.chain = this.#atOnce + 1;
    this.#timers.push(timer);
    return timer;
  };

  /** Forgets a timer of this clock that has not fired. Anything else is ignored, as platforms do. */
  readonly clearTimeout = (handle: unknown): void => {
    if (!(handle instanceof Timer) || !handle.isSet || this.#timers.items[handle.index] !== handle) return;
    handle.isSet = false;
    this.#timers.remove(handle);
  };

  /**
   * Resolves in `ms` milliseconds of this clock's time.
   *
   * @returns Rejects with the signal's reason when it aborts before.
   */
  readonly sleep = (ms: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> =>
    new Promise((resolve, reject) => {
      const signal = checkSignal(own(options).signal ?? undefined);
      if (signal?.aborted === true) return reject(signal.reason as Error);
      let subscription: Subscription | undefined;
      const timer = this.setTimeout(() => {
        subscription?.unfollow();
        resolve();
      }, ms);
      if (signal === undefined) return;
      subscription = new Subscription(signal, (reason) => {
        this.clearTimeout(timer);
        reject(reason);
      });
    });

  /** How many timers are set, and have neither fired nor been cleared. */
  get timers(): number {
    return this.#timers.items.length;
  }

  /** When the next timer will fire, in monotonic ms; a time that is over when the clock has jumped. undefined: none is set. */
  get next(): number | undefined {
    return this.#timers.first?.rank;
  }

  /**
   * Goes on by `ms`, and fires the timers of that time, each at its own; promises settle before, in between and after.
   * While it goes on already, it goes on by `ms` more.
   *
   * @returns Rejects with what a timer's callback throws, and stands still there. So it does when 1,000,000 timers of 0 ms have
   * set one another: time would never go on.
   * @throws {TypeError} `ms` is no number that is 0 or more.
   */
  advance(ms: number): Promise<void> {
    expectTime(ms, "ms");
    return this.#goOn(async (settle) => {
      const end = this.#now + ms;
      while ((this.next ?? Infinity) <= end) {
        this.#fire();
        await settle();
      }
      this.#now = Math.max(this.#now, end);
    });
  }

  /**
   * Goes on until no timer is set, and no promise that settles sets one.
   *
   * @param options.most The most ms to go on by. @default 3,600,000: an hour
   * @returns Rejects when timers are still set after `most` ms, so that a test can't mistake that for idleness; and as
   * {@link VirtualClock.advance} does.
   * @throws {TypeError} `most` is no number that is 0 or more.
   */
  runUntilIdle(options: { readonly most?: number | undefined } = {}): Promise<void> {
    const most = optional(own(options).most, "most", TIME, isFinite) ?? MOST;
    expectTime(most, "most");
    return this.#goOn(async (settle) => {
      const end = this.#now + most;
      for (let { next } = this; next !== undefined; { next } = this) {
        if (next > end) throw new Error(`Not idle after ${most} ms: timers set: ${this.timers}`);
        this.#fire();
        await settle();
      }
    });
  }

  /** Lets all promises settle that can without time going on. */
  settle(): Promise<void> {
    return this.#goOn(() => Promise.resolve());
  }

  /**
   * Goes on to the next timer and fires it, now, without letting promises settle: for tests with a scheduler of their own.
   *
   * @param options.early Time stays where it is: the timer fires early, if its time has not come. @default false
   * @returns Whether there was one.
   */
  fireNext(options?: { readonly early?: boolean | undefined }): boolean {
    const timer = this.#timers.first;
    if (timer === undefined) return false;
    this.clearTimeout(timer);
    if (options === undefined || own(options).early !== true) this.#now = Math.max(this.#now, timer.rank);
    this.#atOnce = timer.rank === this.#now ? timer.chain : 0;
    timer.callback();
    return true;
  }

  #fire(): void {
    this.fireNext();
    if (this.#atOnce < MOST_AT_ONCE) return;
    this.#atOnce = 0;
    throw new Error(`Time stands still at ${this.#now} ms: ${MOST_AT_ONCE} timers of 0 ms have set one another`);
  }

  /**
   * Lets `ms` go by, wall time too, in which nothing fires: a machine that slept, or code that kept it busy. What was due
   * fires when the clock is told to go on.
   *
   * @throws {TypeError} `ms` is no number that is 0 or more.
   */
  jump(ms: number): void {
    this.#now += expectTime(ms, "ms");
  }

  /** Sets the wall clock; monotonic time knows nothing of it. @throws {TypeError} It is no date. */
  setDate(date: Date | number): void {
    this.#offset = timeOf(date) - this.#now;
  }

  #goOn(run: (settle: () => Promise<void>) => Promise<void>): Promise<void> {
    const going = this.#after(this.#done, run);
    this.#done = going.catch(() => undefined);
    return going;
  }

  async #after(done: Promise<unknown>, run: (settle: () => Promise<void>) => Promise<void>): Promise<void> {
    await done;
    this.#atOnce = 0;
    const turns = new Turns();
    const settle = (): Promise<void> => turns.next();
    try {
      await settle();
      await run(settle);
    } finally {
      turns.close();
    }
  }
}

const isDrift = (value: unknown): value is Drift | ((delay: number) => number) => isFunction(value) || isObject(value);

function timeOf(date: Date | number): number {
  const time: unknown = isObject(date) ? date.getTime() : date;
  return expect(time, "date", "a Date or ms since 1970", isFinite);
}
