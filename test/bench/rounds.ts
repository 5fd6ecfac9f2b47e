import { collectYoungGarbage } from "./garbage.ts";
import { median, medianRatio } from "./statistics.ts";

/** Something to measure, beside others. */
export interface Contender {
  readonly name: string;
  /** Measures once. */
  sample(): Promise<number>;
}

/** What each contender gave, by name, a value a round. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/**
 * Measures A B C … A B C …, so that whatever else the machine does hits all of them alike.
 *
 * @param warmUps Rounds before the first that counts.
 */
export async function interleave(contenders: readonly Contender[], rounds: number, warmUps: number): Promise<Samples> {
  const samples = Object.fromEntries(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, sample } of contenders) {
      // Each pays for its own garbage, not for that of the one before.
      collectYoungGarbage();
      const value = await sample();
      if (round >= 0) samples[name]?.push(value);
    }
  }
  return samples;
}

/** The median of a contender. */
export function medianOf(samples: Samples, name: string): number {
  return median(samples[name] ?? []);
}

/** The median of the rounds' ratios of one contender to another. */
export function ratioOf(samples: Samples, name: string, peer: string): number {
  return medianRatio(samples[name] ?? [], samples[peer] ?? []);
}
