import { describe, expect, test } from "vitest";
import { Alarms } from "../../src/lib/alarms.ts";
import { Emitter } from "../../src/core/reporter.ts";
import { type Caller, CallerEntry, Entry } from "../../src/core/queued-task.ts";
import { isTransactionTimeoutError } from "../../src/api/errors.ts";
import type { PoolEvent } from "../../src/api/events.ts";
import type { Handler } from "../../src/api/handler.ts";
import type { Host } from "../../src/core/attempt-context.ts";
import type { Slot } from "../../src/core/slots.ts";
import type { Task, TaskContext } from "../../src/api/task.ts";
import { Attempt } from "../../src/core/attempt.ts";
import { FakeClock, settled } from "../support/fake-clock.ts";
import { consumed, counted, request } from "../support/lab.ts";
import { LogBook } from "../support/log-book.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";
import { ScriptedHandler } from "../support/scripted-handler.ts";

interface RigOptions {
  readonly timeout?: number;
  readonly period?: number;
  readonly handler?: Handler;
  readonly manners?: "polite" | "deaf";
  readonly caller?: Partial<Caller>;
  readonly drain?: Host<Attempt>["drain"];
  readonly listener?: (event: PoolEvent) => void;
}

/** One attempt on the bench, its host played by the test. */
class Rig {
  readonly clock = new FakeClock(1000);
  readonly book = new LogBook();
  readonly handler: ScriptedHandler;
  readonly slot: Slot<Attempt> = { number: 3, due: -1, occupant: undefined };
  readonly attempt: Attempt;
  /** What happened, in order. */
  readonly trace: string[] = [];
  readonly events: PoolEvent[] = [];
  readonly finishes: { readonly entry: Entry; readonly ok: boolean; readonly result: unknown }[] = [];
  readonly entry: Entry;
  readonly endShift = (): void => undefined;

  constructor(task: Task, options: RigOptions = {}) {
    const { clock, book } = this;
    this.handler = new ScriptedHandler(options.manners);
    const { caller } = options;
    this.entry = caller === undefined ? new Entry(task) : new CallerEntry(task, { signal: undefined, ...caller });
    this.entry.id = 7;
    this.entry.acceptedAt = 990;
    const listen = (event: PoolEvent): void => {
      this.events.push(event);
      this.trace.push(event.type);
      options.listener?.(event);
    };
    const host: Host<Attempt> = {
      name: "rig",
      handler: options.handler ?? this.handler.handle,
      period: options.period ?? 0,
      date: () => 5,
      timeout: options.timeout ?? 0,
      drain: options.drain ?? { bytes: 100, ms: 250 },
      emitter: new Emitter([listen], book),
      alarms: new Alarms(clock),
      deadlines: new Alarms(clock),
      clock,
      logger: book,
      onFinish: (entry, ok, result) => {
        this.trace.push("onFinish");
        this.finishes.push({ entry, ok, result });
      },
      onFree: (attempt) => this.trace.push(attempt === this.attempt ? "onFree" : "onFree of another"),
    };
    this.attempt = new Attempt(host, this.entry, this.slot, this.endShift);
  }

  /** Starts it. @returns What start() returned. */
  start(): boolean {
    const isFree = this.attempt.start();
    this.trace.push(`started, ${isFree ? "free" : "busy"}`);
    return isFree;
  }

  /** How it finished, which it must have done exactly once. */
  get outcome(): { readonly ok: boolean; readonly result: unknown } {
    const [finish, ...more] = this.finishes;
    if (finish === undefined || more.length > 0) throw new Error(`It has finished ${this.finishes.length} times`);
    return { ok: finish.ok, result: finish.result };
  }

