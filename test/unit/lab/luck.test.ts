import { expect, test } from "vitest";
import { draws, luck } from "../../../src/lab/luck.ts";

/** How far the shares of ten equal parts are from a tenth. */
function unevenness(values: readonly number[]): number {
  const parts = Array.from({ length: 10 }, () => 0);
  for (const value of values) parts[Math.floor(value * 10)] = (parts[Math.floor(value * 10)] ?? 0) + 1;
  return Math.max(...parts.map((count) => Math.abs(count / values.length - 0.1)));
}

const numbers = Array.from({ length: 20_000 }, (_, number) => number);

test.each([
  ["requests", (number: number) => luck(1, number, 1)],
  ["seeds", (number: number) => luck(number, 1, 1)],
  ["large seeds", (number: number) => luck(number * 2 ** 32, 1, 1)],
  ["what it is about", (number: number) => luck(1, 1, number)],
])("luck is even over %s", (_, of) => {
  const values = numbers.map(of);
  expect(unevenness(values)).toBeLessThan(0.01);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
});

test.each([
  ["the next request", (number: number) => luck(1, number + 1, 1)],
  ["the next seed", (number: number) => luck(2, number, 1)],
  ["something else", (number: number) => luck(1, number, 2)],
])("the luck of a request says nothing of that of %s", (_, other) => {
  const sameSide = numbers.filter((number) => luck(1, number, 1) < 0.5 === other(number) < 0.5);
  expect(sameSide.length / numbers.length).toBeCloseTo(0.5, 1);
});

test("draws give one number after the other, the same ones each time", () => {
  const [one, other] = [draws(4, 7), draws(4, 7)];
  const values = numbers.map(() => one());
  expect(unevenness(values)).toBeLessThan(0.01);
  expect(numbers.map(() => other())).toEqual(values);
});

test("luck is what it was: a change here is another run for every seed that somebody has written down", () => {
  expect([luck(1, 1, 1), luck(2 ** 40, 77, 3)].map((value) => value * 2 ** 32)).toEqual([3_072_144_735, 1_682_601_704]);
});
