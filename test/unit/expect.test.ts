import { expect, test } from "vitest";
import { expect as check, hasMethods, isFunction, isObject, isSignal, optional } from "../../src/lib/checks.ts";

const never = (value: unknown): value is never => Object.is(value, never);

test("hands the value on when it is of its type, and asks once", () => {
  let asked = 0;
  const is = (value: unknown): value is number => ++asked > 0 && value === 5;
  expect([check(5, "n", "five", is), asked]).toEqual([5, 1]);
});

test("what may be left out is not asked about when undefined; null is no such thing", () => {
  expect(optional(undefined, "f", "a function", isFunction)).toBeUndefined();
  expect(optional(isObject, "f", "a function", isFunction)).toBe(isObject);
  expect(() => optional(null, "f", "a function", isFunction)).toThrow("Expected `f` to be a function, got null");
});

test.each<[unknown, string]>([
  [undefined, "undefined"],
  [null, "null"],
  [Number.NaN, "NaN (number)"],
  [-0.5, "-0.5 (number)"],
  [10n, "10 (bigint)"],
  [true, "true (boolean)"],
  [Symbol("s"), "Symbol(s) (symbol)"],
  ["", '"" (string)'],
  ["12345678", '"12345678" (string)'],
  ['a"b', String.raw`"a\"b" (string)`],
  ["123456789", "a string"],
  [[], "an array"],
  [{}, "an object"],
  [new Date(0), "an object"],
  [Object.create(null), "an object"],
  [() => undefined, "a function"],
  [Date, "a function"],
])("%o is told as %s", (value, told) => {
  const call = (): never => check(value, "x.y", "something else", never);
  expect(call).toThrow(TypeError);
  expect(call).toThrow(new TypeError(`Expected \`x.y\` to be something else, got ${told}`));
});

test("isObject: objects, not null, not functions", () => {
  expect([{}, [], new Date(0), null, () => 1, "x"].map((value) => isObject(value))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("hasMethods: all of them, inherited ones too", () => {
  const all = { a: () => 1, b: () => 1 };
  expect(hasMethods(all, "a", "b")).toBe(true);
  expect(hasMethods(Object.create(all), "a", "b")).toBe(true);
  expect(hasMethods({ a: () => 1, b: 1 }, "a", "b")).toBe(false);
  expect(hasMethods({ a: () => 1 }, "a", "b")).toBe(false);
  expect(hasMethods(null, "a")).toBe(false);
});

test("isSignal goes by the shape", () => {
  expect(isSignal(new AbortController().signal)).toBe(true);
  expect(isSignal(new EventTarget())).toBe(false);
  expect(isSignal({ aborted: false })).toBe(false);
});
