/** What a chronicle knows of one moment: since when it has been so, and each of the numbers. */
export type Entry<Name extends string> = Readonly<Record<Name | "since", number>>;

/** Rows that a chronicle begins with. It grows with what happens. */
const FIRST_ROWS = 256;

/**
 * Numbers as they changed over time: a row of them for each change, the last so many rows, the oldest going first. They lie in
 * one typed array, so that what is remembered costs no garbage.
 */
export class Chronicle<Name extends string> {
  readonly #names: readonly Name[];
  readonly #most: number;
  readonly #width: number;
  #rows: Float64Array;
  #written = 0;

  /** @param most Rows that are kept. */
  constructor(names: readonly Name[], most: number) {
    this.#names = names;
    this.#most = most;
    this.#width = names.length + 1;
    this.#rows = new Float64Array(Math.min(FIRST_ROWS, most) * this.#width);
  }

  /** From when on nothing is forgotten; -Infinity: nothing ever was. */
  get begins(): number {
    return this.#oldest > 0 ? this.#timeOf(this.#oldest) : Number.NEGATIVE_INFINITY;
  }

  /** From now on it is so. What has been said of the same moment before counts no more. */
  note(now: number, values: Readonly<Record<Name, number>>): void {
    const last = this.#written - 1;
    if (last >= 0 && this.#isSame(last, values)) return;
    const isNew = last < 0 || this.#timeOf(last) !== now;
    if (isNew) this.#makeRoom();
    const at = this.#placeOf(isNew ? this.#written++ : last);
    this.#rows[at] = now;
    for (const [column, name] of this.#names.entries()) this.#rows[at + column + 1] = values[name];
  }

  /** How it was at a time; undefined: nobody had said so yet, or it is forgotten. */
  at(time: number): Entry<Name> | undefined {
    const found = this.#firstAfter(time) - 1;
    if (found < this.#oldest) return undefined;
    const at = this.#placeOf(found);
    const numbers = this.#names.map((name, column) => [name, this.#rows[at + column + 1]]);
    return Object.fromEntries([["since", this.#rows[at]], ...numbers]) as Entry<Name>; // each name has its number
  }

  /** When it changed next after a time; Infinity: it has not. */
  after(time: number): number {
    const row = this.#firstAfter(time);
    return row < this.#written ? this.#timeOf(row) : Number.POSITIVE_INFINITY;
  }

  get #oldest(): number {
    return Math.max(0, this.#written - this.#most);
  }

  /** The first row that is of later than a time. */
  #firstAfter(time: number): number {
    let low = this.#oldest;
    let high = this.#written;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timeOf(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isSame(row: number, values: Readonly<Record<Name, number>>): boolean {
    const at = this.#placeOf(row);
    return this.#names.every((name, column) => this.#rows[at + column + 1] === values[name]);
  }

  #timeOf(row: number): number {
    return this.#rows[this.#placeOf(row)] ?? 0;
  }

  #placeOf(row: number): number {
    return (row % this.#most) * this.#width;
  }

  #makeRoom(): void {
    const rows = this.#rows.length / this.#width;
    if (this.#written < rows || rows >= this.#most) return;
    const larger = new Float64Array(Math.min(2 * rows, this.#most) * this.#width);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
