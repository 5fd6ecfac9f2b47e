import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test, vi } from "vitest";
import type { PoolEvent } from "../../../src/api/events.ts";
import type { Handler } from "../../../src/api/handler.ts";
import type { Outcome, Place } from "../../../src/api/policies.ts";
import type { Task } from "../../../src/api/task.ts";
import { Attempt } from "../../../src/core/attempt.ts";
import type { AttemptContext } from "../../../src/core/attempt-context.ts";
import { FifoBacklog } from "../../../src/core/fifo-backlog.ts";
import { type Caller, CallerTask, type QueuedTask } from "../../../src/core/queued-task.ts";
import { Reporter } from "../../../src/core/reporter.ts";
import { Alarms } from "../../../src/lib/alarms.ts";
import { markTask } from "../../../src/lib/task-mark.ts";
import { TransactionTimeoutError } from "../../../src/api/errors.ts";
import { EventLog } from "../../support/event-log.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { settled } from "../../support/settled.ts";
import { consumed, counted, request } from "../../support/lab.ts";
import { listenerCount } from "../../support/listener-count.ts";
import { LogBook } from "../../support/log-book.ts";
import { ScriptedHandler } from "../../support/scripted-handler.ts";
import { ScriptedRetry } from "../../support/scripted-retry.ts";
import { ScriptedBody } from "../../support/scripted-body.ts";

/* What a pool's users see of an attempt is in test/conformance. Here is what only the pool around it sees. */

interface Bench {
  readonly attempt: Attempt;
  readonly queued: CallerTask;
  readonly handler: ScriptedHandler;
  readonly retry: ScriptedRetry;
  readonly clock: VirtualClock;
  readonly log: EventLog;
  /** What the pool around it was told, in order. */
  readonly told: string[];
}

interface Setting {
  readonly caller?: Partial<Caller>;
  readonly handle?: Handler;
  readonly place?: Place;
  readonly timeout?: number;
  readonly manners?: "polite" | "deaf";
  /** Without one, nothing is tried again. */
  readonly judge?: (outcome: Outcome) => number | undefined;
}

/** A backlog that hears of answers, and can do nothing else. */
class DeafBacklog extends FifoBacklog<QueuedTask> {
  readonly #told: string[];

  constructor(told: string[]) {
    super(1);
    this.#told = told;
  }

  override onResponse(...[task, response]: [task?: QueuedTask, response?: Response]): void {
    this.#told.push(`onResponse ${task?.id} ${response?.status}`);
  }
}

/** One attempt on the bench, the pool around it played by the test. */
function bench(task: Task, { caller, handle, place, timeout = 0, manners = "deaf", judge }: Setting = {}): Bench {
  const clock = new VirtualClock({ start: 1000 });
  const logger = new LogBook();
  const handler = new ScriptedHandler(manners);
  const log = new EventLog();
  const told: string[] = [];
  const retry = new ScriptedRetry((outcome) => {
    told.push("judge");
    return judge?.(outcome);
  });
  const tell = (event: PoolEvent): void => {
    log.listener(event);
    told.push(event.type);
  };
  const context: AttemptContext = {
    handler: handle ?? handler.handle,
    date: () => 5,
    timeout,
    drain: { bytes: 100, ms: 250 },
    reporter: new Reporter("bench", [tell], logger, () => clock.now()),
    backlog: new DeafBacklog(told),
    retry: judge && retry.policy<QueuedTask>(),
    alarms: new Alarms(clock),
    deadlines: new Alarms(clock),
    clock,
    logger,
    onSample: undefined,
    scheduler: {
      start: ({ slot }) => told.push(`start ${slot.number}`),
      free: ({ slot }) => told.push(`free ${slot.number}`),
      wake: () => told.push("wake"),
    },
    admission: {
      finish: (_task, ok, result) => told.push(`finish ${ok ? "ok" : "failed"} ${String(result)}`),
      rest: ({ id }, due) => told.push(`rest ${id} ${due}`),
    },
  };
  const queued = Object.assign(new CallerTask(task, place, { signal: undefined, ...caller }), { id: 7 });
  const attempt = new Attempt(context, queued, { number: 3, due: 0, occupant: undefined });
  return { attempt, queued, handler, retry, clock, log, told };
}

