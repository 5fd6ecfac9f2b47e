/** Things that come when they come, for whoever pulls them one by one. */
export class Arrivals<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #wake: (() => void) | undefined;
  #over = false;

  /** How many wait to be pulled. */
  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** Nothing more comes. */
  end(): void {
    this.#over = true;
    this.#wake?.();
  }

  /** The next one; undefined after the end. */
  async next(): Promise<Item | undefined> {
    while (this.#items.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#over ? undefined : this.#items.shift();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (let item = await this.next(); item !== undefined; item = await this.next()) yield item;
  }
}
