import { describe, expect, test } from "vitest";
import { retryAfterOf } from "../../../src/lib/retry-after.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

const read = (value: string): number | undefined => retryAfterOf(new Headers({ "retry-after": value }), NOW);

describe("Retry-After", () => {
  test("without one there is nothing to wait for", () => {
    expect(retryAfterOf(new Headers(), NOW)).toBeUndefined();
  });

  test.each([
    ["0", 0],
    ["7", 7000],
    ["120", 120_000],
    ["0030", 30_000],
  ])("%s is so many seconds", (value, ms) => {
    expect(read(value)).toBe(ms);
  });

  test("seconds that overflow count as 2 ** 31", () => {
    expect(read("9".repeat(400))).toBe(2 ** 31 * 1000);
  });

  test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "%s is a date in GMT",
    (value) => {
      expect(read(value)).toBe(30_000);
    },
  );

  test("a date that is now is no wait, and still a date", () => {
    expect(read("Sun, 06 Nov 1994 08:49:07 GMT")).toBe(0);
  });

  test.each([
    "",
    "soon",
    "-5",
    "+5",
    "1.5",
    "1e3",
    "5 s",
    "5, 5",
    "0x10",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:06 GMT",
    "Sun, 46 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 PST",
    "Sun, 06 Nov 1994 08:49:37",
    "x Sun, 06 Nov 1994 08:49:37 GMT",
  ])("%j says nothing", (value) => {
    expect(read(value)).toBeUndefined();
  });
});
