import { describe, expect, test, vi } from "vitest";
import { Reporter } from "../../../src/core/reporter.ts";
import type { EventListener, PoolEvent, QueueEvent } from "../../../src/api/events.ts";
import { settled } from "../../support/fake-clock.ts";
import { request } from "../../support/lab.ts";
import { LogBook } from "../../support/log-book.ts";
import { repeated } from "../../support/repeated.ts";

const nothing = (): void => undefined;

const error = new Error("no");
const fail = (): never => {
  throw error;
};

const NOW = 20;

/** A reporter of the pool "p" that nobody listens to yet, but for these. */
const reporterOf = (...listeners: readonly ((event: PoolEvent) => unknown)[]): Reporter =>
  new Reporter("p", listeners, new LogBook(), () => NOW);

/** Has one event of each type told. @returns The types of which one is made. */
function madeBy(reporter: Reporter): readonly string[] {
  const freeze = vi.spyOn(Object, "freeze");
  try {
    reporter.queue(1, 1);
    reporter.reject("full");
    reporter.start(1, 0, 0);
    reporter.headers(1, 0, 0, 200);
    reporter.finish(1, 0, 0, undefined, undefined, undefined, true, undefined);
    return freeze.mock.calls.map(([event]) => (event as PoolEvent).type);
  } finally {
    freeze.mockRestore();
  }
}

test("makes no event without listeners, one type with one of its own, every type with one for all", () => {
  const reporter = reporterOf();
  expect(madeBy(reporter)).toEqual([]);
  reporter.on("queue", nothing, undefined);
  expect(madeBy(reporter)).toEqual(["queue"]);
  reporter.off("queue", nothing);
  expect(madeBy(reporter)).toEqual([]);
  expect(madeBy(reporterOf(nothing))).toEqual(["queue", "reject", "start", "headers", "finish"]);
});

test("makes none of a drop that nobody hears, and does not look at the time for nobody", () => {
  const now = vi.fn<() => number>();
  const reporter = new Reporter("p", [], new LogBook(), now);
  const freeze = vi.spyOn(Object, "freeze");
  reporter.drop(1, "why");
  expect(freeze).not.toHaveBeenCalled();
  freeze.mockRestore();
  madeBy(reporter);
  expect(now).not.toHaveBeenCalled();
});

describe("makes the event", () => {
  const common = { pool: "p", id: 7 };
  const started = { id: 7, attempt: 1, slot: 3 };
  const sent = request("/secret?token=1", { method: "PUT" });

  test.each<[string, (reporter: Reporter) => void, object]>([
    ["queue", (reporter) => reporter.queue(7, 2), { type: "queue", ...common, waiting: 2 }],
    ["reject, full", (reporter) => reporter.reject("full"), { type: "reject", pool: "p", reason: "full" }],
    [
      "reject, with what the call fails with",
      (reporter) => reporter.reject("aborted", { error: undefined }),
      { type: "reject", pool: "p", reason: "aborted", error: undefined },
    ],
    ["start", (reporter) => reporter.start(7, 3, 4), { type: "start", pool: "p", ...started, waitedMs: 4 }],
    [
      "headers",
      (reporter) => reporter.headers(7, 3, NOW - 5, 201),
      { type: "headers", pool: "p", ...started, status: 201, ttfbMs: 5 },
    ],
    [
      "finish, of a task that was dropped",
      (reporter) => reporter.drop(7, error),
      { type: "finish", ...common, attempt: 1, durationMs: 0, ok: false, error },
    ],
    [
      "finish, of one that had a request and a response",
      (reporter) => reporter.finish(7, 3, NOW - 9, NOW - 4, sent, new Response(null, { status: 202 }), true, undefined),
      {
        type: "finish",
        pool: "p",
        ...started,
        durationMs: 9,
        cleanupMs: 4,
        ok: true,
        method: "PUT",
        origin: "https://example.com",
        status: 202,
      },
    ],
    [
      "finish, of one whose clean-up took no time",
      (reporter) => reporter.finish(7, 3, NOW - 9, NOW, undefined, undefined, true, undefined),
      { type: "finish", pool: "p", ...started, durationMs: 9, ok: true },
    ],
    [
      "finish, of one that failed with nothing",
      (reporter) => reporter.finish(7, 3, NOW - 9, undefined, undefined, undefined, false, undefined),
      { type: "finish", pool: "p", ...started, durationMs: 9, ok: false, error: undefined },
    ],
  ])("%s", (_, tell, event) => {
    const heard: PoolEvent[] = [];
    tell(reporterOf((told) => heard.push(told)));
    expect(heard).toStrictEqual([event]);
  });

  test("finish, also of a request and a response that fail to tell of themselves", () => {
    const strange = Object.defineProperties({}, { method: { get: fail }, status: { get: fail } });
    const heard: PoolEvent[] = [];
    const reporter = reporterOf((told) => heard.push(told));
    reporter.finish(7, 3, NOW - 9, undefined, strange as Request, undefined, true, undefined);
    reporter.finish(8, 3, NOW - 9, undefined, undefined, strange as Response, true, undefined);
    expect(heard.map((event) => event.type === "finish" && event.ok)).toEqual([true, true]);
  });
});