  /** The finish event, of which there must be exactly one. */
  get finished(): PoolEvent {
    const [finish, ...more] = this.events.filter(({ type }) => type === "finish");
    if (finish === undefined || more.length > 0) throw new Error("There is not exactly one finish");
    return finish;
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("the order of things", () => {
  test("a task without a request is over, and its slot free, when start() returns", () => {
    const rig = new Rig(() => null);
    expect(rig.start()).toBe(true);
    expect(rig.trace).toEqual(["start", "finish", "onFinish", "started, free"]);
    expect(rig.outcome).toEqual({ ok: true, result: undefined });
    expect(rig.finishes[0]?.entry).toBe(rig.entry);
  });

  test("a task with one: start, headers, finish, told to the host, slot free", async () => {
    const rig = new Rig(counted());
    expect(rig.start()).toBe(false);
    rig.handler.call(0).respond();
    await settled();
    expect(rig.trace).toEqual(["start", "started, busy", "headers", "finish", "onFinish", "onFree"]);
  });

  test("a handler that answers at once, with no promise, is over when start() returns", () => {
    const answer = new Response(null);
    const rig = new Rig(
      consumed((response) => [response === answer]),
      { handler: (() => answer) as unknown as Handler },
    );
    expect(rig.start()).toBe(true);
    expect(rig.outcome).toEqual({ ok: true, result: [true] });
    expect(rig.trace).toEqual(["start", "headers", "finish", "onFinish", "started, free"]);
  });

  test("the body is released between the consumer and `finish`", async () => {
    const body = new ScriptedBody([10]);
    const rig = new Rig(
      consumed(() => {
        rig.trace.push(`consumer, ended ${body.isEnded}`);
        return "value";
      }),
      { listener: ({ type }) => type === "finish" && rig.trace.push(`ended ${body.isEnded}`) },
    );
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    expect(rig.trace).toEqual([
      "start",
      "started, busy",
      "headers",
      "consumer, ended false",
      "finish",
      "ended true",
      "onFinish",
      "onFree",
    ]);
    expect(rig.outcome).toEqual({ ok: true, result: "value" });
  });
});

describe("events", () => {
  test("tell what is known, in ms of the clock", async () => {
    const rig = new Rig(consumed(() => new Promise((resolve) => void rig.clock.setTimeout(() => resolve(1), 20))));
    rig.start();
    await rig.clock.advance(5);
    rig.handler.call(0).respond(new Response(null, { status: 202 }));
    await rig.clock.advance(100);
    const common = { pool: "rig", id: 7, attempt: 1, slot: 3 };
    expect(rig.events).toEqual([
      { type: "start", ...common, waitedMs: 10 },
      { type: "headers", ...common, status: 202, ttfbMs: 5 },
      {
        type: "finish",
        ...common,
        method: "GET",
        origin: "https://example.com",
        status: 202,
        durationMs: 25,
        ok: true,
      },
    ]);
  });

  test.each([undefined, null, new Error("no")])(
    "a failure with %o has an error key, an unknown request no method",
    (error) => {
      const rig = new Rig(() => {
        throw error;
      });
      rig.start();
      expect(rig.finished).toEqual({
        type: "finish",
        pool: "rig",
        id: 7,
        attempt: 1,
        slot: 3,
        durationMs: 0,
        ok: false,
        error,
      });
      expect("error" in rig.finished).toBe(true);
      expect("status" in rig.finished).toBe(false);
    },
  );

  test("a request without an answer has a method and no status", async () => {
    const rig = new Rig(() => request("/", { method: "PUT" }));
    rig.start();
    rig.handler.call(0).respondWith(null);
    await settled();
    expect(rig.finished).toMatchObject({ ok: true, method: "PUT", origin: "https://example.com" });
    expect("status" in rig.finished).toBe(false);
    expect("error" in rig.finished).toBe(false);
  });
});

describe("the task", () => {
  test("is given its context, once", async () => {
    const contexts: TaskContext[] = [];
    const rig = new Rig((context) => {
      contexts.push(context);
      return null;
    });
    rig.start();
    const [context] = contexts;
    expect(contexts).toHaveLength(1);
    expect([context?.id, context?.attempt, context?.date()]).toEqual([7, 1, 5]);
    expect(context?.signal).toBe(rig.attempt.signal);
    expect(Object.keys(context ?? {}).toSorted()).toEqual(["attempt", "date", "id", "signal"]);
  });

  test("keeps the slot until its promise settles; abort lets go at once, and what comes late is nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<Request>();
    const rig = new Rig(() => promise);
    expect(rig.start()).toBe(false);
    rig.attempt.abort("enough");
    expect(rig.trace).toEqual(["start", "started, busy", "finish", "onFinish", "onFree"]);
    resolve(request());
    await settled();
    expect([rig.outcome, rig.handler.calls, rig.trace.length]).toEqual([{ ok: false, result: "enough" }, [], 5]);
  });

  test("that rejects after an abort changes nothing", async () => {
    const { promise, reject } = Promise.withResolvers<Request>();
    const rig = new Rig(() => promise);
    rig.start();
    rig.attempt.abort("enough");
    reject(new Error("late"));
    await settled();
    expect(rig.outcome.result).toBe("enough");
  });

  test("that aborts its own attempt finishes with that reason, and sends nothing", () => {
    const rig: Rig = new Rig(() => {
      rig.attempt.abort("mine");
      return request();
    });
    expect(rig.start()).toBe(true);
    expect([rig.outcome, rig.handler.calls]).toEqual([{ ok: false, result: "mine" }, []]);
    expect(rig.trace).toEqual(["start", "finish", "onFinish", "started, free"]);
  });

  test("is not called when a `start` listener aborts", () => {
    const task = counted();
    const rig: Rig = new Rig(task, {
      timeout: 100,
      listener: ({ type }) => {
        if (type === "start") rig.attempt.abort("early");
      },
    });
    expect(rig.start()).toBe(true);
    expect([rig.outcome.result, task.contexts, rig.clock.timers]).toEqual(["early", [], 0]);
  });

  test("whose `then` throws when looked at fails with that", () => {
    const error = new Error("then");
    const strange = new Proxy(request(), {
      get: () => {
        throw error;
      },
      has: (_, key) => key === "then",
    });
    const rig = new Rig(() => strange);
    expect(rig.start()).toBe(true);
    expect(rig.outcome).toEqual({ ok: false, result: error });
  });
});

describe("the handler", () => {
  test("that throws at once frees the slot when start() returns", () => {
    const error = new Error("sync");
    const rig = new Rig(counted(), {
      handler: () => {
        throw error;
      },
    });
    expect(rig.start()).toBe(true);
    expect(rig.outcome).toEqual({ ok: false, result: error });
    expect(rig.trace).toEqual(["start", "finish", "onFinish", "started, free"]);
  });

  test("whose failure leaves a request running gets its signal aborted", async () => {
    const rig = new Rig(counted(), { manners: "deaf" });
    rig.start();
    const { signal } = rig.handler.call(0).init;
    rig.handler.call(0).fail(new Error("gave up"));
    await settled();
    expect([signal.aborted, (signal.reason as Error).name]).toEqual([true, "AbortError"]);
  });

  test("is not called for a used body, nor for what is no request", () => {
    for (const made of [{ url: "https://example.com/", method: "GET", headers: {}, bodyUsed: true }, 5, {}]) {
      const rig = new Rig(() => made as unknown as Request);
      expect(rig.start()).toBe(true);
      expect(rig.outcome.result).toBeInstanceOf(TypeError);
      expect(rig.handler.calls).toEqual([]);
    }
  });

  test("polite: an abort finishes with the reason; the slot is free when the handler settles", async () => {
    const rig = new Rig(counted());
    rig.start();
    rig.attempt.abort("enough");
    expect(rig.trace).toEqual(["start", "started, busy", "finish", "onFinish"]);
    expect(rig.handler.call(0).init.signal.reason).toBe("enough");
    await settled();
    expect(rig.trace.slice(4)).toEqual(["onFree"]);
    expect(rig.outcome).toEqual({ ok: false, result: "enough" });
  });

  const lateAnswers: [string, (rig: Rig) => void][] = [
    ["a failure", (rig) => rig.handler.call(0).fail(new Error("late"))],
    ["nothing", (rig) => rig.handler.call(0).respondWith(undefined)],
    ["no Response", (rig) => rig.handler.call(0).respondWith("late")],
    ["a Response without a body", (rig) => rig.handler.call(0).respond(new Response(null))],
  ];

  test.each(lateAnswers)("deaf: with %s for a late answer, the slot is free then, once", async (_, answer) => {
    const rig = new Rig(counted(), { manners: "deaf" });
    rig.start();
    rig.attempt.abort("enough");
    await settled();
    expect(rig.trace).toEqual(["start", "started, busy", "finish", "onFinish"]);
    answer(rig);
    await settled();
    expect(rig.trace.slice(4)).toEqual(["onFree"]);
    expect(rig.outcome).toEqual({ ok: false, result: "enough" });
  });

  test("deaf: a late body is released before the slot is free; neither consumer nor event hears of it", async () => {
    let consumers = 0;
    const rig = new Rig(
      consumed(() => consumers++),
      { manners: "deaf" },
    );
    rig.start();
    rig.attempt.abort("enough");
    const body = new ScriptedBody([10], "hang");
    rig.handler.call(0).respond(body.response());
    await rig.clock.advance(249);
    expect(rig.trace).toHaveLength(4);
    await rig.clock.advance(1);
    expect([rig.trace.slice(4), body.cancels.length, consumers, rig.clock.timers]).toEqual([["onFree"], 1, 0, 0]);
  });

  test("that aborts its own attempt before it answers", async () => {
    for (const isSync of [true, false]) {
      const answer = new Response(null);
      const rig: Rig = new Rig(counted(), {
        handler: (() => {
          rig.attempt.abort("mine");
          return isSync ? answer : Promise.resolve(answer);
        }) as unknown as Handler,
      });
      expect(rig.start()).toBe(isSync);
      await settled();
      expect(rig.outcome).toEqual({ ok: false, result: "mine" });
      expect(rig.trace).toEqual([
        "start",
        "finish",
        "onFinish",
        isSync ? "started, free" : "started, busy",
        ...(isSync ? [] : ["onFree"]),
      ]);
    }
  });

  test("a thenable that is no promise, and settles twice, counts once", async () => {
    const [first, second] = [new Response("a"), new Response("b")];
    const rig = new Rig(
      consumed((response) => response.text()),
      {
        handler: () =>
          ({
            // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
            then: (resolve: (response: Response) => void) => {
              resolve(first);
              resolve(second);
              throw new Error("after all");
            },
          }) as unknown as PromiseLike<Response>,
      },
    );
    rig.start();
    await settled();
    expect(rig.outcome).toEqual({ ok: true, result: "a" });
  });
});

describe("the consumer", () => {
  test("is given the response and the request", async () => {
    const made = request();
    const answer = new Response(null);
    const seen: unknown[] = [];
    const rig = new Rig(() => ({ request: made, consumer: (...args: readonly unknown[]) => void seen.push(...args) }));
    rig.start();
    rig.handler.call(0).respond(answer);
    await settled();
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(answer);
    expect(seen[1]).toBe(made);
  });

  test("that throws while the body is endless: released, then its own error", async () => {
    const error = new Error("consumer");
    const body = new ScriptedBody(endless(60));
    const rig = new Rig(
      consumed(() => {
        throw error;
      }),
    );
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    expect([rig.outcome, body.cancels.length]).toEqual([{ ok: false, result: error }, 1]);
  });

  test("aborted: the body is cancelled, the slot free at once, what it comes to late is nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const body = new ScriptedBody([10]);
    const rig = new Rig(consumed(() => promise));
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    rig.attempt.abort("enough");
    expect([rig.outcome, body.cancels.length, rig.trace.at(-1)]).toEqual([
      { ok: false, result: "enough" },
      1,
      "onFree",
    ]);
    expect(rig.attempt.signal.reason).toBe("enough");
    const before = rig.trace.length;
    resolve("late");
    await settled();
    expect(rig.trace).toHaveLength(before);
    expect(rig.finished).toMatchObject({ status: 200 });
  });

  test("that leaves the body locked gets the attempt's signal aborted", async () => {
    const body = new ScriptedBody([10], "hang");
    const rig = new Rig(consumed((response) => response.body?.getReader()));
    rig.start();
    const { signal } = rig.handler.call(0).init;
    rig.handler.call(0).respond(body.response());
    await settled();
    expect([rig.outcome.ok, signal.aborted, (signal.reason as Error).name]).toEqual([true, true, "AbortError"]);
  });
});

