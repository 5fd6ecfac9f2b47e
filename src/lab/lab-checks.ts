import { expect, isFinite, isObject, isWhole, optional, own } from "../lib/checks.ts";

export const TIME = "a number of ms that is 0 or more";
export const CHANCE = "a number from 0 to 1";
export const COUNT = "a whole number that is 1 or more";
export const STATUS = "a status from 200 to 599";

/** The longest delay that clocks keep to, in ms. What would take longer takes that: 24 days. */
export const LONGEST_DELAY: number = 2 ** 31 - 1;

/** Whether the value is a number that is 0 or more. */
export const isTime = (value: unknown): value is number => isFinite(value) && value >= 0;

/** Whether the value is a probability. */
export const isChance = (value: unknown): value is number => isFinite(value) && value >= 0 && value <= 1;

/** Whether the value is a finite number above 0. */
export const isPositive = (value: unknown): value is number => isFinite(value) && value > 0;

/** Whether the value is a whole number above 0. */
export const isCount = (value: unknown): value is number => isWhole(value) && value >= 1;

/** Whether the value is a whole number that is 0 or more, or Infinity. */
export const isSize = (value: unknown): value is number => value === Infinity || (isWhole(value) && value >= 0);

/** Whether the value is a status that a `Response` can have. */
export const isStatus = (value: unknown): value is number => isWhole(value) && value >= 200 && value <= 599;

/** The value, when it is a time in ms. @throws {TypeError} It is not. */
export const expectTime = (value: unknown, name: string): number => expect(value, name, TIME, isTime);

/** A safe copy of the value, when it is an object; what is in it is not checked. @throws {TypeError} It is none. */
export function expectObject<T extends object>(value: T, name: string, expected = "an object"): Readonly<T> {
  expect(value, name, expected, isObject);
  return own(value);
}

/** The value, when it is one of these, or left out. @throws {TypeError} It is neither. */
export function oneOf<T extends string | number>(value: unknown, name: string, choices: readonly T[]): T | undefined {
  const isChoice = (given: unknown): given is T => choices.includes(given as T);
  return optional(value, name, choices.map((choice) => JSON.stringify(choice)).join(" or "), isChoice);
}

/** What a function of the user's gives, checked: time could not go on from what is no number. */
export function numbersOf<Args extends readonly unknown[]>(
  give: (...args: Args) => number,
  name: string,
): (...args: Args) => number {
  return (...args) => expect(give(...args), `what \`${name}\` gives`, "a finite number", isFinite);
}
