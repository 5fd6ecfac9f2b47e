/** ms. p-queue asks a clock of whole ms, and any clock is read a little later than the timer that it stands for. */
const SLACK = 2;

/** Counts starts within one period, on a window that slides. */
export class StartMeter {
  readonly #period: number;
  #starts: number[] = [];
  #first = 0;
  #most = 0;

  /** @param period ms; 0 counts those of one moment. */
  constructor(period: number) {
    this.#period = Math.max(period, 1 + SLACK);
  }

  /** The most that ever began within one period. */
  get most(): number {
    return this.#most;
  }

  begin(now: number): void {
    this.#starts.push(now);
    while ((this.#starts[this.#first] ?? now) <= now - this.#period + SLACK) this.#first++;
    this.#most = Math.max(this.#most, this.#starts.length - this.#first);
    if (this.#first < 1024) return;
    this.#starts = this.#starts.slice(this.#first);
    this.#first = 0;
  }
}
