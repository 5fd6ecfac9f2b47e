import { describe, expect, test, vi } from "vitest";
import { TaskExpiredError } from "../../../src/api/errors.ts";
import type { Task } from "../../../src/api/task.ts";
import { lanes } from "../../../src/lanes.ts";
import { retry } from "../../../src/retry.ts";
import { deliver } from "../../../src/engines/outcome.ts";
import { perishableTask, requestTask } from "../../../src/tasks.ts";
import { settled } from "../../support/settled.ts";
import { consumed, lab, request } from "../../support/lab.ts";
import { listenerCount } from "../../support/listener-count.ts";

const answer = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers });

describe("deliver", () => {
  test("tells what the consumer returned, the status and the attempts", async () => {
    const { pool, handler } = lab();
    const delivery = deliver(pool, () => consumed((response) => response.status * 2), 3);
    await settled();
    handler.call(0).respond(answer(201));
    expect(await delivery).toEqual({ outcome: { ok: true, status: 201, attempts: 3 }, value: 402, isCut: false });
  });

  test.for([
    ["a Request", () => request()],
    ["a promise of one", async () => request()],
    ["a Transaction without a consumer", () => ({ request: request() })],
  ] as const)("learns the status of %s", async ([, task]) => {
    const { pool, handler } = lab();
    const delivery = deliver(pool, () => task as Task, 1);
    await settled();
    handler.call(0).respond(answer(500));
    expect(await delivery).toMatchObject({ outcome: { ok: true, status: 500 }, value: undefined });
  });

  test("nothing for a task, and a task that sends nothing, are no failures", async () => {
    const { pool, handler } = lab();
    const nothing = { outcome: { ok: true, attempts: 1 }, value: undefined, isCut: false };
    expect(await deliver(pool, () => null, 1)).toEqual(nothing);
    expect(await deliver(pool, async () => undefined, 1)).toEqual(nothing);
    expect(await deliver(pool, () => () => null, 1)).toEqual(nothing);
    expect(handler.calls).toEqual([]);
  });

  test("what makes no task fails with what it throws, or says what was expected", async () => {
    const { pool, handler } = lab();
    const error = new RangeError("no url");
    const thrown = await deliver(
      pool,
      () => {
        throw error;
      },
      1,
    );
    expect(thrown).toEqual({ outcome: { ok: false, error, attempts: 1 }, value: undefined, isCut: false });
    const wrong = await deliver(pool, () => "https://example.com" as never, 1);
    expect(String(wrong.outcome.error)).toContain("Expected `task` to be a function");
    const odd = deliver(pool, () => (() => "https://example.com") as never, 1);
    expect(String((await odd).outcome.error)).toContain("Expected the task to make");
    expect(handler.calls).toEqual([]);
  });

  test("Retry-After is read by the pool's wall clock, from a status of 400 on", async () => {
    const { pool, handler, clock } = lab();
    const told = async (status: number, value: string): Promise<number | undefined> => {
      const delivery = deliver(pool, () => requestTask("https://example.com/"), 1);
      await settled();
      handler.call(-1).respond(answer(status, { "retry-after": value }));
      return (await delivery).outcome.retryAfterMs;
    };
    expect(await told(429, "7")).toBe(7000);
    const inTwoSeconds = new Date(Math.ceil(clock.date() / 1000) * 1000 + 2000);
    expect(await told(503, inTwoSeconds.toUTCString())).toBe(inTwoSeconds.getTime() - clock.date());
    expect(await told(500, "soon")).toBeUndefined();
    expect(await told(301, "7")).toBeUndefined();
  });

  test("a consumer that fails leaves the status and Retry-After known", async () => {
    const { pool, handler } = lab();
    const error = new Error("not ok");
    const delivery = deliver(pool, () => consumed(() => Promise.reject(error)), 1);
    await settled();
    handler.call(0).respond(answer(429, { "retry-after": "2" }));
    const outcome = { ok: false, status: 429, error, retryAfterMs: 2000, attempts: 1 };
    expect(await delivery).toEqual({ outcome, value: undefined, isCut: false });
  });

  test("in a pool with retries it is the last attempt's", async () => {
    const { pool, handler, clock } = lab({ retry: retry({ limit: 1, jitter: false }) });
    const delivery = deliver(pool, () => requestTask("https://example.com/"), 1);
    await settled();
    handler.call(0).respond(answer(503, { "retry-after": "1" }));
    await clock.advance(1000);
    const error = new TypeError("fetch failed");
    handler.call(1).fail(error);
    expect((await delivery).outcome).toEqual({ ok: false, error, attempts: 1 });
  });

  test("a request without any response is a failure, also where nobody would read one", async () => {
    const { pool, handler } = lab();
    const delivery = deliver(pool, () => () => request(), 1);
    await settled();
    handler.call(0).respond(null);
    expect((await delivery).outcome).toMatchObject({ ok: false, error: expect.any(TypeError) as unknown });
  });

  test("the task keeps its lane, and its upload is cancelled when it is given up", async () => {
    const { pool, handler } = lab({ workers: 1, lanes: lanes({ workers: 1 }) });
    const reasons: unknown[] = [];
    const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    void deliver(pool, () => requestTask("https://one.example/"), 1);
    const waiting = deliver(pool, () => requestTask("https://two.example/", { method: "POST", body }), 1);
    await settled();
    expect([...pool.lanes().keys()].toSorted()).toEqual(["https://one.example", "https://two.example"]);
    const reason = new Error("the end");
    await pool.abort(reason);
    expect((await waiting).isCut).toBe(true);
    expect([handler.calls.length, reasons]).toEqual([1, [reason]]);
  });

  test("is given up while its task is being made, and what is made too late is never sent and let go", async () => {
    const { pool, handler } = lab();
    const { signal, abort } = controller();
    const slow = Promise.withResolvers<Task>();
    const delivery = deliver(pool, () => slow.promise, 1, { signal });
    await settled();
    abort("enough");
    const outcome = { ok: false, error: "enough", attempts: 1 };
    expect(await delivery).toEqual({ outcome, value: undefined, isCut: false });
    const reasons: unknown[] = [];
    const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    slow.resolve(requestTask("https://example.com/", { method: "POST", body }));
    await settled();
    expect([handler.calls, reasons]).toEqual([[], ["enough"]]);
    const make = vi.fn<() => Task>();
    expect(await deliver(pool, make, 1, { signal })).toMatchObject({ outcome });
    expect(make).not.toHaveBeenCalled();
  });

  test("leaves no listener on a signal that nobody aborts", async () => {
    const { signal } = controller();
    await deliver(lab().pool, async () => null, 1, { signal });
    expect(listenerCount(signal)).toBe(0);
  });

  test("a task's own signal is followed, and null means none", async () => {
    const { pool, handler } = lab();
    const own = new AbortController();
    const one = deliver(pool, () => () => request("/", { signal: own.signal }), 1);
    const two = deliver(pool, () => () => ({ request: request("/", { signal: own.signal }), signal: null }), 1);
    await settled();
    own.abort("enough");
    expect((await one).outcome.error).toBe("enough");
    handler.call(1).respond();
    expect((await two).outcome.ok).toBe(true);
  });
});

