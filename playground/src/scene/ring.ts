/** The last so many things, the oldest going first. */
export class Ring<Item> {
  readonly #items: Item[] = [];
  readonly #size: number;
  #pushed = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many were ever pushed. */
  get pushed(): number {
    return this.#pushed;
  }

  push(item: Item): void {
    this.#items[this.#pushed++ % this.#size] = item;
  }

  /** From the newest back to the oldest. */
  *newest(): Generator<Item> {
    const oldest = Math.max(0, this.#pushed - this.#size);
    for (let at = this.#pushed - 1; at >= oldest; at--) yield this.#items[at % this.#size] as Item;
  }
}
