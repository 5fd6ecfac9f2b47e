import { expect, isFinite, isObject, isWhole, optional, own } from "../../lib/checks.ts";

/** Within what bounds a pool or a lane tunes its slots. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface AdaptiveOptions {
  /** The fewest slots, a whole number. ≤ 0 means the default. @default 1 */
  readonly min?: number | undefined;
  /** The most slots, a whole number; less than `min` means `min`. ≤ 0 means the default. @default 100 */
  readonly max?: number | undefined;
  /** Slots at first, a whole number, kept between `min` and `max`. ≤ 0 means the default. @default 4 */
  readonly start?: number | undefined;
  /**
   * By which share of its time without a queue a request may take longer, a finite number. Where times differ a lot of
   * themselves, it is three tenths of their spread. ≤ 0 means the default. @default 0.1
   */
  readonly tolerance?: number | undefined;
}

/** {@link AdaptiveOptions} made safe. */
export type Settings = Readonly<Record<keyof AdaptiveOptions, number>>;

/** Checks the options and fills in the defaults. */
export function settingsOf(options: AdaptiveOptions): Settings {
  const given = own<AdaptiveOptions>(expect(options, "options", "an object", isObject));
  const pick = (
    name: keyof AdaptiveOptions,
    expected: string,
    is: (value: unknown) => value is number,
    standard: number,
  ): number => {
    const number = optional(given[name], name, expected, is) ?? 0;
    return number > 0 ? number : standard;
  };
  const count = (name: keyof AdaptiveOptions, standard: number): number =>
    pick(name, "a whole number", isWhole, standard);
  const min = count("min", 1);
  const max = Math.max(min, count("max", 100));
  return {
    min,
    max,
    start: Math.max(min, Math.min(max, count("start", 4))),
    tolerance: pick("tolerance", "a finite number", isFinite, 0.1),
  };
}
