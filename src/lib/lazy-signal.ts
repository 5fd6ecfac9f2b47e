/** What holds a signal that is made on first use. */
interface Lent {
  readonly signal: undefined;
}

/** An abort signal made on first use: whoever ignores it pays nothing. */
export class LazySignal {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return this.#made.signal;
  }

  /** Aborts the signal. The first reason counts. */
  abortSignal(reason: unknown): void {
    this.#made.abort(reason);
  }

  /**
   * The object with this signal as its `signal`: own and enumerable, so that a spread keeps it. This object is the handler
   * of a proxy, whose traps stand below, since to define an accessor costs ten times as much, once a task and once a
   * request.
   */
  lend<Fields extends Lent>(fields: Fields): Omit<Fields, "signal"> & { readonly signal: AbortSignal } {
    return new Proxy(fields, this) as unknown as Omit<Fields, "signal"> & { readonly signal: AbortSignal };
  }

  /**
   * The proxy's trap: `signal` is read here. Nothing is inherited: `fetch` reads its options by name, and those of a
   * polluted `Object.prototype` would change the request.
   */
  get(fields: Lent, key: PropertyKey): unknown {
    if (key === "signal") return this.signal;
    return Object.hasOwn(fields, key) ? Reflect.get(fields, key) : undefined;
  }

  /** The proxy's trap: `signal` shows itself as the accessor that it is. */
  getOwnPropertyDescriptor(fields: Lent, key: PropertyKey): PropertyDescriptor | undefined {
    if (key !== "signal") return Reflect.getOwnPropertyDescriptor(fields, key);
    return { get: () => this.signal, enumerable: true, configurable: true };
  }

  get #made(): AbortController {
    return (this.#controller ??= new AbortController());
  }
}
