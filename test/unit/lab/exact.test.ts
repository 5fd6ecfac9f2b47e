import { describe, expect, test } from "vitest";
import { exp, ln, normalQuantile } from "../../../src/lab/exact.ts";

describe("arithmetic that is the same in every engine", () => {
  test.each([-700, -30.5, -1, -1e-9, 0, 1e-9, 0.3, 1, 2.5, 30, 700])("exp(%f) is right to 12 digits", (x) => {
    expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 12);
  });

  test.each([1e-12, 0.001, 0.5, 0.75, 1, 1.5, 2, Math.E, 1000, 1e12])("ln(%f) is right to 12 digits", (x) => {
    expect(ln(x)).toBeCloseTo(Math.log(x), 12);
  });

  test.each([
    [0.5, 0],
    [0.841_344_746, 1],
    [0.158_655_254, -1],
    [0.975, 1.959_963_985],
    [0.001, -3.090_232_306],
    [0.999_999, 4.753_424_309],
  ])("the normal distribution stays below its quantile of %f", (p, quantile) => {
    expect(normalQuantile(p)).toBeCloseTo(quantile, 6);
  });
});
