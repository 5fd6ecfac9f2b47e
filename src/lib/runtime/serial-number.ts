/** Under this name the copies of this package in one program count together. */
const COUNTER = Symbol.for("httppool.pools");

/** A number that nobody else in this program was given, by whichever copy of this package. */
export function nextSerialNumber(): number {
  const counter = globalThis as { [COUNTER]?: number };
  counter[COUNTER] = (counter[COUNTER] ?? 0) + 1;
  return counter[COUNTER];
}
