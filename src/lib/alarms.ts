import type { Clock } from "../api/clock.ts";
import { Line, type Linked } from "./line.ts";

/** The longest delay that every platform's `setTimeout` keeps to, in ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A call that is due at a time. */
export interface Alarm extends Linked<Alarm> {
  readonly due: number;
  readonly ring: () => void;
}

/**
 * Any number of alarms on one timer of the clock, in order of their due times. Never rings early: a timer that fires
 * early, or that had to be cut to what platforms can wait, is armed again.
 */
export class Alarms {
  readonly #clock: Clock;
  readonly #line = new Line<Alarm>();
  #timer: unknown;
  #armedFor = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rings at `due` or later; at Infinity, never. Cheapest when set in order of due times, as equal delays are. */
  set(due: number, ring: () => void): Alarm {
    const alarm: Alarm = { due, ring, previous: undefined, next: undefined };
    let previous = this.#line.last;
    while (previous !== undefined && previous.due > due) previous = previous.previous;
    this.#line.insert(alarm, previous);
    if (due < this.#armedFor) this.#arm(due);
    return alarm;
  }

  /** Takes an alarm back. One that has rung, or was taken back before, is left alone. */
  clear(alarm: Alarm | undefined): void {
    if (alarm === undefined || !this.#line.has(alarm)) return;
    this.#line.remove(alarm);
    if (this.#line.first === undefined) this.#disarm();
  }

  readonly #onTimer = (): void => {
    this.#armedFor = Infinity;
    const now = this.#clock.now();
    for (let alarm = this.#line.first; alarm !== undefined && alarm.due <= now; alarm = this.#line.first) {
      this.clear(alarm);
      alarm.ring();
    }
    const due = this.#line.first?.due ?? Infinity;
    if (due < this.#armedFor) this.#arm(due);
  };

  #arm(due: number): void {
    this.#disarm();
    this.#armedFor = due;
    this.#timer = this.#clock.setTimeout(this.#onTimer, Math.min(Math.max(due - this.#clock.now(), 0), LONGEST_DELAY));
  }

  #disarm(): void {
    if (this.#armedFor === Infinity) return;
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = Infinity;
    this.#timer = undefined;
  }
}
