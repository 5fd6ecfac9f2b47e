import type { Clock } from "../api/clock.ts";
import { type Alarm, Alarms } from "./alarms.ts";

/** A call that is due at one time at most: setting it again moves it. */
export class Wakeup {
  readonly #alarms: Alarms;
  readonly #ring: () => void;
  #alarm: Alarm | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#alarms = new Alarms(clock);
    this.#ring = (): void => {
      this.#alarm = undefined;
      ring();
    };
  }

  set(due: number): void {
    if (this.#alarm?.due === due) return;
    this.clear();
    this.#alarm = this.#alarms.set(due, this.#ring);
  }

  clear(): void {
    if (this.#alarm !== undefined) this.#alarms.clear(this.#alarm);
    this.#alarm = undefined;
  }
}
