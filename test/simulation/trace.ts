const KEPT = 200;

type Line = readonly [time: number, what: string, one: number, two: number, more: string];

/** All that happened in a run: its end in words, the whole of it as a hash. */
export class Trace {
  readonly #tail: Line[] = [];
  readonly #counts = new Map<string, number>();
  #length = 0;
  #high = 0x811c9dc5;
  #low = 0x1b873593;

  /** How often each kind of thing has happened. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The same for two runs in which the same happened at the same times in the same order. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** The last things that happened, in words. */
  get tail(): string[] {
    const start = this.#length > KEPT ? this.#length % KEPT : 0;
    return [...this.#tail.slice(start), ...this.#tail.slice(0, start)].map(
      ([time, what, one, two, more]) => `${time.toFixed(3).padStart(14)}  ${what.padEnd(16)} ${one} ${two} ${more}`,
    );
  }

  /** @param time In multiples of 1/8 ms. */
  note(time: number, what: string, one = 0, two = 0, more = ""): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    this.#tail[this.#length++ % KEPT] = [time, what, one, two, more];
    this.#mixText(what);
    this.#mix(time * 8);
    this.#mix((time * 8) / 2 ** 32);
    this.#mix(one);
    this.#mix(two * 8);
    this.#mixText(more);
  }

  #mixText(text: string): void {
    for (let index = 0; index < text.length; index++) this.#mix(text.charCodeAt(index));
  }

  #mix(value: number): void {
    this.#high = Math.imul(this.#high ^ value, 0x01000193);
    this.#low = Math.imul((this.#low << 13) | (this.#low >>> 19), 5) ^ Math.imul(value | 0, 0xcc9e2d51);
    this.#high ^= this.#low >>> 15;
  }
}