describe("the slot is free", () => {
  test("when start() says so, for what is over by then: free() is not called", () => {
    const { attempt, told } = bench(() => null);
    expect([attempt.start(), told]).toEqual([true, ["start", "start 3", "finish", "finish ok undefined"]]);
  });

  test("when start() says so, for a handler that answers at once with no promise", () => {
    const handle = (() => new Response(null)) as unknown as Handler;
    const { attempt, told } = bench(
      consumed(() => "value"),
      { handle },
    );
    expect(attempt.start()).toBe(true);
    expect(told.slice(2)).toEqual(["headers", "onResponse 7 200", "finish", "finish ok value"]);
  });

  test("when free() is called, for what takes its time", async () => {
    const { attempt, told, handler } = bench(counted());
    expect(attempt.start()).toBe(false);
    handler.call(0).respond();
    await settled();
    expect(told.slice(-3)).toEqual(["finish", "finish ok undefined", "free 3"]);
  });

  test("once, and not before a deaf handler has settled", async () => {
    const { attempt, told, handler } = bench(counted());
    attempt.start();
    attempt.abort("enough");
    expect(told.slice(-2)).toEqual(["finish", "finish failed enough"]);
    handler.call(0).respond(new Response("late"));
    await settled();
    expect(told.filter((line) => line === "free 3")).toHaveLength(1);
  });

  test("when start() says so, for a task that aborts its own attempt", () => {
    const made: { bench?: Bench } = {};
    made.bench = bench(() => {
      made.bench?.attempt.abort("mine");
      return null;
    });
    expect(made.bench.attempt.start()).toBe(true);
    expect(made.bench.told).toEqual(["start", "start 3", "finish", "finish failed mine"]);
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
        caller: {
          takeOver: (response, by) => {
            taken.push(response.body === body.stream, by);
            return undefined;
          },
        },
      },
    );
    attempt.start();
    handler.call(0).respond(body.response());
    await settled();
    expect(taken).toEqual([true, attempt]);
    expect([body.pulls, body.cancels, told.at(-1)]).toEqual([0, [], "free 3"]);
  });

  test.each([
    ["resolves", "finish ok undefined"],
    ["rejects", "finish failed reset"],
  ])("holds the slot until what it returned %s", async (how, end) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { attempt, handler, told } = bench(counted(), { caller: { takeOver: () => promise } });
    attempt.start();
    handler.call(0).respond(new ScriptedBody([10]).response());
    await settled();
    expect(told.slice(-2)).toEqual(["headers", "onResponse 7 200"]);
    if (how === "resolves") resolve();
    else reject("reset");
    await settled();
    expect(told.slice(-2)).toEqual([end, "free 3"]);
  });
});

