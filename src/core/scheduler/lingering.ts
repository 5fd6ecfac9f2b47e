/** Cheaper to wait for than `queueMicrotask()`, which makes an async resource for each call on Node. */
const SOON = Promise.resolve();

/**
 * Shifts that found nothing to do just now, by their ends. They linger for two microtasks: a producer that is about to
 * send spares one of them, and PQueue, a new start.
 */
export class Lingering {
  readonly #ends: (() => void)[] = [];
  #isEnding = false;

  /** Ends the shift soon, unless it is called back before. */
  add(end: () => void): void {
    this.#ends.push(end);
    if (this.#isEnding) return;
    this.#isEnding = true;
    void SOON.then(this.#next);
  }

  /** Calls a shift back to work. */
  take(): (() => void) | undefined {
    return this.#ends.pop();
  }

  readonly #next = (): void => void SOON.then(this.#end);

  readonly #end = (): void => {
    this.#isEnding = false;
    for (let end = this.take(); end !== undefined; end = this.take()) end();
  };
}
