import type { Clock } from "httppool";

/** The platform's own time, counted from when the scene began. */
export class RealClock implements Clock {
  readonly #start = performance.now();
  readonly now = (): number => performance.now() - this.#start;
  readonly date = (): number => Date.now();
  readonly setTimeout = (callback: () => void, ms: number): unknown => globalThis.setTimeout(callback, ms);
  readonly clearTimeout = (handle: unknown): void => {
    globalThis.clearTimeout(handle as number);
  };
}
