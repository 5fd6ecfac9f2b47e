import { describe, expect, test } from "vitest";
import { type RetryOptions, settingsOf } from "../../../../src/traffic/retry/options.ts";

const settings = (options: object = {}): ReturnType<typeof settingsOf> => settingsOf(options);
const call = (fn: unknown, ...args: unknown[]): unknown => (fn as (...args: unknown[]) => unknown)(...args);

describe("by default", () => {
  test("every option has the value that is told", () => {
    const { delay, ...rest } = settings();
    expect(rest).toEqual({
      limit: 2,
      methods: new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"]),
      statusCodes: new Set([408, 425, 429, 500, 502, 503, 504]),
      afterStatusCodes: new Set([413, 429, 503]),
      maxRetryAfter: 60_000,
      backoffLimit: 30_000,
      jitter: true,
      retryOnTimeout: false,
      shouldRetry: undefined,
      budget: { ratio: 0.2, reserve: 10 },
      random: Math.random,
    });
    expect([1, 2, 3, 10].map((count) => call(delay, count))).toEqual([300, 600, 1200, 153_600]);
  });

  test("the delay is a number after any number of retries", () => {
    for (const count of [100, 2000, Number.MAX_SAFE_INTEGER])
      expect(call(settings().delay, count)).toBeLessThan(Infinity);
  });

  test("undefined is none given", () => {
    const names = Object.keys(settings());
    const { delay: _, ...given } = settings(Object.fromEntries(names.map((name) => [name, undefined])));
    const { delay: _delay, ...byDefault } = settings();
    expect(given).toEqual(byDefault);
    expect(settings({ budget: { ratio: undefined, reserve: undefined } }).budget).toEqual({ ratio: 0.2, reserve: 10 });
  });
});

describe("given", () => {
  test.each<[keyof RetryOptions, unknown, unknown]>([
    ["limit", 0, 0],
    ["limit", 7, 7],
    ["methods", [], new Set()],
    ["methods", ["get", "Post", "PURGE"], new Set(["GET", "POST", "PURGE"])],
    ["statusCodes", [], new Set()],
    ["statusCodes", [500, 500, 418], new Set([500, 418])],
    ["afterStatusCodes", [], new Set()],
    ["maxRetryAfter", 0, 0],
    ["maxRetryAfter", Infinity, Infinity],
    ["backoffLimit", 0, 0],
    ["backoffLimit", 0.5, 0.5],
    ["backoffLimit", Infinity, Infinity],
    ["jitter", false, false],
    ["jitter", Math.abs, Math.abs],
    ["retryOnTimeout", true, true],
    ["delay", Math.abs, Math.abs],
    ["shouldRetry", Math.abs, Math.abs],
    ["random", Math.abs, Math.abs],
    ["budget", false, false],
    ["budget", {}, { ratio: 0.2, reserve: 10 }],
    ["budget", { ratio: 0 }, { ratio: 0, reserve: 10 }],
    ["budget", { ratio: 1.5, reserve: 0 }, { ratio: 1.5, reserve: 0 }],
  ])("%s as %o counts", (name, value, setting) => {
    expect(settings({ [name]: value })[name]).toEqual(setting);
  });

  test("is copied: what is changed later counts for nothing", () => {
    const methods = ["GET"];
    const { methods: set } = settings({ methods });
    methods.push("POST");
    expect(set).toEqual(new Set(["GET"]));
  });

  test("is read where it is an own property only", () => {
    expect(settings(Object.create({ limit: 9 }) as object).limit).toBe(2);
    expect(settings({ budget: Object.create({ ratio: 9 }) as object }).budget).toEqual({ ratio: 0.2, reserve: 10 });
  });
});

describe("of a wrong type it is a TypeError", () => {
  const FUNCTION = "a function";
  const STATUSES = "an array of whole numbers";
  test.each<[string, unknown, string, string]>([
    ["limit", -1, "a whole number from 0", "-1 (number)"],
    ["limit", 1.5, "a whole number from 0", "1.5 (number)"],
    ["limit", Infinity, "a whole number from 0", "Infinity (number)"],
    ["limit", "2", "a whole number from 0", '"2" (string)'],
    ["limit", null, "a whole number from 0", "null"],
    ["methods", "GET", "an array of strings", '"GET" (string)'],
    ["methods", [5], "an array of strings", "an array"],
    ["methods", new Set(["GET"]), "an array of strings", "an object"],
    ["statusCodes", 500, STATUSES, "500 (number)"],
    ["statusCodes", ["500"], STATUSES, "an array"],
    ["statusCodes", [1.5], STATUSES, "an array"],
    ["afterStatusCodes", {}, STATUSES, "an object"],
    ["afterStatusCodes", [Number.NaN], STATUSES, "an array"],
    ["maxRetryAfter", -1, "a number from 0", "-1 (number)"],
    ["maxRetryAfter", Number.NaN, "a number from 0", "NaN (number)"],
    ["maxRetryAfter", "5", "a number from 0", '"5" (string)'],
    ["delay", 300, FUNCTION, "300 (number)"],
    ["delay", null, FUNCTION, "null"],
    ["backoffLimit", -0.5, "a number from 0", "-0.5 (number)"],
    ["backoffLimit", Number.NaN, "a number from 0", "NaN (number)"],
    ["jitter", 0.5, "a boolean or a function", "0.5 (number)"],
    ["jitter", null, "a boolean or a function", "null"],
    ["retryOnTimeout", 1, "a boolean", "1 (number)"],
    ["shouldRetry", true, FUNCTION, "true (boolean)"],
    ["budget", true, "an object or false", "true (boolean)"],
    ["budget", 5, "an object or false", "5 (number)"],
    ["budget", null, "an object or false", "null"],
    ["random", 0.5, FUNCTION, "0.5 (number)"],
  ])("%s as %o", (name, value, expected, got) => {
    const message = `Expected \`${name}\` to be ${expected}, got ${got}`;
    expect(() => settings({ [name]: value })).toThrow(new TypeError(message));
  });

  test.each<[string, unknown, string]>([
    ["ratio", -0.1, "-0.1 (number)"],
    ["ratio", Infinity, "Infinity (number)"],
    ["ratio", "1", '"1" (string)'],
    ["reserve", Number.NaN, "NaN (number)"],
    ["reserve", -1, "-1 (number)"],
    ["reserve", null, "null"],
  ])("budget.%s as %o", (name, value, got) => {
    const message = `Expected \`budget.${name}\` to be a number from 0, got ${got}`;
    expect(() => settings({ budget: { [name]: value } })).toThrow(new TypeError(message));
  });

  test.each([
    [null, "null"],
    [5, "5 (number)"],
    ["x", '"x" (string)'],
  ])("all of them as %o", (options, got) => {
    expect(() => settings(options as never)).toThrow(new TypeError(`Expected \`options\` to be an object, got ${got}`));
  });
});
