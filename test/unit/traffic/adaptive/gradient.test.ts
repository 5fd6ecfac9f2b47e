import { describe, expect, test } from "vitest";
import type { Limit } from "../../../../src/api/limit.ts";
import { CircuitOpenError } from "../../../../src/breaker.ts";
import { DispatcherClosedError, TaskExpiredError, TransactionTimeoutError } from "../../../../src/lean.ts";
import { gradient } from "../../../../src/traffic/adaptive/gradient.ts";

const OPTIONS = { min: 1, max: 100, start: 10, tolerance: 0.1 };

/** Samples of a server that works on so many at once in 50 ms each and lets the others wait: so many times all slots. */
function serve(
  limit: Limit,
  capacity: number,
  rounds: number,
  options: { running?: number; ms?: number } = {},
): number[] {
  const numbers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { current } = limit;
    for (let index = 0; index < current; index++) {
      const ms = (options.ms ?? 50) * Math.max(1, limit.current / capacity) * (0.9 + (0.2 * ((index * 7) % 10)) / 9);
      limit.sample?.({
        ms,
        now: 0,
        status: 200,
        error: undefined,
        running: options.running ?? limit.current,
        resting: 0,
      });
    }
    numbers.push(limit.current);
  }
  return numbers;
}

/** A sample of a request that has no good answer. */
function fail(limit: Limit, status: number, error: unknown): number {
  limit.sample?.({ ms: 1, now: 0, status, error, running: limit.current, resting: 0 });
  return limit.current;
}

describe("gradient", () => {
  test("finds the number from below, and from far above", () => {
    for (const start of [1, 10, 100]) {
      const limit = gradient({ ...OPTIONS, start });
      serve(limit, 20, 200);
      const settled = serve(limit, 20, 300);
      const mean = settled.reduce((sum, number) => sum + number, 0) / settled.length;
      expect(mean).toBeGreaterThan(18);
      expect(mean).toBeLessThan(23);
    }
  });

  test("keeps to its bounds", () => {
    const limit = gradient({ ...OPTIONS, min: 8, max: 12 });
    expect(Math.max(...serve(limit, 1000, 300))).toBe(12);
    expect(Math.min(...serve(limit, 2, 300))).toBe(8);
    expect(gradient({ ...OPTIONS, min: 200 })).toMatchObject({ max: 200, current: 200 });
  });

  test.each([7, 12])("works with all of %i slots where the server takes more, but while it measures", (max) => {
    const limit = gradient({ ...OPTIONS, max });
    serve(limit, 1000, 100);
    const settled = serve(limit, 1000, 300).toSorted((one, other) => one - other);
    expect(settled[60]).toBe(max);
  });

  test("is as it was started at its most when it is told to start above that, and sinks as soon", () => {
    const [above, at] = [1000, 12].map((start) => gradient({ ...OPTIONS, max: 12, start }));
    const numbers = [above, at].map((limit) => limit && serve(limit, 4, 300));
    expect(numbers[0]).toEqual(numbers[1]);
    expect(numbers[0]?.at(-1)).toBeLessThan(8);
  });

  test("samples with slots that stand idle say nothing", () => {
    const limit = gradient(OPTIONS);
    serve(limit, 1000, 500, { running: 0 });
    expect(limit.current).toBe(10);
  });

  test("measures its base anew when the server becomes slower of itself, and does not sink for good", () => {
    const limit = gradient(OPTIONS);
    serve(limit, 20, 200);
    serve(limit, 20, 200, { ms: 150 });
    const settled = serve(limit, 20, 200, { ms: 150 });
    expect(Math.max(...settled)).toBeGreaterThan(19);
  });

  test("a 429 takes a tenth of the slots, one a round", () => {
    const limit = gradient({ ...OPTIONS, start: 50 });
    expect(fail(limit, 429, undefined)).toBe(45);
    for (let count = 0; count < 50; count++) fail(limit, 429, undefined);
    expect(limit.current).toBe(45);
    expect(fail(limit, 429, undefined)).toBe(40);
  });

  test.each([200, 404, 408, 500, 502, 504])("%i is an answer, however often it comes", (status) => {
    const limit = gradient({ ...OPTIONS, max: 10 });
    for (let count = 0; count < 10; count++) expect(fail(limit, status, undefined)).toBe(10);
  });

  test.each([
    [503, undefined],
    [0, new TypeError("fetch failed")],
    [0, new TransactionTimeoutError(5)],
    [0, undefined],
    [0, null],
    [0, "x"],
  ])("a %i (%s) costs nothing, and the seventh in a row a tenth", (status, error) => {
    const limit = gradient(OPTIONS);
    const numbers = Array.from({ length: 7 }, () => fail(limit, status, error));
    expect(numbers).toEqual([10, 10, 10, 10, 10, 10, 9]);
  });

  test("one failure in sixteen answers costs nothing for ever, one in twelve does", () => {
    const [rare, frequent] = [17, 12].map((every) => {
      const limit = gradient({ ...OPTIONS, max: 10 });
      let least = 10;
      for (let count = 1; count < 2000; count++)
        least = Math.min(least, fail(limit, count % every ? 200 : 503, undefined));
      return least;
    });
    expect(rare).toBe(8);
    expect(frequent).toBeLessThan(8);
  });

  test.each([
    new DOMException("no", "AbortError"),
    new CircuitOpenError("example.com:443", 0),
    new DispatcherClosedError(),
    new TaskExpiredError(),
  ])("an error of who gave up, or sent nothing (%s), says nothing", (error) => {
    expect(fail(gradient(OPTIONS), 0, error)).toBe(10);
  });

  test("times of 0 ms do no harm", () => {
    const limit = gradient(OPTIONS);
    serve(limit, 20, 100, { ms: 0 });
    expect(limit.current).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(limit.current)).toBe(true);
  });
});
