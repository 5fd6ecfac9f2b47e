import type { Clock } from "httppool";
import type { Settings, Way } from "../settings/settings.ts";

/** To hosts of other people, in requests a second. */
const POLITE_RATE = 20;

/** Brings tasks steadily and in bursts, on the clock of the scene. */
export class Load {
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #bring: (number: number, way?: Way) => void;
  #last = 0;
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

  /** Begins, with a burst if bursts come by themselves. */
  start(): void {
    if (this.#settings().every > 0) this.burst();
    this.update();
  }

  /** Takes up changed settings. */
  update(): void {
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
    this.#bring(++this.#last, way);
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
    const { rate, world, url } = this.#settings();
    const isElsewhere = world === "real" && url !== "" && URL.parse(url, document.baseURI)?.origin !== location.origin;
    return isElsewhere ? Math.min(rate, POLITE_RATE) : rate;
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
