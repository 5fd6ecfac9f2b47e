/** How likely each of some choices is, against the others. */
export interface Odds<Choice extends string> {
  readonly choices: readonly Choice[];
  /** The sum of the weights up to each choice, itself included. */
  readonly sums: readonly number[];
}

/** Odds from weights. */
export function odds<Choice extends string>(weights: Readonly<Record<Choice, number>>): Odds<Choice> {
  const choices = Object.keys(weights) as Choice[];
  let sum = 0;
  return { choices, sums: choices.map((choice) => (sum += weights[choice])) };
}

/** Pseudo-random numbers (sfc32): the same seed gives the same numbers, on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** From 0 to 1, without 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  choose<Choice extends string>({ choices, sums }: Odds<Choice>): Choice {
    const point = this.next() * (sums.at(-1) ?? 0);
    let index = 0;
    while (point >= (sums[index] as number)) index++;
    return choices[index] as Choice;
  }
}
