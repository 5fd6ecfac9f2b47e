/**
 * A pseudo-random number that depends on nothing but the seed, the number of what it is drawn for, and what it is about. So the
 * same request meets the same luck whoever sends it, in whatever order, in every runtime: whole numbers of 32 bits
 * only, mixed by the finalizer of MurmurHash3.
 *
 * @returns At least 0, less than 1.
 */
export function luck(seed: number, number: number, about: number): number {
  let mixed = mix(seed | 0);
  mixed = mix(mixed ^ (Math.floor(seed / 2 ** 32) | 0));
  mixed = mix(mixed ^ (number | 0));
  mixed = mix((mixed + Math.imul(about, 0x9e37_79b9)) | 0);
  return (mixed >>> 0) / 2 ** 32;
}

/** Draws for one thing, one after the other: each call gives the next. */
export function draws(seed: number, number: number): () => number {
  // Apart from what is drawn about something.
  let about = 1000;
  return () => luck(seed, number, ++about);
}

/** Draws for one thing of which the first is about something: a function of the user's may draw more. */
export function drawsAbout(seed: number, number: number, about: number): () => number {
  const more = draws(seed, number + about * 2 ** 20);
  let isFirst = true;
  return () => {
    if (!isFirst) return more();
    isFirst = false;
    return luck(seed, number, about);
  };
}

function mix(value: number): number {
  let mixed = (value + 0x6d2b_79f5) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
