import type { Clock } from "../api/clock.ts";
import type { Logger } from "../api/logger.ts";
import { Line, type Linked } from "./line.ts";
import { orElse } from "./or-else.ts";
import { systemClock } from "./runtime/system-clock.ts";

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
 *
 * Nothing here throws. Where the clock's timers fail, the platform's take their place, or who waits would wait for ever;
 * when to ring is still by the clock. Where they fail too, as in Workers at module scope, the next alarm to be set arms anew.
 */
export class Alarms {
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, "error"> | undefined;
  readonly #line = new Line<Alarm>();
  #timer: unknown;
  /** Whose timer it is. */
  #timekeeper: Clock;
  #armedFor = Infinity;

  /** @param logger Is told of timers that fail. */
  constructor(clock: Clock, logger?: Pick<Logger, "error">) {
    this.#clock = clock;
    this.#timekeeper = clock;
    this.#logger = logger;
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
    const delay = Math.min(Math.max(due - this.#clock.now(), 0), LONGEST_DELAY);
    for (const clock of [this.#clock, systemClock]) {
      try {
        this.#timer = clock.setTimeout(this.#onTimer, delay);
        this.#timekeeper = clock;
        this.#armedFor = due;
        return;
      } catch (error) {
        this.#logger?.error("A timer could not be set", error);
      }
    }
  }

  #disarm(): void {
    if (this.#armedFor === Infinity) return;
    // A timer that stays fires for nothing.
    orElse(() => this.#timekeeper.clearTimeout(this.#timer), undefined);
    this.#armedFor = Infinity;
    this.#timer = undefined;
  }
}
