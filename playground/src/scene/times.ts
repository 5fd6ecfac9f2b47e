/** Of so many, the latest, the times are known. */
const KEPT = 2000;

/** The latest times of something, in ms. */
export class Times {
  readonly #times = new Float64Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#times[this.#count++ % KEPT] = ms;
  }

  /** From the shortest to the longest. */
  sorted(): Float64Array {
    return this.#times.slice(0, this.#count).toSorted();
  }
}
