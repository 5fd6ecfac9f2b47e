import { describe, expect, test } from "vitest";
import { LazySignal } from "../../../src/lib/lazy-signal.ts";

test("gives the same signal each time, aborted with the first reason", () => {
  const lazy = new LazySignal();
  const { signal } = lazy;
  expect([signal.aborted, lazy.signal === signal]).toEqual([false, true]);
  let heard = 0;
  signal.addEventListener("abort", () => heard++);
  lazy.abortSignal("first");
  lazy.abortSignal("second");
  expect([signal.aborted, signal.reason, heard]).toEqual([true, "first", 1]);
});

test.each([null, 0, "text"])("aborted with %o before it is looked at, it is so from the start", (reason) => {
  const lazy = new LazySignal();
  lazy.abortSignal(reason);
  lazy.abortSignal("second");
  expect([lazy.signal.aborted, lazy.signal.reason]).toEqual([true, reason]);
});

test("makes its controller on first use", () => {
  const { AbortController: Original } = globalThis;
  let made = 0;
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      made++;
    }
  };
  const lazy = new LazySignal();
  const lent = lazy.lend({ id: 1, signal: undefined });
  const before = [made, lent.id];
  void lazy.signal;
  void lent.signal;
  lazy.abortSignal("reason");
  globalThis.AbortController = Original;
  expect([before, made]).toEqual([[0, 1], 1]);
});

describe("lend", () => {
  test("gives the object with the signal as its own, enumerable property, which a spread keeps", () => {
    const lazy = new LazySignal();
    const lent = lazy.lend({ id: 5, signal: undefined });
    expect(lent.signal).toBe(lazy.signal);
    expect(lent.id).toBe(5);
    expect(Object.keys(lent)).toEqual(["id", "signal"]);
    expect("signal" in lent).toBe(true);
    const spread = { ...lent };
    expect([spread.id, spread.signal]).toEqual([5, lazy.signal]);
    const { signal, ...rest } = lent;
    expect([signal, rest]).toEqual([lazy.signal, { id: 5 }]);
  });

  test("shows it as an accessor, and the rest as it is", () => {
    const lazy = new LazySignal();
    const lent = lazy.lend({ id: 5, signal: undefined });
    const descriptor = Object.getOwnPropertyDescriptor(lent, "signal");
    expect(descriptor).toMatchObject({ enumerable: true, configurable: true });
    expect(descriptor?.get?.()).toBe(lazy.signal);
    expect(Object.getOwnPropertyDescriptor(lent, "id")?.value).toBe(5);
    expect(Object.getOwnPropertyDescriptor(lent, "other")).toBeUndefined();
  });

  test("inherits nothing: `fetch` reads its options by name, and a polluted prototype would change the request", () => {
    const lent = new LazySignal().lend({ id: 5, signal: undefined });
    expect([Reflect.get(lent, "toString"), Reflect.get(lent, "method")]).toEqual([undefined, undefined]);
    expect(Object.getPrototypeOf(lent)).toBe(Object.prototype);
  });
});
