/** What somebody follows, of which there is one at a time or none. */
export class Selection<Thing> {
  readonly #heard: ((thing: Thing | undefined) => void)[] = [];
  #current: Thing | undefined;

  /** undefined: nothing is followed. */
  get current(): Thing | undefined {
    return this.#current;
  }

  /** Follows this from now on, or nothing. */
  follow(thing: Thing | undefined): void {
    if (thing === this.#current) return;
    this.#current = thing;
    for (const hear of this.#heard) hear(thing);
  }

  /** Hears of each change. */
  onChange(hear: (thing: Thing | undefined) => void): void {
    this.#heard.push(hear);
  }
}
