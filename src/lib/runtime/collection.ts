import { Mark } from "../marks.ts";

const collected =
  typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry<() => void>((then) => then());

/**
 * Chromium may collect the object of a stream while a reader still reads it, since it can make the object anew; a mark
 * keeps the object alive, since it could not make that anew.
 */
class Kept extends Mark {
  readonly #isKept = true;

  static keep(object: object): void {
    if (!(#isKept in object)) void new Kept(object).#isKept;
  }
}

/** Calls back some time after the object was garbage-collected, where the runtime tells. `then` must not refer to it. */
export function onCollected(object: object, then: () => void): void {
  Kept.keep(object);
  collected?.register(object, then);
}