describe("what the end of a pool cuts short", () => {
  const cut = { isCut: true };

  test("a task that comes after it", async () => {
    const { pool } = lab();
    await pool.close();
    expect(await deliver(pool, () => requestTask("https://example.com/"), 1)).toMatchObject(cut);
  });

  test("what waits, what is sent and what is being read", async () => {
    const { pool, handler } = lab({ workers: 2 });
    const read = deliver(pool, () => consumed(() => new Promise(() => undefined)), 1);
    const sent = deliver(pool, () => () => request(), 1);
    const waiting = deliver(pool, () => () => request(), 1);
    await settled();
    handler.call(0).respond(answer(200));
    await settled();
    await pool.abort();
    expect([await read, await sent, await waiting]).toMatchObject([cut, cut, cut]);
  });

  test("what rests between two attempts", async () => {
    const { pool, handler } = lab({ retry: retry() });
    const resting = deliver(pool, () => requestTask("https://example.com/"), 1);
    await settled();
    handler.call(0).fail(new TypeError("fetch failed"));
    await settled();
    await pool.abort("the end");
    expect(await resting).toMatchObject(cut);
  });

  test("not what ends by itself meanwhile, what its caller gives up, or what takes too long", async () => {
    const { pool, handler, clock } = lab({ timeout: 1000 });
    const { signal, abort } = controller();
    const error = new Error("of the consumer");
    const failing = deliver(pool, () => consumed(() => Promise.reject(error)), 1);
    const expired = deliver(pool, () => perishableTask(0, requestTask("https://example.com/")), 1);
    const cancelled = deliver(pool, () => () => request(), 1, { signal });
    const late = deliver(pool, () => () => request(), 1);
    await settled();
    void pool.close();
    handler.call(0).respond(answer(200));
    abort("enough");
    await clock.advance(1000);
    const all = await Promise.all([failing, expired, cancelled, late]);
    expect(all.map(({ isCut }) => isCut)).toEqual([false, false, false, false]);
    expect(all.map(({ outcome }) => outcome.error)).toMatchObject([error, expect.any(TaskExpiredError), "enough", {}]);
  });

  test("not a message that no task can be made of, nor a task that fails when it is called again", async () => {
    const { pool, handler, clock } = lab({ retry: retry({ jitter: false, delay: () => 1000 }) });
    const error = new RangeError("too late");
    let calls = 0;
    const failing = deliver(
      pool,
      () => () => {
        if (++calls > 1) throw error;
        return request();
      },
      1,
    );
    await settled();
    handler.call(0).fail(new TypeError("fetch failed"));
    await settled();
    void pool.close();
    await clock.advance(1000);
    expect(await failing).toMatchObject({ isCut: false, outcome: { error } });
    const unmade = deliver(pool, () => Promise.reject(error), 1);
    expect(await unmade).toMatchObject({ isCut: false, outcome: { error } });
  });

  test("not a failure of a pool that is open", async () => {
    const { pool, handler } = lab();
    const delivery = deliver(pool, () => () => request(), 1);
    await settled();
    handler.call(0).fail(new TypeError("fetch failed"));
    expect(await delivery).toMatchObject({ isCut: false, outcome: { ok: false } });
  });
});

function controller(): { readonly signal: AbortSignal; readonly abort: (reason: unknown) => void } {
  const own = new AbortController();
  return { signal: own.signal, abort: (reason) => own.abort(reason) };
}
