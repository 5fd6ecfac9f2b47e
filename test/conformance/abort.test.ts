import { describe, expect, test } from "vitest";
import { isDispatcherClosedError } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { consumed, counted, type Lab, lab } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

const nothing = (): void => undefined;

/** Puts a task of the caller's into each phase, and says how to get it there. */
const phases: Record<string, (signal: AbortSignal) => Promise<Lab & { result: Promise<unknown>; id: number }>> = {
  "in the queue": async (signal) => {
    const made = lab({ workers: 1 });
    made.pool.offer(counted());
    return { ...made, result: made.pool.run(counted("/mine"), { signal }), id: 2 };
  },
  "in the queue, paced": async (signal) => {
    const made = lab({ workers: 1, period: 1000 });
    made.pool.offer(() => null);
    return { ...made, result: made.pool.run(counted("/mine"), { signal }), id: 2 };
  },
  "in the queue, paused": async (signal) => {
    const made = lab({ workers: 1 });
    made.pool.pause();
    return { ...made, result: made.pool.run(counted("/mine"), { signal }), id: 1 };
  },
  "while its request is made": async (signal) => {
    const made = lab({ workers: 1 });
    return { ...made, result: made.pool.run(() => new Promise(() => undefined), { signal }), id: 1 };
  },
  "in flight": async (signal) => {
    const made = lab({ workers: 1 });
    return { ...made, result: made.pool.run(counted("/mine"), { signal }), id: 1 };
  },
  "in the consumer": async (signal) => {
    const made = lab({ workers: 1 });
    const result = made.pool.run(
      consumed(() => new Promise(() => undefined)),
      { signal },
    );
    made.handler.call(0).respond(new ScriptedBody([1], "hang").response());
    await settled();
    return { ...made, result, id: 1 };
  },
  "in the clean-up": async (signal) => {
    const made = lab({ workers: 1 });
    const result = made.pool.run(counted(), { signal });
    made.handler.call(0).respond(new ScriptedBody([1], "hang").response());
    await settled();
    return { ...made, result, id: 1 };
  },
};