describe("an abort during the clean-up", () => {
  test("finishes at once with its reason, when all was well before", async () => {
    const body = new ScriptedBody([10], "hang");
    const rig = new Rig(counted());
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    rig.attempt.abort("enough");
    expect([rig.outcome, body.cancels.length, rig.clock.timers]).toEqual([{ ok: false, result: "enough" }, 1, 0]);
    await settled();
    expect(rig.trace).toEqual(["start", "started, busy", "headers", "finish", "onFinish", "onFree"]);
  });

  test("finishes with the consumer's error, null too, when it had failed", async () => {
    for (const error of [new Error("consumer"), null, undefined]) {
      const rig = new Rig(consumed(() => Promise.reject(error)));
      rig.start();
      rig.handler.call(0).respond(new ScriptedBody([10], "hang").response());
      await settled();
      rig.attempt.abort("enough");
      expect(rig.outcome).toEqual({ ok: false, result: error });
    }
  });
});

describe("abort", () => {
  test.each([new Error("why"), null, undefined, "text", 0])("passes its reason on: %o", async (reason) => {
    const rig = new Rig(counted());
    rig.start();
    rig.attempt.abort(reason);
    expect(rig.outcome).toEqual({ ok: false, result: reason });
    if (reason !== undefined) expect(rig.handler.call(0).init.signal.reason).toBe(reason);
    await settled();
  });

  test("again, or after the finish, changes nothing", async () => {
    const rig = new Rig(counted(), { manners: "deaf" });
    rig.start();
    rig.attempt.abort("first");
    rig.attempt.abort("second");
    expect([rig.outcome.result, rig.handler.call(0).init.signal.reason]).toEqual(["first", "first"]);
    const done = new Rig(() => null);
    done.start();
    done.attempt.abort("late");
    expect([done.outcome.ok, done.attempt.signal.aborted]).toEqual([true, false]);
  });

  test("cut() aborts the signal alone, also after the finish", async () => {
    const rig = new Rig(counted(), { manners: "deaf" });
    rig.start();
    rig.handler.call(0).respond();
    await settled();
    rig.attempt.cut("body");
    expect([rig.outcome.ok, rig.handler.call(0).init.signal.reason]).toEqual([true, "body"]);
  });
});

