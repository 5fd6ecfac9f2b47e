/** Counts what is under way, for whoever waits until nothing is. */
export class WaitGroup {
  readonly #waiters: (() => void)[] = [];
  #count = 0;

  add(): void {
    this.#count++;
  }

  done(): void {
    if (--this.#count > 0) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when nothing is under way; at once when nothing is now. */
  wait(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }
}
