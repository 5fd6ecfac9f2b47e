import { afterEach, describe, expect, test } from "vitest";
import type { Dispatcher } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { counted, lab } from "../support/lab.ts";

/* A pool without lanes has no place to wish for. */

const URL_TEXT = "https://example.com/";
const MESSAGE = "`lane` and `priority` are for a client with `lanes`";

const wishes = [{ lane: "a" }, { lane: "" }, { priority: 0 }, { priority: 5, lane: "a" }] as const;
const calls: [string, (pool: Dispatcher, wish: object) => unknown][] = [
  ["send", (pool, wish) => pool.send(counted(), wish)],
  ["run", (pool, wish) => pool.run(counted(), wish)],
  ["fetch", (pool, wish) => pool.fetch(URL_TEXT, wish)],
  ["offer", async (pool, wish) => pool.offer(counted(), wish)],
  ["map", async (pool, wish) => void pool.map([URL_TEXT], String, ({ status }) => status, wish)],
];

describe.each(calls)("%s", (name, call) => {
  test.each(wishes)("with %o fails with a TypeError that says so, and with no event", async (wish) => {
    const { pool, log, handler } = lab();
    await expect(call(pool, wish)).rejects.toThrow(TypeError);
    await expect(call(pool, wish)).rejects.toThrow(MESSAGE);
    await settled();
    expect([log.events, handler.calls]).toEqual([[], []]);
  });

  test("fails so in a closed pool, and with an aborted signal, too: a wrong type comes first", async () => {
    const { pool, log } = lab();
    await pool.close();
    await expect(call(pool, { lane: "a", signal: AbortSignal.abort() })).rejects.toThrow(MESSAGE);
    expect([name, log.events]).toEqual([name, []]);
  });

  test("takes a wish for nothing", async () => {
    const { pool } = lab();
    void call(pool, { lane: undefined, priority: undefined, signal: undefined });
    await settled();
    expect(pool.closed).toBe(false);
  });
});

test("map fails at once, also for a lane that is to be told by the input", () => {
  const { pool } = lab();
  const mapped = (options: object): unknown => pool.map([URL_TEXT], String, ({ status }) => status, options);
  for (const options of [...wishes, { lane: () => "a" }]) expect(() => mapped(options)).toThrow(MESSAGE);
  expect(() => mapped({ lane: 5 })).toThrow("Expected `lane` to be a string or a function, got 5 (number)");
  for (const priority of ["5", Number.NaN, Number.POSITIVE_INFINITY, null]) {
    expect(() => mapped({ priority })).toThrow(/^Expected `priority` to be a finite number, got /);
  }
});

test("fetch takes a priority that is its own", async () => {
  const { pool, handler } = lab();
  for (const priority of ["high", "low", "auto"] as const) void pool.fetch(URL_TEXT, { priority });
  await settled();
  expect(handler.calls).toHaveLength(3);
});

describe("a polluted Object.prototype wishes for nothing", () => {
  const prototype = Object.prototype as { lane?: unknown };
  afterEach(() => void delete prototype.lane);

  test.each<[string, (pool: Dispatcher) => unknown]>([
    ...calls.map(([name, call]): [string, (pool: Dispatcher) => unknown] => [name, (pool) => call(pool, {})]),
    ["send, without options", (pool) => pool.send(counted())],
    ["writable", (pool) => pool.writable().getWriter().write(counted())],
  ])("for %s", async (_, call) => {
    const { pool, handler } = lab();
    prototype.lane = "a";
    const failures: unknown[] = [];
    Promise.resolve(call(pool)).catch((error: unknown) => failures.push(error));
    await settled();
    handler.calls[0]?.respond(new Response(null));
    await settled();
    expect(failures).toEqual([]);
  });
});
