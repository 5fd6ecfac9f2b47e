import { afterEach, describe, expect, test, vi } from "vitest";
import type { PoolEvent } from "../../../src/api/events.ts";
import { settled } from "../../support/settled.ts";
import { counted, lab } from "../../support/lab.ts";

afterEach(() => {
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
      expect(heard.length).toBe(
        { queue: 2, reject: 1, start: 2, headers: 1, finish: 2, retry: 0, hold: 0, limit: 0 }[type],
      );
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