describe("a response that is to be tried again", () => {
  test("is judged between headers and consumer, and never comes to the consumer", async () => {
    const consumer = vi.fn<() => void>();
    const { attempt, handler, told } = bench(consumed(consumer), { judge: () => 40 });
    attempt.start();
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    const end = ["headers", "onResponse 7 503", "judge", "rest 7 1040", "retry", "free 3"];
    expect(told).toEqual(["start", "start 3", ...end]);
    expect(consumer).not.toHaveBeenCalled();
  });

  test("is told with what it was, and for how long it rests", async () => {
    const { attempt, handler, log, clock } = bench(counted("/secret"), {
      judge: () => 40,
      place: { lane: "a", priority: 1 },
    });
    attempt.start();
    await clock.advance(5);
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    expect(log.of("retry")).toEqual([
      {
        type: "retry",
        pool: "bench",
        id: 7,
        attempt: 1,
        slot: 3,
        durationMs: 5,
        delayMs: 40,
        method: "GET",
        origin: "https://example.com",
        status: 503,
        lane: "a",
      },
    ]);
    expect(log.of("finish")).toEqual([]);
  });

  test("has its body released first; the rest counts from the judgement", async () => {
    const body = new ScriptedBody([10, 10]);
    const { attempt, handler, told, clock } = bench(counted(), { judge: () => 40 });
    attempt.start();
    const stuck = new ReadableStream({ pull: () => new Promise(() => undefined) });
    handler.call(0).respond(new Response(stuck, { status: 503 }));
    await settled();
    expect(told.at(-1)).toBe("judge");
    await clock.advance(250);
    expect(told.slice(-3)).toEqual(["rest 7 1040", "retry", "free 3"]);
    const other = bench(counted(), { judge: () => 40 });
    other.attempt.start();
    other.handler.call(0).respond(body.response());
    await settled();
    expect([other.told.at(-1), body.cancels]).toEqual(["free 3", []]);
  });

  test("is given up by an abort while its body is released: it finishes, and does not rest", async () => {
    const { attempt, handler, told, clock } = bench(counted(), { judge: () => 40 });
    attempt.start();
    const cancel = vi.fn<() => void>();
    const stuck = new ReadableStream({ pull: () => new Promise(() => undefined), cancel });
    handler.call(0).respond(new Response(stuck, { status: 503 }));
    await settled();
    attempt.abort("enough");
    await clock.advance(1000);
    expect(told.slice(-4)).toEqual(["judge", "finish", "finish failed enough", "free 3"]);
    expect(cancel).toHaveBeenCalledOnce();
  });

  test("says in start() that the slot is free, where all came at once", () => {
    const handle = (() => new Response(null, { status: 503 })) as unknown as Handler;
    const { attempt, told } = bench(counted(), { handle, judge: () => 0 });
    expect(attempt.start()).toBe(true);
    expect(told.slice(-2)).toEqual(["rest 7 1000", "retry"]);
  });

  test("is not kept by the timeout: the time to release it and to rest is not the transaction's", async () => {
    const { attempt, handler, told, clock } = bench(counted(), { judge: () => 40, timeout: 50 });
    attempt.start();
    handler.call(0).respond(new Response(null, { status: 503 }));
    await clock.advance(1000);
    expect([told.at(-1), clock.timers, told.includes("finish")]).toEqual(["free 3", 0, false]);
  });

  test("follows the request's signal no longer", async () => {
    const { signal } = new AbortController();
    const { attempt, handler } = bench(() => ({ request: request(), signal }), { judge: () => 40 });
    attempt.start();
    expect(listenerCount(signal)).toBe(1);
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    expect(listenerCount(signal)).toBe(0);
  });
});