describe("the deadline", () => {
  test("counts from the start, and is taken back at the finish", async () => {
    const rig = new Rig(counted(), { timeout: 100 });
    rig.start();
    expect(rig.clock.timers).toBe(1);
    await rig.clock.advance(99);
    expect(rig.finishes).toEqual([]);
    rig.handler.call(0).respond();
    await settled();
    expect([rig.outcome.ok, rig.clock.timers]).toEqual([true, 0]);
  });

  test.each<[string, Task]>([
    ["task", never],
    ["handler", counted()],
    ["consumer", consumed(never)],
  ])("ends a %s that never settles", async (phase, task) => {
    const rig = new Rig(task, { timeout: 100 });
    rig.start();
    if (phase === "consumer") rig.handler.call(0).respond(new ScriptedBody([1], "hang").response());
    await rig.clock.advance(100);
    expect([rig.outcome.ok, isTransactionTimeoutError(rig.outcome.result)]).toEqual([false, true]);
    expect(String(rig.outcome.result)).toContain("100 ms");
    expect([rig.finished, rig.clock.timers, rig.trace.at(-1)]).toMatchObject([{ durationMs: 100 }, 0, "onFree"]);
  });

  test("is not set when there is none", () => {
    const rig = new Rig(counted());
    rig.start();
    expect(rig.clock.timers).toBe(0);
  });
});

