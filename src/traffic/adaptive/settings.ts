import { expect, isFinite, isObject, isWhole } from "../../lib/checks.ts";

/** Within what bounds slots tune themselves. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface AdaptiveOptions {
  /** The fewest slots, a whole number; ≤ 0 means the default. @default 1 */
  readonly min?: number | undefined;
  /** The most slots, a whole number; less than `min` means `min`, ≤ 0 the default. @default 100 */
  readonly max?: number | undefined;
  /** Slots at first, a whole number, kept between `min` and `max`; ≤ 0 means the default. @default 4 */
  readonly start?: number | undefined;
  /**
   * By which share of what it takes without a queue a request may take longer, a finite number; ≤ 0 means the default. Where
   * times differ a lot of themselves it is more: three tenths of their spread.
   * @default 0.1
   */
  readonly tolerance?: number | undefined;
}

/** {@link AdaptiveOptions} made safe. */
export type Settings = Readonly<Record<keyof AdaptiveOptions, number>>;

/** Checks the options and fills in the defaults. */
export function settingsOf(options: AdaptiveOptions): Settings {
  expect(options, "options", "an object", isObject);
  const settings = { min: 1, max: 100, start: 4, tolerance: 0.1 };
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    const given = Object.hasOwn(options, name) ? options[name] : undefined;
    const isShare = name === "tolerance";
    const expected = isShare ? "a finite number" : "a whole number";
    const number = given === undefined ? 0 : expect(given, name, expected, isShare ? isFinite : isWhole);
    if (number > 0) settings[name] = number;
  }
  return settings;
}
