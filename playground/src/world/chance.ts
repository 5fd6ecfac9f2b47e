/**
 * Luck that depends on nothing but the seed, the number of the request and what it is about: the same request meets the
 * same fate whoever sends it, in whatever order.
 *
 * @returns At least 0, less than 1.
 */
export function chance(seed: number, request: number, about: number): number {
  let mixed = (seed * 0x9e37_79b1) ^ (request * 0x85eb_ca6b) ^ (about * 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb_352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846c_a68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