describe("the pace", () => {
  test("counts from when the task is called, after the listeners of `start`", () => {
    const rig: Rig = new Rig(() => null, { period: 50, listener: ({ type }) => type === "start" && rig.clock.jump(7) });
    rig.start();
    expect(rig.slot.due).toBe(1057);
  });

  test("is left alone when there is none", () => {
    const rig = new Rig(() => null);
    rig.start();
    expect(rig.slot.due).toBe(-1);
  });
});

describe("a caller that takes the response over", () => {
  test("has it in the place of the consumer; what it returns nothing for is over at once, its body untouched", async () => {
    const body = new ScriptedBody([10]);
    const taken: unknown[] = [];
    let consumers = 0;
    const rig = new Rig(
      consumed(() => consumers++),
      {
        caller: {
          takeOver: (response, attempt) => {
            taken.push(response.body === body.stream, attempt === rig.attempt);
            return undefined;
          },
        },
      },
    );
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    expect([taken, consumers, rig.outcome]).toEqual([[true, true], 0, { ok: true, result: undefined }]);
    expect([body.pulls, body.cancels, rig.attempt.signal.aborted, rig.trace.at(-1)]).toEqual([0, [], false, "onFree"]);
  });

  test.each(["resolves", "rejects"])("holds the slot until what it returned %s", async (how) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const body = new ScriptedBody([10]);
    const rig = new Rig(counted(), { caller: { takeOver: () => promise } });
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    expect(rig.trace).toEqual(["start", "started, busy", "headers"]);
    if (how === "resolves") resolve();
    else reject("reset");
    await settled();
    expect(rig.outcome).toEqual(how === "resolves" ? { ok: true, result: undefined } : { ok: false, result: "reset" });
    expect([body.pulls, body.cancels, rig.trace.at(-1)]).toEqual([0, [], "onFree"]);
  });

  test("and throws fails the task with that, and the body is released", async () => {
    const error = new Error("taking over");
    const body = new ScriptedBody([10]);
    const rig = new Rig(counted(), {
      caller: {
        takeOver: () => {
          throw error;
        },
      },
    });
    rig.start();
    rig.handler.call(0).respond(body.response());
    await settled();
    expect([rig.outcome, body.isEnded]).toEqual([{ ok: false, result: error }, true]);
  });
});

test("keeps what it was made with", () => {
  const rig = new Rig(() => null);
  expect(rig.attempt.slot).toBe(rig.slot);
  expect(rig.attempt.endShift).toBe(rig.endShift);
});

test("makes no event when nobody listens", () => {
  const rig = new Rig(() => null);
  const asked: string[] = [];
  const silent = {
    hears: (type: string) => {
      asked.push(type);
      return false;
    },
    emit: () => {
      throw new Error("Nobody listens");
    },
  } as unknown as Emitter;
  const host = { ...hostOf(rig), emitter: silent };
  new Attempt(host, rig.entry, rig.slot, rig.endShift).start();
  expect(asked).toEqual(["start", "finish"]);
});

function hostOf({ clock, book, handler }: Rig): Omit<Host<Attempt>, "emitter"> {
  return {
    name: "rig",
    handler: handler.handle,
    period: 0,
    date: () => 5,
    timeout: 0,
    drain: { bytes: 1, ms: 1 },
    alarms: new Alarms(clock),
    deadlines: new Alarms(clock),
    clock,
    logger: book,
    onFinish: () => undefined,
    onFree: () => undefined,
  };
}
