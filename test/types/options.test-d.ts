import { expectTypeOf, test } from "vitest";
import {
  type Adaptive,
  Client,
  type ClientOptions,
  type Clock,
  type DrainOptions,
  type Handler,
  type LaneState,
  type Limit,
  type LimitHost,
  type LimitSample,
  type Logger,
  type Pool,
  type SendOptions,
} from "../../src/index.ts";
import { adaptive, type AdaptiveOptions } from "../../src/adaptive.ts";
import { lanes } from "../../src/lanes.ts";
import { Client as LeanClient, fetchHandler, type LeanClientOptions } from "../../src/lean.ts";

declare const pool: Pool;
declare const mayBe: number | undefined;

test("every option may be left out, or be undefined", () => {
  expectTypeOf<Record<never, never>>().toExtend<ClientOptions>();
  expectTypeOf<{ [Option in keyof ClientOptions]-?: undefined }>().toExtend<ClientOptions>();
  void new Client();
  void new Client({ workers: mayBe, drain: { bytes: mayBe, ms: mayBe } });
});

test("the options are those of the documentation", () => {
  type Names = "name" | "handler" | "listeners" | "logger" | "queueSize" | "workers" | "period" | "timeout";
  expectTypeOf<keyof ClientOptions>().toEqualTypeOf<
    Names | "spread" | "drain" | "hold" | "lanes" | "retry" | "clock"
  >();
  expectTypeOf<keyof DrainOptions>().toEqualTypeOf<"bytes" | "ms">();
});

test("a misspelt option, or one of a wrong type, is an error", () => {
  // @ts-expect-error It is `workers`.
  void new Client({ concurrency: 4 });
  // @ts-expect-error A number.
  void new Client({ queueSize: "4" });
  // @ts-expect-error "headers" or "body".
  void new Client({ hold: "trailers" });
  // @ts-expect-error Without clearTimeout there is no clock.
  void new Client({ clock: { now: () => 0, setTimeout: () => 0 } });
});

test("options are read-only, so that frozen and shared ones fit", () => {
  const shared = Object.freeze({ listeners: Object.freeze([]), workers: 4 } as const);
  expectTypeOf(shared).toExtend<ClientOptions>();
  const options: ClientOptions = shared;
  // @ts-expect-error Somebody else may share it.
  options.workers = 5;
});

test("the console is a logger, and a clock needs no wall time", () => {
  expectTypeOf<Pick<Console, "debug" | "error">>().toExtend<Logger>();
  expectTypeOf<Omit<Clock, "date">>().toExtend<Clock>();
});

test("the lean client has no default handler, so it needs one", () => {
  // @ts-expect-error No options, no handler.
  void new LeanClient();
  // @ts-expect-error No handler.
  void new LeanClient({ workers: 4 });
  // @ts-expect-error Undefined is no handler.
  void new LeanClient({ handler: undefined });
  void new LeanClient({ handler: fetchHandler, workers: 4 });
  expectTypeOf<LeanClientOptions["handler"]>().toEqualTypeOf<Handler>();
  expectTypeOf<keyof LeanClientOptions>().toEqualTypeOf<keyof ClientOptions>();
});

test("a call may name its lane and its priority; a fetch may have a priority of its own kind", () => {
  expectTypeOf<keyof SendOptions>().toEqualTypeOf<"signal" | "lane" | "priority">();
  expectTypeOf<SendOptions["lane"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<SendOptions["priority"]>().toEqualTypeOf<number | undefined>();
  void pool.send(() => null, { lane: "a", priority: 0.5 });
  void pool.fetch("https://example.com/", { lane: "a", priority: 5, hold: "body" });
  void pool.fetch("https://example.com/", { priority: "high" });
  // @ts-expect-error A lane is a text.
  pool.offer(() => null, { lane: 5 });
  // @ts-expect-error Neither a number nor one that `fetch` knows.
  void pool.fetch("https://example.com/", { priority: "highest" });
});

test("a pool tells how its lanes stand", () => {
  expectTypeOf(pool.lanes()).toEqualTypeOf<ReadonlyMap<string, LaneState>>();
  type Figures = "waiting" | "senders" | "running" | "workers" | "heldMs";
  expectTypeOf<LaneState>().toEqualTypeOf<{ readonly [Figure in Figures]: number }>();
});

test("workers may be a number, what adaptive() gives, or a limit of one's own", () => {
  expectTypeOf<ClientOptions["workers"]>().toEqualTypeOf<number | Adaptive | undefined>();
  expectTypeOf(adaptive()).toEqualTypeOf<Adaptive>();
  expectTypeOf<keyof AdaptiveOptions>().toEqualTypeOf<"min" | "max" | "start" | "tolerance">();
  const limit = { current: 10, max: 50 };
  expectTypeOf(limit).toExtend<Limit>();
  void new Client({ workers: { limit: () => limit } });
  void new Client({ workers: { limit: ({ changed }: LimitHost) => (void setTimeout(changed), limit) } });
  void new Client({ lanes: lanes({ workers: adaptive(), limits: () => ({ workers: { limit: () => limit } }) }) });
  expectTypeOf<Parameters<NonNullable<Limit["sample"]>>>().toEqualTypeOf<[LimitSample]>();
  expectTypeOf(pool.workers).toEqualTypeOf<number>();
  // @ts-expect-error It has no most.
  void new Client({ workers: { limit: () => ({ current: 10 }) } });
  // @ts-expect-error A limit itself is none: each pool has its own made.
  void new Client({ workers: limit });
  // @ts-expect-error The sample is the pool's.
  void ((sample: LimitSample) => (sample.ms = 0));
});