describe("the caller's signal", () => {
  test("reaches a task that send() has queued at once", async () => {
    const { pool, log } = lab({ workers: 1 });
    const caller = new AbortController();
    pool.offer(counted());
    await pool.send(counted("/mine"), { signal: caller.signal });
    const reason = new Error("given up");
    caller.abort(reason);
    expect(log.failure(2)).toBe(reason);
  });

  for (const [phase, reach] of Object.entries(phases)) {
    test.each([new Error("given up"), null, undefined, "text"])(
      `${phase}, gives the task up with its reason, %o`,
      async (reason) => {
        const caller = new AbortController();
        const { pool, log, result, id } = await reach(caller.signal);
        expect(listenerCount(caller.signal)).toBe(1);
        const failure = result.catch((error: unknown) => [error]);
        caller.abort(reason);
        const given: unknown = caller.signal.reason;
        expect(log.failure(id)).toBe(given);
        expect(listenerCount(caller.signal)).toBe(0);
        expect(await failure).toEqual([given]);
        expect(pool.senders).toBe(0);
        await pool.abort();
        await settled();
        expect(pool.running).toBe(0);
        expect(new Set(log.of("finish").map((event) => event.id)).size).toBe(log.of("finish").length);
      },
    );
  }

  test.each([new Error("given up"), null, "text"])(
    "in the line of senders, turns it away with its reason, %o",
    async (reason) => {
      const { pool, log } = lab({ workers: 1, queueSize: 1 });
      pool.offer(counted());
      pool.offer(counted());
      const caller = new AbortController();
      const failure = pool.send(counted(), { signal: caller.signal }).catch((error: unknown) => [error]);
      const behind = pool.run(counted());
      expect([pool.senders, listenerCount(caller.signal)]).toEqual([2, 1]);
      caller.abort(reason);
      expect(log.events.at(-1)).toEqual({ type: "reject", pool: pool.name, reason: "aborted", error: reason });
      expect([pool.senders, listenerCount(caller.signal)]).toEqual([1, 0]);
      expect(await failure).toEqual([reason]);
      const closing = pool.close();
      await expect(behind).rejects.toThrow("closed");
      await pool.abort();
      await closing;
      expect(log.of("finish")).toHaveLength(2);
    },
  );

  test("in flight, is handed on to the handler, whose signal is another", () => {
    const { pool, handler } = lab({ manners: "deaf" });
    const caller = new AbortController();
    pool.offer(counted(), { signal: caller.signal });
    const { signal } = handler.call(0).init;
    expect(signal).not.toBe(caller.signal);
    caller.abort("reason");
    expect([signal.aborted, signal.reason]).toEqual([true, "reason"]);
  });

  test("reaches a handler, or a task, that looks at its signal only afterwards", async () => {
    const { pool } = lab({ handler: () => new Promise(() => undefined) });
    const caller = new AbortController();
    const { promise: looked, resolve } = Promise.withResolvers<unknown>();
    pool.offer(
      async (context) => {
        await settled();
        resolve([context.signal.aborted, context.signal.reason]);
        return null;
      },
      { signal: caller.signal },
    );
    caller.abort(null);
    expect(await looked).toEqual([true, null]);
  });

  test("has one listener, however many tasks share it, until the last of them is done", async () => {
    const { pool, handler } = lab({ workers: 2, queueSize: 2 });
    const { signal } = new AbortController();
    for (let i = 0; i < 4; i++) pool.offer(counted(), { signal });
    const sent = pool.send(counted(), { signal });
    expect(listenerCount(signal)).toBe(1);
    for (let i = 0; i < 5; i++) {
      expect(listenerCount(signal)).toBe(1);
      handler.call(i).respond();
      await settled();
    }
    await sent;
    expect(listenerCount(signal)).toBe(0);
  });

  test("shared by tasks in all phases gives all of them up", async () => {
    const { pool, log } = lab({ workers: 1, queueSize: 2 });
    const { signal, abort } = controller();
    const results = Array.from({ length: 5 }, () => pool.run(counted(), { signal }).catch((error: unknown) => error));
    abort("all");
    expect(await Promise.all(results)).toEqual(Array(5).fill("all"));
    expect(log.of("finish").length + log.of("reject").length).toBe(5);
    expect([pool.waiting, pool.senders]).toEqual([0, 0]);
    await settled();
    expect(pool.running).toBe(0);
  });

  test("shared with a sender in line turns the sender away: it does not let it in first", async () => {
    const { pool, log } = lab({ workers: 1, queueSize: 1 });
    const { signal, abort } = controller();
    pool.offer(counted());
    pool.offer(counted(), { signal });
    const sent = pool.send(counted(), { signal });
    abort("both");
    await expect(sent).rejects.toBe("both");
    expect(log.lines).toEqual(["queue 1", "start 1", "queue 2", "finish 2 failed", "reject aborted"]);
    expect([pool.waiting, pool.senders]).toEqual([0, 0]);
  });

  test("of a task that has finished is heard no more", async () => {
    const { pool, log, handler } = lab();
    const { signal, abort } = controller();
    pool.offer(counted(), { signal });
    handler.call(0).respond();
    await pool.onIdle();
    abort("too late");
    expect(log.lines).toEqual(["queue 1", "start 1", "finish 1 ok"]);
  });

  test("aborted by the `queue` listener of its own task drops it: it never starts", async () => {
    const { pool, log } = lab();
    const { signal, abort } = controller();
    pool.once("queue", () => abort("at once"));
    const task = counted();
    await expect(pool.run(task, { signal })).rejects.toBe("at once");
    expect(log.lines).toEqual(["queue 1", "finish 1 failed"]);
    expect(task.contexts).toEqual([]);
  });

  test("aborted by the `start` listener of its own task: the task is not called", async () => {
    const { pool, log } = lab({ workers: 1 });
    const { signal, abort } = controller();
    pool.once("start", () => abort("at the start"));
    const task = counted();
    await expect(pool.run(task, { signal })).rejects.toBe("at the start");
    expect(log.lines).toEqual(["queue 1", "start 1", "finish 1 failed"]);
    expect([task.contexts, pool.running]).toEqual([[], 0]);
  });

  test("aborted by the `headers` listener: the consumer is not called, the body is cancelled", async () => {
    const { pool, log, handler } = lab({ workers: 1 });
    const { signal, abort } = controller();
    pool.once("headers", () => abort("at the headers"));
    let consumers = 0;
    const result = pool.run(
      consumed(() => consumers++),
      { signal },
    );
    const body = new ScriptedBody([10], "hang");
    handler.call(0).respond(body.response());
    await expect(result).rejects.toBe("at the headers");
    expect([consumers, body.cancels.length, pool.running]).toEqual([0, 1, 0]);
    expect(log.finish(1)).toMatchObject({ ok: false, status: 200 });
  });

  test("aborted by the task, the handler or the consumer it concerns", async () => {
    for (const phase of ["task", "handler", "consumer"]) {
      const { signal, abort } = controller();
      const at = (here: string): void => {
        if (here === phase) abort(phase);
      };
      const { pool, log } = lab({
        workers: 1,
        handler: async () => {
          at("handler");
          return new Response("x");
        },
      });
      const inner = consumed(() => at("consumer"));
      const task: typeof inner = (context) => {
        at("task");
        return inner(context);
      };
      await expect(pool.run(task, { signal })).rejects.toBe(phase);
      await pool.close();
      await settled();
      expect([log.lines.at(-1), pool.running]).toEqual(["finish 1 failed", 0]);
    }
  });
});

