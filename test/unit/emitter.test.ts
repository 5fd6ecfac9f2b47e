import { describe, expect, test, vi } from "vitest";
import { Emitter } from "../../src/core/reporter.ts";
import type { EventListener, PoolEvent, QueueEvent } from "../../src/api/events.ts";
import { settled } from "../support/fake-clock.ts";
import { LogBook } from "../support/log-book.ts";
import { repeated } from "../support/repeated.ts";

const nothing = (): void => undefined;
const event = (id: number): QueueEvent => ({ type: "queue", pool: "p", id, waiting: 1 });

test("hears nothing without listeners, a type with one of its own, every type with one for all", () => {
  const emitter = new Emitter([], new LogBook());
  expect(emitter.hears("queue")).toBe(false);
  emitter.on("queue", nothing, undefined);
  expect([emitter.hears("queue"), emitter.hears("start")]).toEqual([true, false]);
  emitter.off("queue", nothing);
  expect(emitter.hears("queue")).toBe(false);
  expect(new Emitter([nothing], new LogBook()).hears("headers")).toBe(true);
});

test("freezes the event and tells it as the same object, those for all first", () => {
  const heard: unknown[] = [];
  const emitter = new Emitter([(e) => heard.push("all 1", e), (e) => heard.push("all 2", e)], new LogBook());
  emitter.on("queue", (e) => void heard.push("on", e), undefined);
  emitter.on("start", (e) => void heard.push("other", e), undefined);
  const told = event(1);
  emitter.emit(told);
  expect(heard).toEqual(["all 1", told, "all 2", told, "on", told]);
  expect(heard[1]).toBe(told);
  expect(Object.isFrozen(told)).toBe(true);
});

test("an event raised by a listener is told after the one under way, in order", () => {
  const heard: string[] = [];
  const emitter = new Emitter(
    [
      (e) => {
        heard.push(`first ${(e as QueueEvent).id}`);
        if ((e as QueueEvent).id === 1) {
          emitter.emit(event(2));
          emitter.emit(event(3));
        }
        if ((e as QueueEvent).id === 2) emitter.emit(event(4));
      },
      (e) => heard.push(`second ${(e as QueueEvent).id}`),
    ],
    new LogBook(),
  );
  emitter.emit(event(1));
  expect(heard).toEqual([1, 2, 3, 4].flatMap((id) => [`first ${id}`, `second ${id}`]));
  emitter.emit(event(5));
  expect(heard.slice(-2)).toEqual(["first 5", "second 5"]);
});

describe("a listener that fails", () => {
  const error = new Error("listener");

  test("by throwing: the next is told, the logger hears, later events are told", () => {
    const book = new LogBook();
    const next = vi.fn<(event: PoolEvent) => void>();
    const emitter = new Emitter(
      [
        () => {
          throw error;
        },
        next,
      ],
      book,
    );
    emitter.on(
      "queue",
      () => {
        throw error;
      },
      undefined,
    );
    emitter.on("queue", next, undefined);
    emitter.emit(event(1));
    emitter.emit(event(2));
    expect(next).toHaveBeenCalledTimes(4);
    expect(book.errors).toEqual(repeated(4, ["A listener failed", error]));
  });

  test("by rejecting, also through a thenable: the logger hears, nothing is unhandled", async () => {
    const book = new LogBook();
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
    const thenable = { then: (_: unknown, failed: (reason: unknown) => void) => failed(error) };
    const emitter = new Emitter([() => Promise.reject(error), () => thenable, () => Promise.resolve("fine")], book);
    emitter.emit(event(1));
    expect(book.errors).toEqual([]);
    await settled();
    expect(book.errors).toEqual(repeated(2, ["A listener failed", error]));
  });

  test("what it returns that is no promise is ignored", async () => {
    const book = new LogBook();
    const emitter = new Emitter([() => null, () => 5, () => ({}), () => "then"], book);
    emitter.emit(event(1));
    await settled();
    expect(book.errors).toEqual([]);
  });
});

describe("on, once and off", () => {
  test("`once` hears one event, also when it raises another of its type", () => {
    const emitter = new Emitter([], new LogBook());
    const heard: number[] = [];
    emitter.once(
      "queue",
      ({ id }) => {
        heard.push(id);
        emitter.emit(event(2));
      },
      undefined,
    );
    emitter.emit(event(1));
    expect([heard, emitter.hears("queue")]).toEqual([[1], false]);
  });

  test("`off` finds the listener again, by its context and by being of `once`", () => {
    const emitter = new Emitter([], new LogBook());
    const contexts: unknown[] = [];
    const listener = function (this: unknown): void {
      contexts.push(this);
    };
    const [a, b] = [{ a: 1 }, { b: 1 }];
    emitter.on("queue", listener, a);
    emitter.on("queue", listener, b);
    emitter.once("queue", listener, a);
    emitter.off("queue", listener, a, true);
    emitter.emit(event(1));
    emitter.off("queue", listener, a);
    emitter.emit(event(2));
    emitter.off("queue", listener);
    emitter.emit(event(3));
    expect(contexts).toEqual([a, b, b]);
  });

  test("`off` without a listener takes off all of the type, and no other type", () => {
    const emitter = new Emitter([], new LogBook());
    for (const type of ["queue", "start"] as const) emitter.on(type, nothing, undefined);
    emitter.once("queue", () => undefined, undefined);
    emitter.off("queue");
    expect([emitter.hears("queue"), emitter.hears("start")]).toEqual([false, true]);
  });

  test("the same listener may hear several types, and one type twice", () => {
    const emitter = new Emitter([], new LogBook());
    const listener = vi.fn<() => void>();
    emitter.on("queue", listener, undefined);
    emitter.on("queue", listener, undefined);
    emitter.on("reject", listener, undefined);
    emitter.emit(event(1));
    emitter.emit({ type: "reject", pool: "p", reason: "full" });
    expect(listener).toHaveBeenCalledTimes(3);
    emitter.off("queue", listener);
    expect([emitter.hears("queue"), emitter.hears("reject")]).toEqual([false, true]);
  });

  test.each([undefined, null, 5, {}])("a listener of %o is a TypeError", (value) => {
    const emitter = new Emitter([], new LogBook());
    const listener = value as EventListener<"queue">;
    expect(() => emitter.on("queue", listener, undefined)).toThrow(/^Expected `listener` to be a function, got /);
    expect(() => emitter.once("queue", listener, undefined)).toThrow(TypeError);
    expect(emitter.hears("queue")).toBe(false);
  });
});
