/** Counts starts within one period, on a window that slides. */
export class StartMeter {
  readonly #period: number;
  #starts: number[] = [];
  #first = 0;
  #most = 0;

  /** @param period ms; 0 counts those of one ms. */
  constructor(period: number) {
    this.#period = Math.max(period, 1);
  }

  /** The most that ever began within one period. */
  get most(): number {
    return this.#most;
  }

  begin(now: number): void {
    this.#starts.push(now);
    // Half a ms less, since clocks read a little later than the timers that they stand for.
    while ((this.#starts[this.#first] ?? now) <= now - this.#period + 0.5) this.#first++;
    this.#most = Math.max(this.#most, this.#starts.length - this.#first);
    if (this.#first < 1024) return;
    this.#starts = this.#starts.slice(this.#first);
    this.#first = 0;
  }
}