describe("a task given up while it waits", () => {
  test("makes room at once: for the first in line, or for an offer", async () => {
    const { pool, log } = lab({ workers: 1, queueSize: 1 });
    const [one, two] = [controller(), controller()];
    pool.offer(counted());
    pool.offer(counted(), { signal: one.signal });
    const sent = pool.send(counted(), { signal: two.signal });
    one.abort("one");
    await sent;
    expect(log.lines.slice(-2)).toEqual(["finish 2 failed", "queue 3"]);
    expect(pool.offer(counted())).toBe(false);
    two.abort("two");
    expect(pool.offer(counted())).toBe(true);
  });

  test("as the only one lets a sender in, who starts when the slot is due", async () => {
    const { pool, clock, handler, log } = lab({ workers: 1, queueSize: 1, period: 100 });
    pool.offer(counted("/1"));
    handler.call(0).respond();
    await settled();
    const { signal, abort } = controller();
    pool.offer(counted("/2"), { signal });
    const sent = pool.send(counted("/3"));
    abort("two");
    await sent;
    await clock.advance(100);
    expect(handler.paths).toEqual(["/1", "/3"]);
    expect(log.lines.slice(-2)).toEqual(["queue 3", "start 3"]);
  });

  test("from the middle leaves the others in order", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const { signal, abort } = controller();
    for (let i = 0; i < 5; i++) pool.offer(counted(`/${i}`), i === 2 || i === 4 ? { signal } : {});
    abort("some");
    for (let i = 0; i < 3; i++) {
      handler.call(i).respond();
      await settled();
    }
    expect(handler.paths).toEqual(["/0", "/1", "/3"]);
    await pool.close();
  });
});

describe("abort()", () => {
  test("drops what waits, aborts what runs, turns senders away and refuses what comes", async () => {
    const { pool, log, handler } = lab({ workers: 1, queueSize: 1 });
    const results = Array.from({ length: 4 }, () => pool.run(counted()).catch((error: unknown) => error));
    const reason = new Error("enough");
    const closing = pool.abort(reason);
    expect(pool.closed).toBe(true);
    const [running, waiting, ...inLine] = await Promise.all(results);
    expect(running).toBe(reason);
    expect(waiting).toBe(reason);
    for (const error of inLine) expect(isDispatcherClosedError(error)).toBe(true);
    expect(handler.call(0).init.signal.reason).toBe(reason);
    await closing;
    expect(log.lines.slice(-4).toSorted()).toEqual([
      "finish 1 failed",
      "finish 2 failed",
      "reject closed",
      "reject closed",
    ]);
    expect(() => pool.offer(counted())).toThrow("closed");
    await settled();
    expect([pool.running, pool.waiting, pool.senders]).toEqual([0, 0, 0]);
  });

  test("without a reason it is an AbortError", async () => {
    const { pool, log } = lab();
    pool.offer(counted());
    await pool.abort();
    expect(log.failure(1)).toBeInstanceOf(DOMException);
    expect(log.failure(1)).toMatchObject({ name: "AbortError", message: "The pool was aborted" });
  });

  test.each([null, "text", 0])("a reason of %o is passed on", async (reason) => {
    const { pool, log, handler } = lab({ workers: 1 });
    pool.offer(counted());
    pool.offer(counted());
    await pool.abort(reason);
    expect([log.failure(1), log.failure(2)]).toEqual([reason, reason]);
    expect(handler.call(0).init.signal.reason).toBe(reason);
  });

  test("after close() cuts the waiting short, with the same promise", async () => {
    const { pool, log } = lab({ workers: 1 });
    pool.offer(counted());
    pool.offer(counted());
    const closing = pool.close();
    expect(pool.abort("now")).toBe(closing);
    await closing;
    expect(log.lines.slice(-2)).toEqual(["finish 2 failed", "finish 1 failed"]);
  });

  test("of a paused pool ends too", async () => {
    const { pool } = lab({ workers: 1 });
    pool.pause();
    pool.offer(counted());
    await pool.abort("paused");
    expect([pool.paused, pool.waiting]).toEqual([false, 0]);
  });

  test("again changes nothing: the first reason counts", async () => {
    const { pool, log } = lab({ workers: 1, manners: "deaf" });
    pool.offer(counted());
    await pool.abort("first");
    await pool.abort("second");
    expect(log.failure(1)).toBe("first");
  });

  test("from inside a task, a handler or a consumer ends that task too", async () => {
    for (const phase of ["task", "handler", "consumer"]) {
      let stop: () => void = nothing;
      const at = (here: string): void => {
        if (here === phase) stop();
      };
      const { pool, log } = lab({
        workers: 1,
        handler: async () => {
          at("handler");
          return new Response("x");
        },
      });
      stop = () => void pool.abort(phase);
      const inner = consumed(() => at("consumer"));
      pool.offer((context) => {
        at("task");
        return inner(context);
      });
      await pool.close();
      await settled();
      expect([log.failure(1), pool.running]).toEqual([phase, 0]);
    }
  });

  test("with a finish listener that aborts a waiting task's own signal finishes nothing twice and loses nothing", async () => {
    const { pool, log } = lab({ workers: 1 });
    const { signal, abort } = controller();
    pool.offer(counted());
    pool.offer(counted(), { signal });
    pool.offer(counted());
    pool.once("finish", () => abort("mine"));
    await pool.abort();
    expect(log.of("finish").map(({ id }) => id)).toEqual([2, 3, 1]);
    expect(pool.waiting).toBe(0);
  });

  test("by a listener, while a signal shared by several tasks aborts, finishes each task once", async () => {
    const { pool, log } = lab({ workers: 1 });
    const { signal, abort } = controller();
    pool.offer(counted());
    for (let i = 0; i < 3; i++) pool.offer(counted(), { signal });
    pool.offer(counted());
    pool.once("finish", () => void pool.abort("stop"));
    abort("shared");
    await pool.close();
    const ids = log.of("finish").map(({ id }) => id);
    expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(pool.waiting).toBe(0);
  });
});

