import { Mark } from "../mark.ts";

const collected =
  typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry<() => void>((then) => then());

/**
 * Chromium may collect the object of a stream while a reader still reads it, since it can make the object anew; a mark
 * keeps the object alive, since Chromium could not make the mark anew.
 */
class Anchor extends Mark {
  readonly #isAnchored = true;

  static put(object: object): void {
    if (!(#isAnchored in object)) void new Anchor(object).#isAnchored;
  }
}

/** Calls back some time after the object was garbage-collected, where the runtime tells. `then` must not refer to it. */
export function onCollected(object: object, then: () => void): void {
  Anchor.put(object);
  collected?.register(object, then);
}
