import { optional, own } from "./checks.ts";

/** Of each option what is expected, how that is known, and what it is when it is left out. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options]: readonly [
    expected: string,
    is: (value: unknown) => value is Options[Name],
    fallback: Options[Name],
  ];
};

/**
 * Checks options, and fills in what is left out. Only own properties are read.
 *
 * @param of What stands before their names in what is thrown.
 * @throws {TypeError} One of them is of a wrong type.
 */
export function optionsOf<Options extends object>(table: OptionTable<Options>, given: object, of = ""): Options {
  const values: Readonly<Record<string, unknown>> = own(given as Readonly<Record<string, unknown>>);
  const checked = Object.entries<OptionTable<Record<string, unknown>>[string]>(table).map(
    ([name, [expected, is, fallback]]) => [name, optional(values[name], of + name, expected, is) ?? fallback],
  );
  return Object.fromEntries(checked) as Options; // an entry of each, and each of its type
}
