import { describe, expect, test, vi } from "vitest";
import { Reporter } from "../../../src/core/reporter.ts";
import type { EventListener, PoolEvent, QueueEvent } from "../../../src/api/events.ts";
import type { Place } from "../../../src/api/policies.ts";
import { QueuedTask } from "../../../src/core/queued-task.ts";
import { settled } from "../../support/settled.ts";
import { request } from "../../support/lab.ts";
import { LogBook } from "../../support/log-book.ts";
import { repeated } from "../../support/repeated.ts";

const nothing = (): void => undefined;

const error = new Error("no");
const fail = (): never => {
  throw error;
};

const NOW = 20;

/** A task of this number, at its first attempt. */
function taskOf(id: number, place?: Place, attempts = 1): QueuedTask {
  return Object.assign(new QueuedTask(() => null, place), { id, attempts });
}

/** A reporter of the pool "p" that nobody listens to yet, but for these. */
const reporterOf = (...listeners: readonly ((event: PoolEvent) => unknown)[]): Reporter =>
  new Reporter("p", listeners, new LogBook(), () => NOW);

/** Has one event of each type told. @returns The types of which one is made. */
function madeBy(reporter: Reporter): readonly string[] {
  const freeze = vi.spyOn(Object, "freeze");
  try {
    reporter.queue(taskOf(1), 1);
    reporter.reject("full", undefined);
    reporter.start(taskOf(1), 0, 0);
    reporter.headers(taskOf(1), 0, 0, 200);
    reporter.retry(taskOf(1), 0, 0, undefined, request(), undefined, error, 1);
    reporter.hold("a", 1, 429);
    reporter.finish(taskOf(1), 0, 0, undefined, undefined, undefined, true, undefined);
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
  expect(madeBy(reporterOf(nothing))).toEqual(["queue", "reject", "start", "headers", "retry", "hold", "finish"]);
});

