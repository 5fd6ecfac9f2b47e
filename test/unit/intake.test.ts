import { afterEach, describe, expect, test, vi } from "vitest";
import type { PoolEvent } from "../../src/api/events.ts";
import type { Client } from "../../src/lean.ts";
import { settled } from "../support/fake-clock.ts";
import { counted, lab } from "../support/lab.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  vi.restoreAllMocks();
});

describe("an event", () => {
  test.each<PoolEvent["type"]>(["queue", "reject", "start", "headers", "finish"])(
    "of type %s is heard by who listens to nothing else",
    async (type) => {
      const { pool, handler } = lab({ listeners: [], workers: 1, queueSize: 1 });
      const heard: string[] = [];
      pool.on(type, (event) => heard.push(event.type));
      for (let count = 0; count < 3; count++) pool.offer(counted());
      handler.call(0).respond();
      await settled();
      void pool.abort();
      expect(new Set(heard)).toEqual(new Set([type]));
      // Two were accepted, one refused; the first has started and finished, the second was started and aborted.
      expect(heard.length).toBe({ queue: 2, reject: 1, start: 2, headers: 1, finish: 2 }[type]);
    },
  );

  test("of a task that was dropped is heard by who listens to nothing else", () => {
    const { pool } = lab({ listeners: [] });
    const slots: unknown[] = [];
    pool.on("finish", (event) => slots.push(event.slot));
    pool.pause();
    pool.offer(counted());
    void pool.abort();
    expect(slots).toEqual([undefined]);
  });

  test("is not made where nobody listens", async () => {
    const { pool, handler } = lab({ listeners: [], workers: 1, queueSize: 1 });
    const made = vi.spyOn(Object, "freeze");
    for (let count = 0; count < 3; count++) pool.offer(counted());
    handler.call(0).respond();
    await settled();
    pool.pause();
    pool.offer(counted());
    void pool.abort();
    expect(() => pool.offer(counted())).toThrow("The dispatcher is closed");
    const events = made.mock.calls.filter(([object]) => "pool" in (object as object));
    expect(events).toEqual([]);
  });
});

describe("where the runtime keeps requests apart", () => {
  test("a pool is the request's that uses it first, and refuses another's", async () => {
    const { Client, enter } = await runtime();
    const pool = new Client({ handler: () => Promise.resolve(new Response()) }).start();
    enter(1);
    expect([pool.offer(() => null), pool.offer(() => null)]).toEqual([true, true]);
    enter(2);
    expect(() => pool.offer(() => null)).toThrow(
      new TypeError(
        "The pool was used in another request, whose I/O can't be used in this one: start one per request, per batch or in a Durable Object",
      ),
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
  const lean = await import("../../src/lean.ts");
  return { Client: lean.Client, enter: (request) => (current = request) };
}
