import { Mark } from "../mark.ts";

class Companions extends Mark {
  /** The last to come, before those that came earlier. */
  #all: unknown;

  static add(object: object, companion: object): void {
    const companions = #all in object ? object : new Companions(object);
    companions.#all = [companion, companions.#all];
  }
}

/**
 * Keeps the companion from being garbage-collected for as long as the object is not. The object itself lives as long as
 * anybody uses what it stands for, since the platform could not make its mark anew.
 */
export function keepWith(object: object, companion: object): void {
  Companions.add(object, companion);
}
