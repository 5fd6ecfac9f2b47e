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

  /** The oldest one, when older ones have gone; undefined: all are there. */
  get oldestLeft(): Item | undefined {
    return this.#pushed > this.#size ? this.#items[this.#pushed % this.#size] : undefined;
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