describe("a deaf handler, which ignores its signal", () => {
  test("finish comes at once; the slot stays taken until it settles; close() and onIdle() don't wait for it", async () => {
    const { pool, log, handler } = lab({ workers: 1, manners: "deaf" });
    const { signal, abort } = controller();
    pool.offer(counted(), { signal });
    abort("given up");
    expect(log.failure(1)).toBe("given up");
    await pool.onIdle();
    pool.offer(counted());
    await settled();
    expect([pool.running, pool.waiting, handler.calls.length]).toEqual([1, 1, 1]);
    handler.call(0).respond();
    await settled();
    expect([pool.running, pool.waiting, handler.calls.length]).toEqual([1, 0, 2]);
    await pool.abort();
    expect(pool.running).toBe(1);
    handler.call(1).respond();
    await settled();
    expect(pool.running).toBe(0);
    expect(log.of("finish")).toHaveLength(2);
  });

  test.each([["rejects"], ["resolves to nothing"], ["resolves to no Response"]])(
    "that %s late gives its slot back",
    async (how) => {
      const { pool, log, handler } = lab({ workers: 1, manners: "deaf" });
      const { signal, abort } = controller();
      pool.offer(counted(), { signal });
      abort("given up");
      if (how === "rejects") handler.call(0).fail(new Error("late"));
      else handler.call(0).respondWith(how === "resolves to nothing" ? null : 5);
      await settled();
      expect(pool.running).toBe(0);
      expect(log.of("finish")).toHaveLength(1);
      pool.offer(counted());
      expect(handler.calls).toHaveLength(2);
    },
  );

  test("whose body the consumer lets go of only after the abort: it is cancelled then", async () => {
    const { pool, log, handler } = lab({ workers: 1, manners: "deaf" });
    const { signal, abort } = controller();
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const body = new ScriptedBody([10], "hang");
    const consumer = async (response: Response): Promise<void> => {
      const reader = response.body?.getReader();
      await told;
      reader?.releaseLock();
    };
    pool.offer(consumed(consumer), { signal });
    handler.call(0).respond(body.response());
    await settled();
    abort("given up");
    expect([log.failure(1), body.cancels]).toEqual(["given up", []]);
    tell();
    await settled();
    expect([body.cancels.length, body.pulls]).toEqual([1, 0]);
  });

  test("that answers late: the body is released, the consumer is not called, no event comes", async () => {
    const { pool, log, handler } = lab({ workers: 1, timeout: 100, manners: "deaf" });
    let consumers = 0;
    const { signal, abort } = controller();
    pool.offer(
      consumed(() => consumers++),
      { signal },
    );
    abort("given up");
    const before = log.events.length;
    const body = new ScriptedBody([10, 10]);
    handler.call(0).respond(body.response());
    await settled();
    expect([body.isEnded, consumers, pool.running]).toEqual([true, 0, 0]);
    expect(log.events).toHaveLength(before);
  });
});

function controller(): { signal: AbortSignal; abort: (reason: unknown) => void } {
  const made = new AbortController();
  return { signal: made.signal, abort: (reason) => made.abort(reason) };
}
