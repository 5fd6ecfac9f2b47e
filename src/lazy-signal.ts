/** An abort signal made on first use: whoever ignores it pays nothing. */
export class LazySignal {
  #controller: AbortController | undefined;
  #isCut = false;
  #reason: unknown;

  /** The signal. Aborted already when {@link cut} came first. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isCut) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal. The first reason counts. */
  cut(reason: unknown): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
