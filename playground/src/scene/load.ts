import type { Clock } from "httppool";
import type { Settings, Way } from "../settings/settings.ts";
import { hostAbroad } from "./abroad.ts";

/** To hosts of other people, in requests a second, and at once. */
export const POLITE_RATE = 20;

/** Brings tasks steadily and in bursts, on the clock of the scene. */
export class Load {
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #bring: (number: number, way?: Way) => void;
  #isStarted = false;
  #last = 0;
  /** How many more may go abroad now, as of a time. */
  #allowance = POLITE_RATE;
  #allowedAt = 0;
  #due = 0;
  #rate = 0;
  #every = 0;
  #steadyTimer: unknown;
  #burstTimer: unknown;

  constructor(settings: () => Settings, clock: Clock, bring: (number: number, way?: Way) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#bring = bring;
  }

  /** Whether it has begun: before, nothing comes, whoever asks. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Begins, with a burst if bursts come by themselves. */
  start(): void {
    this.#isStarted = true;
    if (this.#settings().every > 0) this.burst();
    this.update();
  }

  /** Takes up changed settings. */
  update(): void {
    if (!this.#isStarted) return;
    const { every } = this.#settings();
    const rate = this.#allowedRate();
    if (rate !== this.#rate) {
      this.#rate = rate;
      this.#clock.clearTimeout(this.#steadyTimer);
      this.#due = this.#clock.now();
      if (rate > 0) this.#scheduleNext();
    }
    if (every !== this.#every) {
      this.#every = every;
      this.#clock.clearTimeout(this.#burstTimer);
      if (every > 0) this.#scheduleBurst();
    }
  }

  /** Brings one task, by the way of the settings or another. */
  one(way?: Way): void {
    if (this.#isStarted && this.#isAllowed()) this.#bring(++this.#last, way);
  }

  /** Brings as many at once as the settings say. */
  burst(): void {
    const { burst } = this.#settings();
    for (let left = burst; left > 0; left--) this.one();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#steadyTimer);
    this.#clock.clearTimeout(this.#burstTimer);
  }

  #allowedRate(): number {
    const { rate } = this.#settings();
    return hostAbroad(this.#settings()) === undefined ? rate : Math.min(rate, POLITE_RATE);
  }

  /** Whether one more may go. Bursts and buttons are no way around what other people's hosts are spared. */
  #isAllowed(): boolean {
    if (hostAbroad(this.#settings()) === undefined) return true;
    const now = this.#clock.now();
    this.#allowance = Math.min(POLITE_RATE, this.#allowance + ((now - this.#allowedAt) / 1000) * POLITE_RATE);
    this.#allowedAt = now;
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }

  #scheduleNext(): void {
    this.#due += 1000 / this.#rate;
    this.#steadyTimer = this.#clock.setTimeout(this.#onDue, this.#due - this.#clock.now());
  }

  readonly #onDue = (): void => {
    const now = this.#clock.now();
    // A tab that slept owes nothing.
    if (now - this.#due > 1000) this.#due = now;
    for (; this.#due + 1000 / this.#rate <= now; this.#due += 1000 / this.#rate) this.one();
    this.one();
    this.#scheduleNext();
  };

  #scheduleBurst(): void {
    this.#burstTimer = this.#clock.setTimeout(() => {
      this.burst();
      this.#scheduleBurst();
    }, this.#every * 1000);
  }
}
