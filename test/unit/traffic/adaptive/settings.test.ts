import { describe, expect, test } from "vitest";
import { adaptive, type AdaptiveOptions } from "../../../../src/adaptive.ts";
import { settingsOf } from "../../../../src/traffic/adaptive/settings.ts";

describe("settingsOf", () => {
  test("gives every default, also for undefined, 0 or less", () => {
    const standard = { min: 1, max: 100, start: 4, tolerance: 0.1 };
    expect(settingsOf({})).toEqual(standard);
    for (const value of [undefined, 0, -1]) {
      expect(settingsOf({ min: value, max: value, start: value, tolerance: value })).toEqual(standard);
    }
  });

  test("keeps what is given", () => {
    const given = { min: 2, max: 30, start: 9, tolerance: 0.25 };
    expect(settingsOf(given)).toEqual(given);
  });

  test("reads only own properties, each once", () => {
    expect(settingsOf(Object.create({ min: 7 }) as AdaptiveOptions).min).toBe(1);
    let reads = 0;
    const options = {
      get max() {
        return 40 + reads++;
      },
    };
    expect([settingsOf(options).max, reads]).toEqual([40, 1]);
  });

  test.each(["min", "max", "start"] as const)("%s that is no whole number is a TypeError", (name) => {
    for (const value of ["4", null, {}, true, Number.NaN, Infinity, 2.5]) {
      expect(() => adaptive({ [name]: value })).toThrow(TypeError);
      expect(() => adaptive({ [name]: value })).toThrow(`Expected \`${name}\` to be a whole number, got `);
    }
  });

  test("a tolerance that is no finite number is a TypeError", () => {
    for (const value of ["4", null, {}, Number.NaN, Infinity]) {
      expect(() => adaptive({ tolerance: value as number })).toThrow(
        "Expected `tolerance` to be a finite number, got ",
      );
    }
  });

  test("options that are no object are a TypeError", () => {
    for (const value of [null, 5, "x"]) {
      expect(() => adaptive(value as unknown as AdaptiveOptions)).toThrow("Expected `options` to be an object, got ");
    }
  });
});
