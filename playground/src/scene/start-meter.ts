/** Of a period: in real time a busy page makes one call late, and the next in time. */
const SLACK = 0.05;
/** ms: p-queue asks a clock of whole ms. */
const LEAST_SLACK = 2;

/** Counts starts within one period, on a window that slides: clearly within it. */
export class StartMeter {
  readonly #period: number;
  #starts: number[] = [];
  #first = 0;
  #most = 0;

  /** @param period ms; 0 counts those of one ms. */
  constructor(period: number) {
    this.#period = Math.max(period - Math.max(LEAST_SLACK, period * SLACK), 1);
  }

  /** The most that ever began within one period. */
  get most(): number {
    return this.#most;
  }

  begin(now: number): void {
    this.#starts.push(now);
    while ((this.#starts[this.#first] ?? now) <= now - this.#period) this.#first++;
    this.#most = Math.max(this.#most, this.#starts.length - this.#first);
    if (this.#first < 1024) return;
    this.#starts = this.#starts.slice(this.#first);
    this.#first = 0;
  }
}
