import { expectTypeOf, test } from "vitest";
import {
  type DispatchCloser,
  type EventListener,
  type FinishEvent,
  type HeadersEvent,
  type HoldEvent,
  type LimitEvent,
  isTaskExpiredError,
  type Listener,
  type PoolEvent,
  type PoolEvents,
  type QueueEvent,
  type RejectEvent,
  type RetryEvent,
  type StartEvent,
  type TaskExpiredError,
} from "../../src/index.ts";

declare const event: PoolEvent;
declare const pool: DispatchCloser;

test("an event narrows on its type", () => {
  expectTypeOf<PoolEvent["type"]>().toEqualTypeOf<
    "queue" | "reject" | "start" | "headers" | "retry" | "hold" | "limit" | "finish"
  >();
  if (event.type === "queue") expectTypeOf(event).toEqualTypeOf<QueueEvent>();
  if (event.type === "reject") expectTypeOf(event.reason).toEqualTypeOf<"full" | "closed" | "aborted">();
  if (event.type === "start") expectTypeOf(event.waitedMs).toEqualTypeOf<number>();
  if (event.type === "headers") expectTypeOf(event.ttfbMs).toEqualTypeOf<number>();
  if (event.type === "retry") expectTypeOf(event).toEqualTypeOf<RetryEvent>();
  if (event.type === "hold") expectTypeOf(event).toEqualTypeOf<HoldEvent>();
  if (event.type === "finish") expectTypeOf(event).toEqualTypeOf<FinishEvent>();
  // @ts-expect-error Only some events have a slot.
  void event.slot;
});

test("a finish narrows on ok: only a failure has an error", () => {
  if (event.type !== "finish") return;
  if (event.ok) {
    expectTypeOf(event.error).toEqualTypeOf<undefined>();
  } else {
    expectTypeOf(event.error).toEqualTypeOf<unknown>();
    if (isTaskExpiredError(event.error)) expectTypeOf(event.error).toEqualTypeOf<TaskExpiredError>();
  }
});

test("the error of a finish can be destructured beside ok", () => {
  pool.on("finish", ({ ok, error }) => {
    expectTypeOf(error).toEqualTypeOf<unknown>();
    if (ok) expectTypeOf(error).toEqualTypeOf<undefined>();
  });
});

test("what a dropped task does not have may be absent from its finish", () => {
  expectTypeOf<FinishEvent["slot"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<FinishEvent["method"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<FinishEvent["origin"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<FinishEvent["cleanupMs"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<FinishEvent["status"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<StartEvent["slot"]>().toEqualTypeOf<number>();
});

test("every event has a lane, which may be absent; a hold is of one for sure", () => {
  expectTypeOf<Exclude<PoolEvent, HoldEvent>["lane"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<HoldEvent["lane"]>().toEqualTypeOf<string>();
  // @ts-expect-error Absent is not undefined.
  void ({ type: "queue", pool: "p", id: 1, waiting: 1, lane: undefined } satisfies QueueEvent);
});

test("a retry tells of its attempt and its rest, a hold of its time", () => {
  expectTypeOf<RetryEvent["attempt" | "slot" | "durationMs" | "delayMs" | "id"]>().toEqualTypeOf<number>();
  expectTypeOf<RetryEvent["status"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<RetryEvent["method" | "origin"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<RetryEvent["error"]>().toEqualTypeOf<unknown>();
  expectTypeOf<HoldEvent["ms"]>().toEqualTypeOf<number>();
  expectTypeOf<HoldEvent["status"]>().toEqualTypeOf<number | undefined>();
  // @ts-expect-error A lane is held, not a task.
  pool.on("hold", ({ id }) => id);
  // @ts-expect-error A retry is no finish: it is neither well nor not.
  pool.on("retry", ({ ok }) => ok);
});

test("an event is read-only", () => {
  if (event.type !== "queue") return;
  // @ts-expect-error It is frozen.
  event.waiting = 0;
});

test("on, once and off are typed by the event's name", () => {
  pool.on("queue", (heard) => expectTypeOf(heard).toEqualTypeOf<QueueEvent>());
  pool.on("reject", (heard) => expectTypeOf(heard).toEqualTypeOf<RejectEvent>());
  pool.on("retry", (heard) => expectTypeOf(heard).toEqualTypeOf<RetryEvent>());
  pool.on("hold", (heard) => expectTypeOf(heard).toEqualTypeOf<HoldEvent>());
  pool.once("start", (heard) => expectTypeOf(heard).toEqualTypeOf<StartEvent>());
  pool.once("headers", (heard) => expectTypeOf(heard).toEqualTypeOf<HeadersEvent>());
  pool.off("finish", (heard) => expectTypeOf(heard).toEqualTypeOf<FinishEvent>());
  // @ts-expect-error There is no such event.
  pool.on("done", () => undefined);
  // @ts-expect-error A queue event has no status.
  pool.on("queue", ({ status }) => status);
  // @ts-expect-error A listener of starts can't hear finishes.
  pool.off("finish", (heard: StartEvent) => heard);
});

test("on, once and off give the pool back, and take a context", () => {
  expectTypeOf(pool.on("queue", () => undefined)).toEqualTypeOf<DispatchCloser>();
  expectTypeOf(pool.once("queue", () => undefined, { name: "this" })).toEqualTypeOf<DispatchCloser>();
  expectTypeOf(pool.off("queue")).toEqualTypeOf<DispatchCloser>();
  pool.off("queue", () => undefined, undefined, true);
});

test("a listener of every event is a function or an object with on", () => {
  expectTypeOf<(heard: PoolEvent) => void>().toExtend<Listener>();
  expectTypeOf<{ on(heard: PoolEvent): void }>().toExtend<Listener>();
  expectTypeOf<(heard: PoolEvent) => Promise<void>>().toExtend<Listener>();
  expectTypeOf<(heard: FinishEvent) => void>().not.toExtend<Listener>();
  expectTypeOf<{ emit(heard: PoolEvent): void }>().not.toExtend<Listener>();
});

test("events and their listeners have names of their own", () => {
  expectTypeOf<PoolEvents>().toEqualTypeOf<{
    readonly queue: QueueEvent;
    readonly reject: RejectEvent;
    readonly start: StartEvent;
    readonly headers: HeadersEvent;
    readonly retry: RetryEvent;
    readonly hold: HoldEvent;
    readonly limit: LimitEvent;
    readonly finish: FinishEvent;
  }>();
  expectTypeOf<EventListener<"start">>().toEqualTypeOf<(heard: StartEvent) => void>();
});