describe("the judge", () => {
  test("lets a response through to the consumer by saying nothing", async () => {
    const { attempt, handler, told } = bench(
      consumed(({ status }) => status),
      { judge: () => undefined },
    );
    attempt.start();
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    expect(told.slice(-4)).toEqual(["judge", "finish", "finish ok 503", "free 3"]);
  });

  test("is told of the attempt: its lane, request, response, number, and what it uploads", async () => {
    const task = counted();
    const body = new Blob(["text"]);
    markTask(task, "https://example.com/", body);
    const { attempt, queued, handler, retry } = bench(task, {
      judge: () => undefined,
      place: { lane: "a", priority: 1 },
    });
    queued.attempts = 2;
    attempt.start();
    const response = new Response(null, { status: 503 });
    const { request: sent } = handler.call(0);
    handler.call(0).respond(response);
    await settled();
    expect(retry.outcomes).toHaveLength(1);
    const [outcome] = retry.outcomes;
    expect([outcome?.request, outcome?.response, outcome?.upload]).toEqual([sent, response, body]);
    expect([outcome?.request === sent, outcome?.response === response]).toEqual([true, true]);
    expect([outcome?.lane, outcome?.attempt, outcome?.error]).toEqual(["a", 3, undefined]);
  });

  test("is told of a first attempt only that a task begins", () => {
    const { attempt, retry } = bench(counted(), { judge: () => undefined, place: { lane: "a", priority: 1 } });
    attempt.start();
    expect(retry.firsts).toEqual(["a"]);
    const again = bench(counted(), { judge: () => undefined });
    again.queued.attempts = 1;
    again.attempt.start();
    expect(again.retry.firsts).toEqual([]);
  });

  test.each(["by rejecting", "by throwing"])(
    "is asked of a handler that fails %s, with its very error",
    async (how) => {
      const error = new Error("network");
      const thrower = (): never => {
        throw error;
      };
      const { attempt, handler, retry, log, told } = bench(counted(), {
        judge: () => 40,
        ...(how === "by throwing" && { handle: thrower }),
      });
      const isOver = attempt.start();
      if (how === "by rejecting") handler.call(0).fail(error);
      await settled();
      expect([retry.outcomes.length, retry.outcomes[0]?.response]).toEqual([1, undefined]);
      expect(retry.outcomes[0]?.error).toBe(error);
      expect(log.of("retry")[0]).toMatchObject({ error, delayMs: 40, durationMs: 0 });
      expect(told.slice(2, 5)).toEqual(["judge", "rest 7 1040", "retry"]);
      expect(isOver).toBe(how === "by throwing");
    },
  );

  test("lets an error through to the caller by saying nothing", async () => {
    const { attempt, handler, told } = bench(counted(), { judge: () => undefined });
    attempt.start();
    handler.call(0).fail("reset");
    await settled();
    expect(told.slice(-4)).toEqual(["judge", "finish", "finish failed reset", "free 3"]);
  });

  test.each<[string, Task, ((bench: Bench) => void)?]>([
    ["a task that throws", () => Promise.reject(new Error("no"))],
    ["a task that makes no request", () => null],
    ["an answer of null", counted(), ({ handler }) => handler.call(0).respond(null)],
    ["what is no response", counted(), ({ handler }) => handler.call(0).respondWith("text")],
    ["an abort", counted(), ({ attempt }) => attempt.abort("enough")],
    ["a request whose signal has aborted", () => ({ request: request(), signal: AbortSignal.abort("enough") })],
  ])("is not asked of %s", async (_, task, then) => {
    const it = bench(task, { judge: () => 40 });
    it.attempt.start();
    then?.(it);
    await settled();
    expect([it.retry.outcomes, it.log.of("finish").length]).toEqual([[], 1]);
  });

  test("is not asked of a consumer that fails: its response is judged before", async () => {
    const { attempt, handler, told } = bench(
      consumed(() => Promise.reject(new Error("no"))),
      { judge: ({ error }) => (error === undefined ? undefined : 40) },
    );
    attempt.start();
    handler.call(0).respond();
    await settled();
    expect(told.slice(-4)).toEqual(["judge", "finish", "finish failed Error: no", "free 3"]);
  });

  test("is not asked of what comes late from a deaf handler", async () => {
    for (const late of [new Response(null, { status: 503 }), null, "error"]) {
      const { attempt, handler, retry, told } = bench(counted(), { judge: () => 40 });
      attempt.start();
      attempt.abort("enough");
      if (late === "error") handler.call(0).fail(late);
      else handler.call(0).respondWith(late);
      await settled();
      expect([retry.outcomes, told.at(-1)]).toEqual([[], "free 3"]);
      expect(told.some((line) => line.startsWith("onResponse") || line === "headers")).toBe(false);
    }
  });

  test.each(["a response", "a failure", "a timeout"])(
    "may abort the attempt when asked of %s: it finishes once",
    async (what) => {
      const made: { bench?: Bench } = {};
      const it = bench(counted(), {
        timeout: 50,
        manners: "polite",
        judge: () => {
          made.bench?.attempt.abort("mine");
          return 40;
        },
      });
      made.bench = it;
      it.attempt.start();
      if (what === "a response") it.handler.call(0).respond(new Response("text", { status: 503 }));
      if (what === "a failure") it.handler.call(0).fail("reset");
      await it.clock.advance(1000);
      expect(it.told.filter((line) => line.startsWith("finish "))).toEqual(["finish failed mine"]);
      expect([it.told.at(-1), it.log.of("retry"), it.clock.timers]).toEqual(["free 3", [], 0]);
    },
  );
});

