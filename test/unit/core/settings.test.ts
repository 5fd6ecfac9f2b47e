import { describe, expect, test, vi } from "vitest";
import { callOptionsOf, checkHold, listenersOf, type Settings, settingsOf } from "../../../src/core/settings.ts";
import { systemClock } from "../../../src/lib/runtime/system-clock.ts";
import type { Listener, PoolEvent } from "../../../src/api/events.ts";
import type { Logger } from "../../../src/api/logger.ts";
import type { ClientOptions, SendOptions } from "../../../src/api/options.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { settled } from "../../support/settled.ts";
import { LogBook } from "../../support/log-book.ts";

const handler = (): Promise<null> => Promise.resolve(null);
const settings = (options: ClientOptions): Settings => settingsOf({ handler, ...options });
const event: PoolEvent = { type: "reject", pool: "p", reason: "full" };

describe("settingsOf", () => {
  test("gives every default", () => {
    expect(settings({})).toMatchObject({
      handler,
      listeners: [],
      queueSize: 100,
      workers: 10,
      period: 0,
      spread: false,
      timeout: 0,
      drain: { bytes: 65_536, ms: 250 },
      hold: "headers",
      name: "",
      clock: systemClock,
    });
  });

  test("keeps what is given", () => {
    const given = {
      name: "p",
      handler,
      queueSize: 1,
      workers: 1,
      period: 0.5,
      spread: true,
      timeout: 2 ** 40,
      drain: { bytes: 1, ms: 0.5 },
      hold: "body",
      clock: new VirtualClock({ start: 1000 }),
    } satisfies ClientOptions;
    expect(settings(given)).toMatchObject(given);
  });

  test.each(["queueSize", "workers", "period", "timeout"] as const)(
    "%s of undefined, 0 or less is the default",
    (name) => {
      const standard = settings({})[name];
      for (const value of [undefined, 0, -0, -1]) expect(settings({ [name]: value })[name]).toBe(standard);
      expect(settings({ [name]: 1 })[name]).toBe(1);
    },
  );

  test.each(["bytes", "ms"] as const)("drain.%s of 0 or less is 0, the other stays its default", (name) => {
    for (const value of [0, -1]) {
      expect(settings({ drain: { [name]: value } }).drain).toEqual({ bytes: 65_536, ms: 250, [name]: 0 });
    }
    expect(settings({ drain: { [name]: undefined } }).drain).toEqual({ bytes: 65_536, ms: 250 });
    expect(settings({ drain: undefined }).drain).toEqual({ bytes: 65_536, ms: 250 });
  });

  test("keeps lanes and retry, known by their method, and has neither by default", () => {
    const lanes = { backlog: vi.fn<() => never>() };
    const retry = { policy: vi.fn<() => never>() };
    expect(settings({ lanes, retry })).toMatchObject({ lanes, retry });
    expect([settings({}).lanes, settings({ lanes: undefined, retry: undefined }).retry]).toEqual([
      undefined,
      undefined,
    ]);
    expect([lanes.backlog, retry.policy].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });

  test.each(["lanes", "retry"] as const)("%s of a wrong type is a TypeError", (name) => {
    for (const value of [null, 5, true, "x", {}, [], { backlog: 1, policy: 1 }, () => undefined]) {
      expect(() => settings({ [name]: value })).toThrow(TypeError);
      expect(() => settings({ [name]: value })).toThrow(`Expected \`${name}\` to be what ${name}() gives, got `);
    }
    expect(() => settings({ [name]: 5 })).toThrow(`to be what ${name}() gives, got 5 (number)`);
  });

  test("what one policy is given for the other is a TypeError", () => {
    const [lanes, retry] = [{ policy: () => undefined }, { backlog: () => undefined }];
    expect(() => settings({ lanes } as never)).toThrow("Expected `lanes` to be what lanes() gives, got an object");
    expect(() => settings({ retry } as never)).toThrow("Expected `retry` to be what retry() gives, got an object");
  });

  test("needs a handler: which one is the default is the door's affair", () => {
    expect(() => settingsOf({})).toThrow("Expected `handler` to be a function, got undefined");
  });

  test("reads own properties only", () => {
    const inherited = Object.assign(Object.create({ workers: 3, hold: "x" }) as object, { handler });
    expect(settingsOf(inherited)).toMatchObject({ workers: 10, hold: "headers" });
    const drain = Object.create({ bytes: "x" }) as object;
    expect(settings({ drain }).drain.bytes).toBe(65_536);
  });

  test("reads each option once, so that a getter can't change it between check and use", () => {
    let reads = 0;
    const options = {
      handler,
      get workers(): number {
        return ++reads;
      },
    };
    expect([settingsOf(options).workers, reads]).toEqual([1, 1]);
  });
});

describe("the logger", () => {
  test("is called as a method, with the arguments", () => {
    const book = new LogBook();
    const { logger } = settings({ logger: book });
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
    const { logger } = settings({ logger: failing });
    expect(logger.debug("a")).toBeUndefined();
    expect(logger.error("b")).toBeUndefined();
    await settled();
  });

  test("without one, tells errors to the console", () => {
    const error = vi.spyOn(console, "error").mockReturnValue(undefined);
    settings({}).logger.error("a", 1);
    expect(error.mock.calls).toEqual([["a", 1]]);
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

describe("callOptionsOf", () => {
  test("gives a copy of the own options", () => {
    const options = { signal: new AbortController().signal, lane: "a", priority: 1 };
    const call = callOptionsOf(options);
    expect(call).not.toBe(options);
    expect({ ...call }).toEqual(options);
    expect(callOptionsOf(undefined)).toBeUndefined();
    expect({ ...callOptionsOf({}) }).toEqual({});
    expect(callOptionsOf({ signal: undefined })?.signal).toBeUndefined();
    const inherited = callOptionsOf<SendOptions>(Object.create({ signal: "x", lane: "x", priority: 5 }) as SendOptions);
    expect([inherited?.lane, Object.keys(inherited ?? {})]).toEqual([undefined, []]);
  });

  test("reads each option once, so that a getter can't change it between check and use", () => {
    let reads = 0;
    const { signal } = new AbortController();
    const options = {
      get signal(): unknown {
        return ++reads === 1 ? signal : 5;
      },
    };
    expect([callOptionsOf(options)?.signal, reads]).toEqual([signal, 1]);
  });

  test("leaves lane and priority unchecked: that is the backlog's affair", () => {
    expect({ ...callOptionsOf<object>({ lane: 5, priority: "x" }) }).toEqual({ lane: 5, priority: "x" });
  });

  test("takes a signal of another realm or package, known by its shape", () => {
    const foreign = { aborted: false, addEventListener() {}, removeEventListener() {} };
    expect(callOptionsOf({ signal: foreign })?.signal).toBe(foreign);
  });

  test.each([null, 5, "x", () => undefined])("options of %o are none", (options) => {
    expect(() => callOptionsOf(options as never)).toThrow(/^Expected `options` to be an object, got /);
  });

  test.each([null, 5, {}, new EventTarget(), { aborted: true }, { aborted: true, addEventListener() {} }])(
    "a signal of %o is none",
    (signal) => {
      expect(() => callOptionsOf({ signal })).toThrow(/^Expected `signal` to be an AbortSignal, got /);
    },
  );
});

test("checkHold takes headers, body and undefined", () => {
  expect([checkHold("headers"), checkHold("body"), checkHold(undefined)]).toEqual(["headers", "body", undefined]);
  for (const value of ["", "Body", null, 0, ["body"]]) expect(() => checkHold(value)).toThrow(TypeError);
});