test("freezes the event and tells it as the same object, those for all first", () => {
  const heard: [string, PoolEvent][] = [];
  const reporter = reporterOf(
    (event) => heard.push(["all 1", event]),
    (event) => heard.push(["all 2", event]),
  );
  reporter.on("queue", (event) => void heard.push(["on", event]), undefined);
  reporter.on("start", (event) => void heard.push(["other", event]), undefined);
  reporter.queue(1, 1);
  expect(heard.map(([who]) => who)).toEqual(["all 1", "all 2", "on"]);
  expect(new Set(heard.map(([, event]) => event)).size).toBe(1);
  expect(Object.isFrozen(heard[0]?.[1])).toBe(true);
});

test("an event raised by a listener is told after the one under way, in order", () => {
  const heard: string[] = [];
  const reporter = reporterOf(
    (event) => {
      const { id } = event as QueueEvent;
      heard.push(`first ${id}`);
      if (id === 1) {
        reporter.queue(2, 1);
        reporter.queue(3, 1);
      }
      if (id === 2) reporter.queue(4, 1);
    },
    (event) => heard.push(`second ${(event as QueueEvent).id}`),
  );
  reporter.queue(1, 1);
  expect(heard).toEqual([1, 2, 3, 4].flatMap((id) => [`first ${id}`, `second ${id}`]));
  reporter.queue(5, 1);
  expect(heard.slice(-2)).toEqual(["first 5", "second 5"]);
});

describe("a listener that fails", () => {
  test("by throwing: the next is told, the logger hears, later events are told", () => {
    const book = new LogBook();
    const next = vi.fn<(event: PoolEvent) => void>();
    const reporter = new Reporter("p", [fail, next], book, () => NOW);
    reporter.on("queue", fail, undefined);
    reporter.on("queue", next, undefined);
    reporter.queue(1, 1);
    reporter.queue(2, 1);
    expect(next).toHaveBeenCalledTimes(4);
    expect(book.errors).toEqual(repeated(4, ["A listener failed", error]));
  });

  test("by rejecting: the logger hears, nothing is unhandled", async () => {
    const book = new LogBook();
    const reporter = new Reporter("p", [() => Promise.reject(error), () => Promise.resolve("fine")], book, () => NOW);
    reporter.queue(1, 1);
    expect(book.errors).toEqual([]);
    await settled();
    expect(book.errors).toEqual([["A listener failed", error]]);
  });
});

describe("on, once and off", () => {
  test("`once` hears one event, also when it raises another of its type", () => {
    const reporter = reporterOf();
    const heard: number[] = [];
    reporter.once(
      "queue",
      ({ id }) => {
        heard.push(id);
        reporter.queue(2, 1);
      },
      undefined,
    );
    reporter.queue(1, 1);
    expect([heard, madeBy(reporter)]).toEqual([[1], []]);
  });

  test("`off` finds the listener again, by its context and by being of `once`", () => {
    const reporter = reporterOf();
    const contexts: unknown[] = [];
    const listener = function (this: unknown): void {
      contexts.push(this);
    };
    const [a, b] = [{ a: 1 }, { b: 1 }];
    reporter.on("queue", listener, a);
    reporter.on("queue", listener, b);
    reporter.once("queue", listener, a);
    reporter.off("queue", listener, a, true);
    reporter.queue(1, 1);
    reporter.off("queue", listener, a);
    reporter.queue(2, 1);
    reporter.off("queue", listener);
    reporter.queue(3, 1);
    expect(contexts).toEqual([a, b, b]);
  });

  test("`off` without a listener takes off all of the type, and no other type", () => {
    const reporter = reporterOf();
    for (const type of ["queue", "start"] as const) reporter.on(type, nothing, undefined);
    reporter.once("queue", () => undefined, undefined);
    reporter.off("queue");
    expect(madeBy(reporter)).toEqual(["start"]);
  });

  test("the same listener may hear several types, and one type twice", () => {
    const reporter = reporterOf();
    const listener = vi.fn<() => void>();
    reporter.on("queue", listener, undefined);
    reporter.on("queue", listener, undefined);
    reporter.on("reject", listener, undefined);
    reporter.queue(1, 1);
    reporter.reject("full");
    expect(listener).toHaveBeenCalledTimes(3);
    reporter.off("queue", listener);
    expect(madeBy(reporter)).toEqual(["reject"]);
  });

  test.each([undefined, null, 5, {}])("a listener of %o is a TypeError", (value) => {
    const reporter = reporterOf();
    const listener = value as EventListener<"queue">;
    expect(() => reporter.on("queue", listener, undefined)).toThrow(/^Expected `listener` to be a function, got /);
    expect(() => reporter.once("queue", listener, undefined)).toThrow(TypeError);
    expect(madeBy(reporter)).toEqual([]);
  });
});
