/** Tells what grows without end from what swells and sinks: by its lowest of each stretch of time. */
export class Growth {
  readonly #stretch: number;
  #end: number;
  #lowest = Number.POSITIVE_INFINITY;
  #before: number[] = [];

  /** @param stretch ms: as long as the load takes to come around. */
  constructor(stretch: number) {
    this.#stretch = stretch;
    this.#end = stretch;
  }

  /** Whether the lowest of each of the last three stretches was higher than that of the one before. */
  get isGrowing(): boolean {
    const [first = 0, second = 0, third = 0] = this.#before;
    return this.#before.length === 3 && first < second && second < third;
  }

  /** There are so many now. */
  note(now: number, length: number): void {
    if (now >= this.#end) {
      this.#before = [...this.#before, this.#lowest].slice(-3);
      this.#lowest = Number.POSITIVE_INFINITY;
      this.#end = now + this.#stretch;
    }
    this.#lowest = Math.min(this.#lowest, length);
  }
}
