import { afterEach, expect, test, vi } from "vitest";
import type { Client } from "../../../../src/lean.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("a pool is the request's that uses it first, and refuses another's", async () => {
  const { Client, enter } = await runtime();
  const pool = new Client({ handler: () => Promise.resolve(new Response()) }).start();
  enter(1);
  expect([pool.offer(() => null), pool.offer(() => null)]).toEqual([true, true]);
  enter(2);
  expect(() => pool.offer(() => null)).toThrow(
    new TypeError("The pool belongs to another request: start one per request, per batch or in a Durable Object"),
  );
  enter(1);
  expect(pool.offer(() => null)).toBe(true);
});

test("a pool used at module scope is nobody's yet", async () => {
  const { Client, enter } = await runtime();
  const pool = new Client({ handler: () => Promise.resolve(new Response()) }).start();
  expect(pool.offer(() => null)).toBe(true);
  enter(1);
  expect(pool.offer(() => null)).toBe(true);
  enter(2);
  expect(() => pool.offer(() => null)).toThrow(TypeError);
});

/** A runtime whose objects can't be touched in another request than their own. */
async function runtime(): Promise<{ readonly enter: (request: number) => void; readonly Client: typeof Client }> {
  let current = 0;
  class WebSocketPair {
    readonly 0: { readonly readyState: number };
    constructor() {
      if (current === 0) throw new Error("Not at module scope");
      const mine = current;
      this[0] = {
        get readyState() {
          if (current !== mine) throw new Error("Another request's");
          return 1;
        },
      };
    }
  }
  vi.stubGlobal("WebSocketPair", WebSocketPair);
  vi.resetModules();
  const lean = await import("../../../../src/lean.ts");
  return { Client: lean.Client, enter: (request) => (current = request) };
}
