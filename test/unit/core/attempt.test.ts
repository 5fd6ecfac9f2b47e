import { describe, expect, test } from "vitest";
import type { Handler } from "../../../src/api/handler.ts";
import type { Task } from "../../../src/api/task.ts";
import { Attempt } from "../../../src/core/attempt.ts";
import type { AttemptContext } from "../../../src/core/attempt-context.ts";
import { type Caller, CallerTask } from "../../../src/core/queued-task.ts";
import { Reporter } from "../../../src/core/reporter.ts";
import { Alarms } from "../../../src/lib/alarms.ts";
import { FakeClock, settled } from "../../support/fake-clock.ts";
import { consumed, counted } from "../../support/lab.ts";
import { LogBook } from "../../support/log-book.ts";
import { ScriptedHandler } from "../../support/scripted-handler.ts";
import { ScriptedBody } from "../../support/scripted-body.ts";

/* What a pool's users see of an attempt is in test/conformance. Here is what only the pool around it sees. */

interface Bench {
  readonly attempt: Attempt;
  readonly handler: ScriptedHandler;
  /** What the pool around it was told, in order. */
  readonly told: string[];
}

/** One attempt on the bench, the pool around it played by the test. */
function bench(task: Task, caller: Partial<Caller> = {}, handle?: Handler): Bench {
  const clock = new FakeClock();
  const logger = new LogBook();
  const handler = new ScriptedHandler("deaf");
  const told: string[] = [];
  const context: AttemptContext = {
    handler: handle ?? handler.handle,
    date: () => 5,
    timeout: 0,
    drain: { bytes: 100, ms: 250 },
    reporter: new Reporter("bench", [({ type }) => told.push(type)], logger, () => clock.now()),
    alarms: new Alarms(clock),
    deadlines: new Alarms(clock),
    clock,
    logger,
    onStart: ({ number }) => told.push(`onStart ${number}`),
    onFinish: (_task, ok, result) => told.push(`onFinish ${ok ? "ok" : "failed"} ${String(result)}`),
    onFree: ({ number }) => told.push(`onFree ${number}`),
  };
  const queued = new CallerTask(task, { signal: undefined, ...caller });
  const attempt = new Attempt(context, queued, { number: 3, due: 0, occupant: undefined });
  return { attempt, handler, told };
}

describe("the slot is free", () => {
  test("when start() says so, for what is over by then: onFree is not called", () => {
    const { attempt, told } = bench(() => null);
    expect([attempt.start(), told]).toEqual([true, ["start", "onStart 3", "finish", "onFinish ok undefined"]]);
  });

  test("when start() says so, for a handler that answers at once with no promise", () => {
    const handle = (() => new Response(null)) as unknown as Handler;
    const { attempt, told } = bench(
      consumed(() => "value"),
      {},
      handle,
    );
    expect(attempt.start()).toBe(true);
    expect(told.slice(2)).toEqual(["headers", "finish", "onFinish ok value"]);
  });

  test("when onFree is called, for what takes its time", async () => {
    const { attempt, told, handler } = bench(counted());
    expect(attempt.start()).toBe(false);
    handler.call(0).respond();
    await settled();
    expect(told.slice(-3)).toEqual(["finish", "onFinish ok undefined", "onFree 3"]);
  });

  test("once, and not before a deaf handler has settled", async () => {
    const { attempt, told, handler } = bench(counted());
    attempt.start();
    attempt.abort("enough");
    expect(told.slice(-2)).toEqual(["finish", "onFinish failed enough"]);
    handler.call(0).respond(new Response("late"));
    await settled();
    expect(told.filter((line) => line === "onFree 3")).toHaveLength(1);
  });

  test("when start() says so, for a task that aborts its own attempt", () => {
    const made: { bench?: Bench } = {};
    made.bench = bench(() => {
      made.bench?.attempt.abort("mine");
      return null;
    });
    expect(made.bench.attempt.start()).toBe(true);
    expect(made.bench.told).toEqual(["start", "onStart 3", "finish", "onFinish failed mine"]);
  });
});

describe("abort", () => {
  test("after the finish aborts no signal: abortSignal does, for a body that is the caller's by then", async () => {
    const { attempt, handler } = bench(counted());
    attempt.start();
    const { signal } = handler.call(0).init;
    handler.call(0).respond();
    await settled();
    attempt.abort("late");
    expect(signal.aborted).toBe(false);
    attempt.abortSignal("body");
    expect(signal.reason).toBe("body");
  });
});

describe("a caller that takes the response over", () => {
  test("has it in the place of the consumer, with its body untouched", async () => {
    const taken: unknown[] = [];
    const body = new ScriptedBody([10]);
    const { attempt, handler, told } = bench(
      consumed(() => taken.push("consumer")),
      {
        takeOver: (response, by) => {
          taken.push(response.body === body.stream, by);
          return undefined;
        },
      },
    );
    attempt.start();
    handler.call(0).respond(body.response());
    await settled();
    expect(taken).toEqual([true, attempt]);
    expect([body.pulls, body.cancels, told.at(-1)]).toEqual([0, [], "onFree 3"]);
  });

  test.each([
    ["resolves", "onFinish ok undefined"],
    ["rejects", "onFinish failed reset"],
  ])("holds the slot until what it returned %s", async (how, end) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { attempt, handler, told } = bench(counted(), { takeOver: () => promise });
    attempt.start();
    handler.call(0).respond(new ScriptedBody([10]).response());
    await settled();
    expect(told.at(-1)).toBe("headers");
    if (how === "resolves") resolve();
    else reject("reset");
    await settled();
    expect(told.slice(-2)).toEqual([end, "onFree 3"]);
  });
});
