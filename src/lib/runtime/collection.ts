import { Mark } from "../marks.ts";

const collected =
  typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry<() => void>((then) => then());

/**
 * Chromium may collect the object of a stream while a reader still reads it, since it can make the object anew; a mark
 * keeps the object alive, since it could not make that anew.
 */
class Kept extends Mark {
  /** What lives as long as the object, the last to come before those that came earlier. */
  #companions: unknown;

  static keep(object: object, companion?: object): void {
    const kept = #companions in object ? object : new Kept(object);
    if (companion !== undefined) kept.#companions = [companion, kept.#companions];
  }
}

/** Calls back some time after the object was garbage-collected, where the runtime tells. `then` must not refer to it. */
export function onCollected(object: object, then: () => void): void {
  Kept.keep(object);
  collected?.register(object, then);
}

/** Keeps the companion from being garbage-collected for as long as the object is not. */
export function keepWith(object: object, companion: object): void {
  Kept.keep(object, companion);
}
