import type { Clock } from "../api/clock.ts";

/** The longest delay that every platform's `setTimeout` keeps to, in ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A call that is due at a time. */
export interface Alarm {
  readonly due: number;
  readonly ring: () => void;
  previous: Alarm | undefined;
  next: Alarm | undefined;
}

/**
 * Any number of alarms on one timer of the clock, in order of their due times. Never rings early: a timer that fires
 * early, or that had to be cut to what platforms can wait, is armed again.
 */
export class Alarms {
  readonly #clock: Clock;
  #first: Alarm | undefined;
  #last: Alarm | undefined;
  #timer: unknown;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rings at `due` or later; at Infinity, never. Cheapest when set in order of due times, as equal delays are. */
  set(due: number, ring: () => void): Alarm {
    let previous = this.#last;
    while (previous !== undefined && previous.due > due) previous = previous.previous;
    const next = previous === undefined ? this.#first : previous.next;
    const alarm: Alarm = { due, ring, previous, next };
    if (previous === undefined) this.#first = alarm;
    else previous.next = alarm;
    if (next === undefined) this.#last = alarm;
    else next.previous = alarm;
    if (due < this.#armedFor) this.#arm();
    return alarm;
  }

  /** Takes an alarm back. Only for one that has not rung. */
  clear(alarm: Alarm): void {
    const { previous, next } = alarm;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    if (this.#first === undefined) this.#disarm();
  }

  readonly #onTimer = (): void => {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let alarm = this.#first; alarm !== undefined && alarm.due <= now; alarm = this.#first) {
      this.clear(alarm);
      alarm.ring();
    }
    if (this.#first !== undefined && this.#first.due < this.#armedFor) this.#arm();
  };

  #arm(): void {
    const { due } = this.#first as Alarm; // only called with an alarm set
    this.#disarm();
    this.#armedFor = due;
    this.#timer = this.#clock.setTimeout(this.#onTimer, Math.min(Math.max(due - this.#clock.now(), 0), LONGEST_DELAY));
  }

  #disarm(): void {
    if (this.#armedFor === Number.POSITIVE_INFINITY) return;
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
  }
}