const pending = (): Promise<never> => new Promise(() => undefined);

describe("a timeout", () => {
  test("before the response is judged; a polite handler frees the slot at once", async () => {
    const { attempt, handler, retry, log, told, clock } = bench(counted(), {
      timeout: 50,
      manners: "polite",
      judge: () => 40,
    });
    attempt.start();
    await clock.advance(50);
    const [outcome] = retry.outcomes;
    expect(outcome?.error).toBeInstanceOf(TransactionTimeoutError);
    expect(handler.call(0).init.signal.reason).toBe(outcome?.error);
    expect(log.of("retry")).toMatchObject([{ error: outcome?.error, durationMs: 50, delayMs: 40 }]);
    expect(told.slice(2)).toEqual(["judge", "rest 7 1090", "retry", "wake", "free 3"]);
  });

  test("of a deaf handler lets the task rest, but its slot stays taken until the handler settles", async () => {
    const { attempt, handler, told, clock } = bench(counted(), { timeout: 50, judge: () => 40 });
    attempt.start();
    await clock.advance(50);
    expect(told.slice(2)).toEqual(["judge", "rest 7 1090", "retry", "wake"]);
    const body = new ScriptedBody([10]);
    handler.call(0).respond(body.response());
    await settled();
    expect(told.slice(6)).toEqual(["free 3"]);
    expect(body.isEnded).toBe(true);
  });

  test("that is not to be tried again finishes the task, once judged", async () => {
    const { attempt, told, clock } = bench(counted(), { timeout: 50, manners: "polite", judge: () => undefined });
    attempt.start();
    await clock.advance(50);
    expect(told.slice(2, 4)).toEqual(["judge", "finish"]);
    expect(told.filter((line) => line === "judge" || line === "free 3")).toEqual(["judge", "free 3"]);
  });

  test("while the task makes its request, or when the consumer may have the response, is final", async () => {
    const building = bench(pending, { timeout: 50, judge: () => 40 });
    building.attempt.start();
    await building.clock.advance(50);
    expect([building.retry.outcomes, building.log.of("finish").length]).toEqual([[], 1]);
    const reading = bench(consumed(pending), { timeout: 50, judge: ({ error }) => (error ? 40 : undefined) });
    reading.attempt.start();
    reading.handler.call(0).respond(new ScriptedBody([10]).response());
    await reading.clock.advance(50);
    expect(reading.retry.outcomes.map(({ error }) => error)).toEqual([undefined]);
    expect(reading.log.of("finish")).toMatchObject([{ ok: false, status: 200, durationMs: 50 }]);
  });

  test("is told in the async context of the call, as all that becomes of a task", async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const it = storage.run("mine", () =>
      bench(counted(), {
        timeout: 50,
        manners: "polite",
        judge: () => {
          seen.push(storage.getStore());
          return 40;
        },
      }),
    );
    const push = it.told.push.bind(it.told);
    it.told.push = (line) => {
      if (line === "retry") seen.push(storage.getStore());
      return push(line);
    };
    storage.run("other", () => it.attempt.start());
    await storage.run("third", () => it.clock.advance(50));
    expect(seen).toEqual(["mine", "mine"]);
  });
});
