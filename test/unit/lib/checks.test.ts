import { expect, test, vi } from "vitest";
import {
  expect as check,
  hasMethods,
  ignore,
  isClock,
  isFinite,
  isFunction,
  isLogger,
  isObject,
  isSignal,
  isThenable,
  isWhole,
  optional,
  own,
  property,
} from "../../../src/lib/checks.ts";
import { settled } from "../../support/settled.ts";
import { rejectingThenable } from "../../support/thenables.ts";

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

test.each([
  [Promise.resolve(), true],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  [{ then: () => undefined }, true],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  [{ then: 5 }, false],
  [{}, false],
  [null, false],
  [undefined, false],
  ["then", false],
  [() => undefined, false],
])("isThenable(%o) is %s", (value, is) => {
  expect(isThenable(value)).toBe(is);
});

test("isFinite: numbers that are neither NaN nor infinite; isWhole: those that are whole and exact", () => {
  const values = [0, -1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "1", 1n, undefined];
  expect(values.filter((value) => isFinite(value))).toEqual([0, -1, 0.5, 2 ** 53]);
  expect(values.filter((value) => isWhole(value))).toEqual([0, -1]);
});

test("isClock goes by the methods; a date is one too, or absent", () => {
  const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => 0 };
  expect([clock, { ...clock, date: () => 0 }].map((value) => isClock(value))).toEqual([true, true]);
  for (const name of ["now", "setTimeout", "clearTimeout"]) expect(isClock({ ...clock, [name]: 0 })).toBe(false);
  expect([isClock({ ...clock, date: 5 }), isClock(null)]).toEqual([false, false]);
});

test("isLogger goes by the methods", () => {
  expect(isLogger(console)).toBe(true);
  for (const name of ["debug", "error"]) expect(isLogger({ debug() {}, error() {}, [name]: 0 })).toBe(false);
});

test("own keeps own properties alone, and inherits nothing", () => {
  const copy = own(Object.assign(Object.create({ inherited: 1 }) as object, { kept: 2 }));
  expect(["inherited", "toString"].filter((name) => name in copy)).toEqual([]);
  expect(Object.entries(copy)).toEqual([["kept", 2]]);
});

test("property reads what an object has or inherits, but not from a polluted `Object.prototype`", () => {
  const object = Object.assign(Object.create({ inherited: 1 }) as object, { kept: 2 });
  Object.assign(Object.prototype, { inherited: 3, kept: 3, polluted: 3 });
  try {
    expect([property(object, "kept"), property(object, "polluted"), property({}, "inherited")]).toEqual([
      2,
      undefined,
      undefined,
    ]);
  } finally {
    for (const name of ["inherited", "kept", "polluted"]) Reflect.deleteProperty(Object.prototype, name);
  }
  expect(property(object, "inherited")).toBe(1);
});

test("a promise that is ignored may be rejected without harm, and so may what is like one", async () => {
  const unheard = vi.fn<() => void>();
  process.on("unhandledRejection", unheard);
  const error = new Error("no");
  ignore(Promise.reject(error));
  ignore(rejectingThenable(error));
  await settled();
  process.off("unhandledRejection", unheard);
  expect(unheard).not.toHaveBeenCalled();
});

test.each([undefined, null, 5, "then", {}, () => undefined])("%o may be ignored", (value) => {
  expect(() => ignore(value)).not.toThrow();
});
