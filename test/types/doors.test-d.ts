import { expectTypeOf, test } from "vitest";
import {
  type Breaker,
  type BreakerEvent,
  breakerHandler,
  type BreakerOptions,
  type CircuitOpenError,
  type CircuitState,
  isCircuitOpenError,
} from "../../src/breaker.ts";
import { healthListener, type HealthMonitor, type Monitor } from "../../src/health.ts";
import * as main from "../../src/index.ts";
import type {
  Awaitable,
  ClientOptions,
  Clock,
  Consumer,
  DispatchCloser,
  Dispatcher,
  DrainOptions,
  EventListener,
  FinishEvent,
  Handler,
  HeadersEvent,
  Hold,
  KyOptions,
  Listener,
  Logger,
  MapOptions,
  PooledFetch,
  PoolEvent,
  PoolEvents,
  QueueEvent,
  Read,
  RejectEvent,
  RequestFilter,
  SendOptions,
  Settled,
  Source,
  StartEvent,
  Task,
  TaskContext,
  ToRequest,
  Transaction,
} from "../../src/index.ts";
import * as lean from "../../src/lean.ts";
import { otelListener } from "../../src/otel.ts";
import type * as Lean from "../../src/lean.ts";

/** The types of `httppool`, each used so that its removal is an error here. */
type MainTypes = [
  ...[Awaitable<1>, ClientOptions, Clock, Consumer, DispatchCloser, Dispatcher, DrainOptions, EventListener<"start">],
  ...[FinishEvent, Handler, HeadersEvent, Hold, KyOptions, Listener, Logger, MapOptions, PooledFetch, PoolEvent],
  ...[PoolEvents, QueueEvent, Read<1, 2>, RejectEvent, RequestFilter, SendOptions, Settled<1, 2>, Source<1>],
  ...[StartEvent, Task, TaskContext, ToRequest<1>, Transaction],
];

/** Those of `httppool/lean`, in the same order, without ky's. */
type LeanTypes = [
  ...[Lean.Awaitable<1>, Lean.ClientOptions, Lean.Clock, Lean.Consumer, Lean.DispatchCloser, Lean.Dispatcher],
  ...[Lean.DrainOptions, Lean.EventListener<"start">, Lean.FinishEvent, Lean.Handler, Lean.HeadersEvent, Lean.Hold],
  ...[KyOptions, Lean.Listener, Lean.Logger, Lean.MapOptions, Lean.PooledFetch, Lean.PoolEvent, Lean.PoolEvents],
  ...[Lean.QueueEvent, Lean.Read<1, 2>, Lean.RejectEvent, Lean.RequestFilter, Lean.SendOptions, Lean.Settled<1, 2>],
  ...[Lean.Source<1>, Lean.StartEvent, Lean.Task, Lean.TaskContext, Lean.ToRequest<1>, Lean.Transaction],
];

test("both doors name the same types", () => {
  expectTypeOf<LeanTypes>().toEqualTypeOf<MainTypes>();
});

test("the lean door gives what the main one gives, but for ky and the client", () => {
  expectTypeOf<keyof typeof main>().toEqualTypeOf<keyof typeof lean | "kyHandler">();
  expectTypeOf<Omit<typeof lean, "Client">>().toEqualTypeOf<Omit<typeof main, "Client" | "kyHandler">>();
  expectTypeOf(new lean.Client({ handler: lean.fetchHandler })).toHaveProperty("start");
});

test("both clients start the same kind of pool", () => {
  expectTypeOf(new main.Client().start()).toEqualTypeOf<DispatchCloser>();
  expectTypeOf<InstanceType<typeof lean.Client>["start"]>().returns.toEqualTypeOf<DispatchCloser>();
});

test("a pool is what a Dispatcher is, and can be closed, paused and disposed of", () => {
  expectTypeOf<DispatchCloser>().toExtend<Dispatcher>();
  expectTypeOf<DispatchCloser>().toExtend<AsyncDisposable>();
  expectTypeOf<Dispatcher>().not.toHaveProperty("close");
  expectTypeOf<DispatchCloser["close"]>().toEqualTypeOf<() => Promise<void>>();
  expectTypeOf<DispatchCloser["abort"]>().toEqualTypeOf<(reason?: unknown) => Promise<void>>();
});

test("what a pool tells of itself is read-only", () => {
  const pool = new main.Client().start();
  // @ts-expect-error A count.
  pool.waiting = 0;
  // @ts-expect-error Call close().
  pool.closed = true;
  // @ts-expect-error Call pause().
  pool.paused = true;
  expectTypeOf<Pick<DispatchCloser, "name" | "senders" | "running">>().toEqualTypeOf<{
    readonly name: string;
    readonly senders: number;
    readonly running: number;
  }>();
});

test("the errors have a stable code, which the types know", () => {
  expectTypeOf<main.DispatcherClosedError["code"]>().toEqualTypeOf<"ERR_DISPATCHER_CLOSED">();
  expectTypeOf<main.TaskExpiredError["code"]>().toEqualTypeOf<"ERR_TASK_EXPIRED">();
  expectTypeOf<main.TaskFilteredError["code"]>().toEqualTypeOf<"ERR_TASK_FILTERED">();
  expectTypeOf<main.TransactionTimeoutError["code"]>().toEqualTypeOf<"ERR_TRANSACTION_TIMEOUT">();
  expectTypeOf<main.DispatcherClosedError>().toExtend<main.HttpPoolError>();
  expectTypeOf<main.HttpPoolError["code"]>().toEqualTypeOf<string>();
});

test("the guards take anything", () => {
  expectTypeOf(main.isDispatcherClosedError).parameters.toEqualTypeOf<[error: unknown]>();
  expectTypeOf(main.isDispatcherClosedError).guards.toEqualTypeOf<main.DispatcherClosedError>();
  expectTypeOf(main.isTaskFilteredError).guards.toEqualTypeOf<main.TaskFilteredError>();
  expectTypeOf(main.isTransactionTimeoutError).guards.toEqualTypeOf<main.TransactionTimeoutError>();
  expectTypeOf(main.isCircuitOpenError).guards.toExtend<main.HttpPoolError>();
});

test("what the other doors make fits into a pool", () => {
  expectTypeOf(breakerHandler).returns.toExtend<Handler>();
  expectTypeOf(breakerHandler()).toEqualTypeOf<Breaker>();
  expectTypeOf<CircuitState["state"]>().toEqualTypeOf<"closed" | "open" | "half-open">();
  expectTypeOf<BreakerEvent["type"]>().toEqualTypeOf<"tripped" | "half-open" | "reset">();
  expectTypeOf<NonNullable<BreakerOptions["isFailure"]>>().toEqualTypeOf<(error: unknown) => boolean>();
  expectTypeOf<NonNullable<BreakerOptions["delegate"]>>().toExtend<(...args: never[]) => unknown>();
  expectTypeOf(healthListener).returns.toExtend<Listener>();
  expectTypeOf(healthListener).parameter(0).toEqualTypeOf<Monitor>();
  expectTypeOf<HealthMonitor>().toExtend<Monitor>();
  expectTypeOf(otelListener).returns.toExtend<Listener>();
  expectTypeOf(isCircuitOpenError).guards.toExtend<CircuitOpenError>();
  expectTypeOf<CircuitOpenError["code"]>().toEqualTypeOf<"ERR_CIRCUIT_OPEN">();
});
