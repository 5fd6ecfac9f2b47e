import { describe, expect, test } from "vitest";
import { retry, type RetryOptions } from "../../../../src/retry.ts";
import { settingsOf } from "../../../../src/traffic/retry/settings.ts";

test("the defaults are ky's where ky has them", () => {
  const { delay, random, shouldRetry, ...rest } = settingsOf({});
  expect(rest).toEqual({
    limit: 2,
    methods: ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"],
    statusCodes: [408, 425, 429, 500, 502, 503, 504],
    afterStatusCodes: [413, 429, 503],
    maxRetryAfter: 60_000,
    backoffLimit: 30_000,
    jitter: true,
    retryOnTimeout: false,
    budget: { ratio: 0.2, reserve: 10 },
  });
  const delayOf = delay as (n: number) => number;
  expect([1, 2, 3, 4].map((n) => delayOf(n))).toEqual([300, 600, 1200, 2400]);
  expect(delayOf(1e6)).toBeLessThan(Infinity);
  expect((random as () => number)()).toBeLessThan(1);
  expect(shouldRetry()).toBeUndefined();
});

describe("options", () => {
  test.each<[RetryOptions, object]>([
    [{ limit: 0 }, { limit: 0 }],
    [{ methods: ["post", "Get"] }, { methods: ["POST", "GET"] }],
    [{ methods: new Set<string>() }, { methods: [] }],
    [{ statusCodes: new Set([500, 599]) }, { statusCodes: [500, 599] }],
    [{ afterStatusCodes: [] }, { afterStatusCodes: [] }],
    [{ maxRetryAfter: 0 }, { maxRetryAfter: 0 }],
    [{ maxRetryAfter: Infinity }, { maxRetryAfter: Infinity }],
    [{ backoffLimit: Infinity }, { backoffLimit: Infinity }],
    [{ jitter: false }, { jitter: false }],
    [{ jitter: Math.sqrt }, { jitter: Math.sqrt }],
    [{ retryOnTimeout: true }, { retryOnTimeout: true }],
    [{ budget: false }, { budget: { ratio: 0, reserve: Infinity } }],
    [{ budget: {} }, { budget: { ratio: 0.2, reserve: 10 } }],
    [{ budget: { ratio: 0 } }, { budget: { ratio: 0, reserve: 10 } }],
    [{ budget: { reserve: 0 } }, { budget: { ratio: 0.2, reserve: 0 } }],
  ])("%o", (options, settings) => {
    expect(settingsOf(options)).toMatchObject(settings);
  });

  test("that iterate are read once", () => {
    const read = (function* () {
      yield 500;
    })();
    expect(settingsOf({ statusCodes: read }).statusCodes).toEqual([500]);
  });

  test("that are undefined are the defaults", () => {
    const names: (keyof RetryOptions)[] = ["limit", "methods", "statusCodes", "delay", "jitter", "budget"];
    const settings = settingsOf(Object.fromEntries(names.map((name) => [name, undefined])));
    expect(settings).toMatchObject({ limit: 2, jitter: true, budget: { ratio: 0.2, reserve: 10 } });
  });

  test("are read as own properties only", () => {
    expect(settingsOf(Object.create({ limit: 7, budget: "x" }) as RetryOptions).limit).toBe(2);
    expect(settingsOf({ budget: Object.create({ ratio: -1 }) as object }).budget).toEqual({ ratio: 0.2, reserve: 10 });
  });
});

const FUNCTION = "to be a function";
const COUNT = "to be a finite number of 0 or more";
const MS = "to be a number of 0 or more";

test.each<[object, string]>([
  [{ limit: -1 }, "`limit` to be a whole number of 0 or more, got -1 (number)"],
  [{ limit: 2.5 }, "`limit` to be a whole number of 0 or more, got 2.5 (number)"],
  [{ limit: Infinity }, "`limit` to be a whole number of 0 or more, got Infinity (number)"],
  [{ limit: null }, "`limit` to be a whole number of 0 or more, got null"],
  [{ methods: "GET" }, "`methods` to be an array, got "],
  [{ methods: {} }, "`methods` to be an array, got an object"],
  [{ methods: ["GET", 7] }, "`methods[1]` to be a string, got 7 (number)"],
  [{ statusCodes: 500 }, "`statusCodes` to be an array, got 500 (number)"],
  [{ statusCodes: [500, "501"] }, "`statusCodes[1]` to be a whole number"],
  [{ statusCodes: [500.5] }, "`statusCodes[0]` to be a whole number"],
  [{ afterStatusCodes: [NaN] }, "`afterStatusCodes[0]` to be a whole number"],
  [{ maxRetryAfter: -1 }, `\`maxRetryAfter\` ${MS}`],
  [{ maxRetryAfter: NaN }, `\`maxRetryAfter\` ${MS}`],
  [{ backoffLimit: "1" }, `\`backoffLimit\` ${MS}`],
  [{ delay: 300 }, `\`delay\` ${FUNCTION}`],
  [{ jitter: 1 }, "`jitter` to be a boolean or a function"],
  [{ retryOnTimeout: 1 }, "`retryOnTimeout` to be a boolean"],
  [{ shouldRetry: true }, `\`shouldRetry\` ${FUNCTION}`],
  [{ random: 4 }, `\`random\` ${FUNCTION}`],
  [{ budget: true }, "`budget` to be an object or false"],
  [{ budget: null }, "`budget` to be an object or false"],
  [{ budget: { ratio: -0.1 } }, `\`budget.ratio\` ${COUNT}`],
  [{ budget: { ratio: Infinity } }, `\`budget.ratio\` ${COUNT}`],
  [{ budget: { reserve: NaN } }, `\`budget.reserve\` ${COUNT}`],
  [{ budget: { reserve: Infinity } }, `\`budget.reserve\` ${COUNT}`],
])("of a wrong type throw: %o", (options, message) => {
  expect(() => retry(options)).toThrow(TypeError);
  expect(() => retry(options)).toThrow(`Expected ${message}`);
});

test.each([null, 3, "x"])("are an object, and not %o", (options) => {
  expect(() => retry(options as never)).toThrow("Expected `options` to be an object");
});