test("makes none of a drop that nobody hears, and does not look at the time for nobody", () => {
  const now = vi.fn<() => number>();
  const reporter = new Reporter("p", [], new LogBook(), now);
  const freeze = vi.spyOn(Object, "freeze");
  reporter.drop(taskOf(1), "why");
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
    ["queue", (reporter) => reporter.queue(taskOf(7), 2), { type: "queue", ...common, waiting: 2 }],
    ["reject, full", (reporter) => reporter.reject("full", undefined), { type: "reject", pool: "p", reason: "full" }],
    [
      "reject, with what the call fails with",
      (reporter) => reporter.reject("aborted", undefined, { error: undefined }),
      { type: "reject", pool: "p", reason: "aborted", error: undefined },
    ],
    ["start", (reporter) => reporter.start(taskOf(7), 3, 4), { type: "start", pool: "p", ...started, waitedMs: 4 }],
    [
      "headers",
      (reporter) => reporter.headers(taskOf(7), 3, NOW - 5, 201),
      { type: "headers", pool: "p", ...started, status: 201, ttfbMs: 5 },
    ],
    [
      "finish, of a task that was dropped",
      (reporter) => reporter.drop(taskOf(7), error),
      { type: "finish", ...common, attempt: 1, durationMs: 0, ok: false, error },
    ],
    [
      "finish, of one that had a request and a response",
      (reporter) =>
        reporter.finish(taskOf(7), 3, NOW - 9, NOW - 4, sent, new Response(null, { status: 202 }), true, undefined),
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
      (reporter) => reporter.finish(taskOf(7), 3, NOW - 9, NOW, undefined, undefined, true, undefined),
      { type: "finish", pool: "p", ...started, durationMs: 9, ok: true },
    ],
    [
      "finish, of one that failed with nothing",
      (reporter) => reporter.finish(taskOf(7), 3, NOW - 9, undefined, undefined, undefined, false, undefined),
      { type: "finish", pool: "p", ...started, durationMs: 9, ok: false, error: undefined },
    ],
    [
      "finish, of a task dropped before it ever ran",
      (reporter) => reporter.drop(taskOf(7, undefined, 0), error),
      { type: "finish", ...common, attempt: 1, durationMs: 0, ok: false, error },
    ],
    [
      "finish, of a task dropped at rest: without a slot, with the attempt that it had",
      (reporter) => reporter.drop(taskOf(7, undefined, 2), error),
      { type: "finish", ...common, attempt: 2, durationMs: 0, ok: false, error },
    ],
    [
      "retry, after a response",
      (reporter) =>
        reporter.retry(taskOf(7), 3, NOW - 9, NOW - 4, sent, new Response(null, { status: 503 }), undefined, 40),
      {
        type: "retry",
        pool: "p",
        ...started,
        durationMs: 9,
        cleanupMs: 4,
        delayMs: 40,
        method: "PUT",
        origin: "https://example.com",
        status: 503,
      },
    ],
    [
      "retry, after a failure",
      (reporter) => reporter.retry(taskOf(7, undefined, 2), 3, NOW - 9, NOW - 4, sent, undefined, error, 0),
      {
        type: "retry",
        pool: "p",
        ...started,
        attempt: 2,
        durationMs: 9,
        cleanupMs: 4,
        delayMs: 0,
        method: "PUT",
        origin: "https://example.com",
        error,
      },
    ],
    [
      "retry, after a failure with nothing",
      (reporter) => reporter.retry(taskOf(7), 3, NOW, undefined, sent, undefined, undefined, 0),
      {
        type: "retry",
        pool: "p",
        ...started,
        durationMs: 0,
        delayMs: 0,
        method: "PUT",
        origin: "https://example.com",
        error: undefined,
      },
    ],
    [
      "hold, for a response",
      (reporter) => reporter.hold("a", 5, 429),
      { type: "hold", pool: "p", lane: "a", ms: 5, status: 429 },
    ],
    ["hold, for a gate", (reporter) => reporter.hold("", 5, undefined), { type: "hold", pool: "p", lane: "", ms: 5 }],
  ])("%s", (_, tell, event) => {
    const heard: PoolEvent[] = [];
    tell(reporterOf((told) => heard.push(told)));
    expect(heard).toStrictEqual([event]);
    expect(Object.isFrozen(heard[0])).toBe(true);
  });

  test("retry, also of a response that fails to tell of itself", () => {
    const strange = Object.defineProperty({}, "status", { get: fail }) as Response;
    const heard: PoolEvent[] = [];
    reporterOf((told) => heard.push(told)).retry(taskOf(7), 3, NOW, undefined, sent, strange, undefined, 1);
    expect(heard.map(({ type }) => type)).toEqual(["retry"]);
  });

  test("with the task's lane, whatever its type, and without its priority", () => {
    const heard: PoolEvent[] = [];
    const reporter = reporterOf((told) => heard.push(told));
    const task = taskOf(7, { lane: "a", priority: 5 });
    reporter.queue(task, 1);
    reporter.reject("full", task.place);
    reporter.start(task, 0, 0);
    reporter.headers(task, 0, 0, 200);
    reporter.retry(task, 0, 0, undefined, sent, undefined, error, 1);
    reporter.hold("a", 1, undefined);
    reporter.drop(task, error);
    reporter.finish(task, 0, 0, undefined, undefined, undefined, true, undefined);
    expect(heard.map(({ lane }) => lane)).toEqual(repeated(8, "a"));
    expect(heard.filter((event) => "priority" in event || "place" in event)).toEqual([]);
  });

  test("with the number of the attempt", () => {
    const heard: unknown[] = [];
    const reporter = reporterOf((told) => heard.push("attempt" in told && told.attempt));
    const task = taskOf(7, undefined, 3);
    reporter.start(task, 0, 0);
    reporter.headers(task, 0, 0, 200);
    reporter.retry(task, 0, 0, undefined, sent, undefined, error, 1);
    reporter.finish(task, 0, 0, undefined, undefined, undefined, true, undefined);
    expect(heard).toEqual([3, 3, 3, 3]);
  });

  test("finish, also of a request and a response that fail to tell of themselves", () => {
    const strange = Object.defineProperties({}, { method: { get: fail }, status: { get: fail } });
    const heard: PoolEvent[] = [];
    const reporter = reporterOf((told) => heard.push(told));
    reporter.finish(taskOf(7), 3, NOW - 9, undefined, strange as Request, undefined, true, undefined);
    reporter.finish(taskOf(8), 3, NOW - 9, undefined, undefined, strange as Response, true, undefined);
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
  reporter.queue(taskOf(1), 1);
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
        reporter.queue(taskOf(2), 1);
        reporter.queue(taskOf(3), 1);
      }
      if (id === 2) reporter.queue(taskOf(4), 1);
    },
    (event) => heard.push(`second ${(event as QueueEvent).id}`),
  );
  reporter.queue(taskOf(1), 1);
  expect(heard).toEqual([1, 2, 3, 4].flatMap((id) => [`first ${id}`, `second ${id}`]));
  reporter.queue(taskOf(5), 1);
  expect(heard.slice(-2)).toEqual(["first 5", "second 5"]);
});

describe("a listener that fails", () => {
  test("by throwing: the next is told, the logger hears, later events are told", () => {
    const book = new LogBook();
    const next = vi.fn<(event: PoolEvent) => void>();
    const reporter = new Reporter("p", [fail, next], book, () => NOW);
    reporter.on("queue", fail, undefined);
    reporter.on("queue", next, undefined);
    reporter.queue(taskOf(1), 1);
    reporter.queue(taskOf(2), 1);
    expect(next).toHaveBeenCalledTimes(4);
    expect(book.errors).toEqual(repeated(4, ["A listener failed", error]));
  });

  test("by rejecting: the logger hears, nothing is unhandled", async () => {
    const book = new LogBook();
    const reporter = new Reporter("p", [() => Promise.reject(error), () => Promise.resolve("fine")], book, () => NOW);
    reporter.queue(taskOf(1), 1);
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
        reporter.queue(taskOf(2), 1);
      },
      undefined,
    );
    reporter.queue(taskOf(1), 1);
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
    reporter.queue(taskOf(1), 1);
    reporter.off("queue", listener, a);
    reporter.queue(taskOf(2), 1);
    reporter.off("queue", listener);
    reporter.queue(taskOf(3), 1);
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
    reporter.queue(taskOf(1), 1);
    reporter.reject("full", undefined);
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
