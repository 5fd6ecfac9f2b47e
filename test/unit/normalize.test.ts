import { describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/lib/runtime/system-clock.ts";
import { holdOf, listenersOf, settingsOf } from "../../src/core/settings.ts";
import { signalOf } from "../../src/lib/request.ts";
import type { Listener, PoolEvent } from "../../src/api/events.ts";
import type { ClientOptions, Logger } from "../../src/api/options.ts";
import { FakeClock, settled } from "../support/fake-clock.ts";
import { LogBook } from "../support/log-book.ts";

const handler = (): Promise<null> => Promise.resolve(null);
const own = (): Promise<null> => Promise.resolve(null);
const event: PoolEvent = { type: "reject", pool: "p", reason: "full" };

describe("normalize", () => {
  test("gives every default", () => {
    expect(normalize({}, handler)).toMatchObject({
      handler,
      listeners: [],
      queueSize: 100,
      workers: 10,
      period: 0,
      timeout: 0,
      drain: { bytes: 65_536, ms: 250 },
      hold: "headers",
    });
    const { clock } = normalize({}, handler);
    for (const name of ["setTimeout", "clearTimeout"] as const) expect(clock[name]).toBe(systemClock[name]);
  });

  test("keeps what is given", () => {
    const given = {
      name: "p",
      handler: own,
      queueSize: 1,
      workers: 1,
      period: 0.5,
      timeout: 2 ** 40,
      drain: { bytes: 1, ms: 0.5 },
      hold: "body",
      clock: new FakeClock(),
    } satisfies ClientOptions;
    expect(normalize(given, handler)).toMatchObject(given);
  });

  test.each(["queueSize", "workers", "period", "timeout"] as const)(
    "%s of undefined, 0 or less is the default",
    (name) => {
      const standard = normalize({}, handler)[name];
      for (const value of [undefined, 0, -0, -1]) expect(normalize({ [name]: value }, handler)[name]).toBe(standard);
      expect(normalize({ [name]: 1 }, handler)[name]).toBe(1);
    },
  );

  test.each(["bytes", "ms"] as const)("drain.%s of 0 or less is 0, the other stays its default", (name) => {
    for (const value of [0, -1]) {
      expect(normalize({ drain: { [name]: value } }, handler).drain).toEqual({ bytes: 65_536, ms: 250, [name]: 0 });
    }
    expect(normalize({ drain: { [name]: undefined } }, handler).drain).toEqual({ bytes: 65_536, ms: 250 });
    expect(normalize({ drain: undefined }, handler).drain).toEqual({ bytes: 65_536, ms: 250 });
  });

  test("a handler of one's own goes before the default; without either it throws", () => {
    expect(normalize({ handler: own }, handler).handler).toBe(own);
    expect(normalize({ handler: undefined }, handler).handler).toBe(handler);
    expect(() => normalize({})).toThrow("Expected `handler` to be a function, got undefined");
  });

  test("reads own properties only", () => {
    const inherited = Object.create({ workers: 3, handler: "x" }) as ClientOptions;
    expect(normalize(inherited, handler).workers).toBe(10);
    const drain = Object.create({ bytes: "x" }) as object;
    expect(normalize({ drain }, handler).drain.bytes).toBe(65_536);
  });

  test("reads each option once, so that a getter can't change it between check and use", () => {
    let reads = 0;
    const options = {
      get workers(): number {
        return ++reads;
      },
    };
    expect([normalize(options, handler).workers, reads]).toEqual([1, 1]);
  });
});

describe("the logger", () => {
  test("is called as a method, with the arguments", () => {
    const book = new LogBook();
    const { logger } = normalize({ logger: book }, handler);
    logger.debug("a", 1);
    logger.error("b", 2);
    expect([book.debugs, book.errors]).toEqual([[["a", 1]], [["b", 2]]]);
  });

  test("never throws, nor rejects", async () => {
    const failing = {
      debug: () => {
        throw new Error("logger");
      },
      error: () => Promise.reject(new Error("logger")),
    } as unknown as Logger;
    const { logger } = normalize({ logger: failing }, handler);
    expect(logger.debug("a")).toBeUndefined();
    expect(logger.error("b")).toBeUndefined();
    await settled();
  });

  test("is silent by default", () => {
    const spies = (["log", "debug", "error"] as const).map((name) => vi.spyOn(console, name));
    const { logger } = normalize({}, handler);
    logger.debug("a");
    logger.error("b");
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe("listenersOf", () => {
  test("makes a copy, each as a function; an object's `on` is called as a method, looked up late", () => {
    const heard: unknown[] = [];
    const object = {
      on(this: unknown, told: PoolEvent): void {
        heard.push(this === object, told);
      },
    };
    const plain = (): void => void heard.push("plain");
    const listeners: Listener[] = [object, plain];
    const made = listenersOf(listeners);
    listeners.pop();
    expect(made).toHaveLength(2);
    for (const listener of made) listener(event);
    expect(heard).toEqual([true, event, "plain"]);
  });

  test("hands on what an object's `on` returns, so that its rejection is heard", () => {
    const promise: unknown = Promise.resolve();
    expect(listenersOf([{ on: () => promise }])[0]?.(event)).toBe(promise);
  });

  test.each([undefined, null, 5, {}, { on: 1 }])("%o is none", (value) => {
    expect(() => listenersOf([handler, value as unknown as Listener])).toThrow(
      /^Expected `listeners\[1\]` to be a function or an object with the method on, got /,
    );
  });
});

describe("signalOf", () => {
  test("gives the own signal of the options", () => {
    const { signal } = new AbortController();
    expect(signalOf({ signal })).toBe(signal);
    for (const options of [undefined, {}, { signal: undefined }, Object.create({ signal: "x" })]) {
      expect(signalOf(options)).toBeUndefined();
    }
  });

  test("takes a signal of another realm or package, known by its shape", () => {
    const foreign = { aborted: false, addEventListener() {}, removeEventListener() {} };
    expect(signalOf({ signal: foreign })).toBe(foreign);
  });

  test.each([null, 5, "x", () => undefined])("options of %o are none", (options) => {
    expect(() => signalOf(options)).toThrow(/^Expected `options` to be an object, got /);
  });

  test.each([null, 5, {}, new EventTarget(), { aborted: true }, { aborted: true, addEventListener() {} }])(
    "a signal of %o is none",
    (signal) => {
      expect(() => signalOf({ signal })).toThrow(/^Expected `signal` to be an AbortSignal, got /);
    },
  );
});

test("holdOf takes headers, body and undefined", () => {
  expect([holdOf("headers"), holdOf("body"), holdOf(undefined)]).toEqual(["headers", "body", undefined]);
  for (const value of ["", "Body", null, 0, ["body"]]) expect(() => holdOf(value)).toThrow(TypeError);
});
