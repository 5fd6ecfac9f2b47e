import { describe, expect, test, vi } from "vitest";
import { CircuitOpenError } from "../../src/api/errors.ts";
import { isTransactionTimeoutError, requestTask, type RetryEvent, type Task } from "../../src/lean.ts";
import { retry, type RetryOptions } from "../../src/retry.ts";
import { settled } from "../support/settled.ts";
import { consumed, counted, type Lab, lab, type LabOptions, request } from "../support/lab.ts";
import { repeated } from "../support/repeated.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

/** A lab with retries whose delays are not jittered. */
function retrying(options: RetryOptions = {}, more: LabOptions = {}): Lab {
  return lab({ workers: 1, retry: retry({ jitter: false, ...options }), ...more });
}

/** Answers the handler's last call. */
function answer({ handler }: Lab, status: number, headers?: HeadersInit): void {
  handler.call(-1).respond(new Response(status === 204 ? null : "body", { status, ...(headers && { headers }) }));
}

async function answerAll(it: Lab, ...statuses: number[]): Promise<void> {
  for (const status of statuses) {
    await settled();
    answer(it, status);
    await it.clock.advance(60_000);
  }
}

const retries = ({ log }: Lab): RetryEvent[] => log.of("retry");

test("70 a 503, then a 200: one finish, of attempt 2, and the consumer sees the 200 only, the first body released", async () => {
  const it = retrying();
  const seen: number[] = [];
  const body = new ScriptedBody([5]);
  it.pool.offer(consumed((response) => void seen.push(response.status)));
  it.handler.call(0).respond(new Response(body.stream, { status: 503 }));
  await settled();
  expect(body.isEnded).toBe(true);
  expect(it.log.lines).toEqual(["queue 1", "start 1", "retry 1"]);
  await it.clock.advance(299);
  expect(it.handler.calls).toHaveLength(1);
  await it.clock.advance(1);
  answer(it, 200);
  await settled();
  expect(seen).toEqual([200]);
  expect(it.log.lines).toEqual(["queue 1", "start 1", "retry 1", "start 1", "finish 1 ok"]);
  expect(it.log.finish(1)).toMatchObject({ attempt: 2, status: 200, ok: true });
});

test("71 during the rest the slot is free: with one worker another task runs", async () => {
  const it = retrying();
  it.pool.offer(counted("/angry"));
  it.pool.offer(counted("/calm"));
  answer(it, 503);
  await settled();
  expect(it.handler.paths).toEqual(["/angry", "/calm"]);
  expect([it.pool.running, it.pool.waiting]).toEqual([1, 1]);
});

test("72 a rest counts in `waiting` and against `queueSize`", async () => {
  const it = retrying({}, { queueSize: 1 });
  it.pool.offer(counted("/1"));
  it.pool.offer(counted("/2"));
  const line = it.pool.send(counted("/4"));
  answer(it, 503);
  await settled();
  // /2 has the slot, and the rest has the one place.
  expect([it.pool.waiting, it.pool.running, it.pool.senders, it.pool.offer(counted("/3"))]).toEqual([1, 1, 1, false]);
  answer(it, 503);
  await settled();
  // With no place free it takes one all the same: at most `workers` more than there are.
  expect([it.pool.waiting, it.pool.running, it.pool.senders]).toEqual([2, 0, 1]);
  await it.clock.advance(300);
  await answerAll(it, 204, 204, 204);
  await line;
  expect(it.log.of("finish").map(({ ok }) => ok)).toEqual([true, true, true]);
});

test("73 it comes back ahead of the tasks that never ran", async () => {
  const it = retrying({ delay: () => 0 });
  for (const path of ["/1", "/2", "/3"]) it.pool.offer(counted(path));
  answer(it, 503);
  await it.clock.advance(0);
  answer(it, 503);
  await it.clock.advance(0);
  await answerAll(it, 204, 204, 204);
  expect(it.handler.paths).toEqual(["/1", "/1", "/1", "/2", "/3"]);
});

describe("74 when the `limit` is exhausted", () => {
  test("the last response goes to the consumer", async () => {
    const it = retrying({ limit: 2 });
    const statuses = it.pool.run(consumed((response) => response.headers.get("x-number")));
    for (const number of ["1", "2", "3"]) {
      await settled();
      answer(it, 500, { "x-number": number });
      await it.clock.advance(60_000);
    }
    await expect(statuses).resolves.toBe("3");
    expect(it.log.finish(1)).toMatchObject({ attempt: 3, ok: true, status: 500 });
  });

  test("the last error goes to the caller, the very same", async () => {
    const it = retrying({ limit: 1 });
    const errors = [new TypeError("first"), new TypeError("last")];
    const running = it.pool.run(counted()).catch((error: unknown) => error);
    for (const error of errors) {
      await settled();
      it.handler.call(-1).fail(error);
      await it.clock.advance(60_000);
    }
    expect(await running).toBe(errors[1]);
    expect(retries(it).map(({ error }) => error)).toEqual([errors[0]]);
  });

  test("0 is no retry", async () => {
    const it = retrying({ limit: 0 });
    it.pool.offer(counted());
    await answerAll(it, 503);
    expect(it.log.finish(1)).toMatchObject({ attempt: 1, status: 503 });
  });
});

test.each<[string, RequestInit, number, boolean]>([
  ["a POST is not retried on a 500", { method: "POST" }, 500, false],
  ["it is on a 429: the server has done nothing", { method: "POST" }, 429, true],
  ["and on a 425", { method: "POST" }, 425, true],
  ["and with an Idempotency-Key on a 500", { method: "POST", headers: { "Idempotency-Key": "k" } }, 500, true],
  ["a PUT is retried on a 500", { method: "PUT" }, 500, true],
  ["a GET is not on a 501", {}, 501, false],
])("75 %s", async (_, init, status, isRetried) => {
  const it = retrying();
  it.pool.offer(() => request("/", init));
  await answerAll(it, status);
  expect(it.handler.calls).toHaveLength(isRetried ? 2 : 1);
});

describe("76 Retry-After", () => {
  test("is obeyed exactly, never earlier on the clock, and not jittered", async () => {
    const it = retrying({ jitter: (ms) => ms / 2 });
    it.pool.offer(counted());
    answer(it, 429, { "retry-after": "7" });
    await it.clock.advance(6999);
    expect(it.handler.calls).toHaveLength(1);
    await it.clock.advance(1);
    expect(it.handler.calls).toHaveLength(2);
    expect(retries(it)).toMatchObject([{ delayMs: 7000, status: 429 }]);
  });

  test("as a date goes by the wall clock", async () => {
    const it = retrying();
    it.clock.setDate(1_700_000_000_000);
    it.pool.offer(counted());
    answer(it, 503, { "retry-after": new Date(1_700_000_005_000).toUTCString() });
    await it.clock.advance(4999);
    expect(it.handler.calls).toHaveLength(1);
    await it.clock.advance(1);
    expect(it.handler.calls).toHaveLength(2);
  });

  test("of a 413 lets it be retried, which it is not without", async () => {
    const it = retrying();
    it.pool.offer(counted("/with"));
    answer(it, 413, { "retry-after": "1" });
    await it.clock.advance(1000);
    expect(it.handler.calls).toHaveLength(2);
    await answerAll(it, 413);
    expect(it.log.finish(1)).toMatchObject({ attempt: 2, status: 413 });
  });

  test("over `maxRetryAfter` is not waited for: the response is delivered", async () => {
    const it = retrying({ maxRetryAfter: 1000 });
    const status = it.pool.run(consumed((response) => response.status));
    answer(it, 503, { "retry-after": "2" });
    await expect(status).resolves.toBe(503);
  });
});

async function delaysOf(options: RetryOptions, attempts: number): Promise<number[]> {
  const it = retrying({ limit: attempts, budget: false, ...options });
  it.pool.offer(counted());
  await answerAll(it, ...repeated(attempts, 503));
  return retries(it).map(({ delayMs }) => delayMs);
}

describe("77 without a Retry-After it rests", () => {
  test.each<[string, RetryOptions, number[]]>([
    ["300 ms, then twice as long each time", {}, [300, 600, 1200]],
    ["as long as `delay` says", { delay: (count) => count }, [1, 2, 3]],
    ["`backoffLimit` at most", { backoffLimit: 500 }, [300, 500, 500]],
    ["any time up to that, with full jitter by `random`", { jitter: true, random: () => 0.5 }, [150, 300, 600]],
    ["as long as `jitter` makes of it", { jitter: (ms) => ms + 1 }, [301, 601, 1201]],
  ])("%s", async (_, options, delays) => {
    expect(await delaysOf(options, 3)).toEqual(delays);
  });
});

test("78 retries never exceed the budget: the reserve, and a share of the first attempts", async () => {
  const it = retrying(
    { budget: { ratio: 0.2, reserve: 3 }, limit: 5, delay: () => 0 },
    { handler: async () => new Response(null, { status: 503 }) },
  );
  for (let i = 1; i <= 100; i++) {
    it.pool.offer(counted());
    await it.clock.advance(1);
    expect(retries(it).length).toBeLessThanOrEqual(3 + 0.2 * i + 1e-9);
  }
  // And all of it is spent.
  expect(retries(it)).toHaveLength(22);
});

describe("79 an error of", () => {
  test("the network is retried", async () => {
    const it = retrying();
    it.pool.offer(counted());
    it.handler.call(0).fail(new TypeError("fetch failed"));
    await it.clock.advance(300);
    answer(it, 204);
    await settled();
    expect(it.log.finish(1)).toMatchObject({ ok: true, attempt: 2 });
  });

  const failing: [string, Task][] = [
    ["the consumer", consumed(() => Promise.reject(new Error("no")))],
    ["the task", () => Promise.reject(new Error("no"))],
  ];
  test.each(failing)("%s is not", async (_, task) => {
    const it = retrying({ shouldRetry: () => true }, { handler: async () => new Response("", { status: 200 }) });
    it.pool.offer(task);
    await it.clock.advance(60_000);
    expect(it.log.lines).toEqual(["queue 1", "start 1", "finish 1 failed"]);
  });

  test.each([new CircuitOpenError("example.com:443", 5), new DOMException("", "AbortError")])(
    "an open circuit, or an abort, is not: %s",
    async (error) => {
      const it = retrying();
      it.pool.offer(counted());
      it.handler.call(0).fail(error);
      await it.clock.advance(60_000);
      expect(it.log.failure(1)).toBe(error);
      expect(retries(it)).toEqual([]);
    },
  );

  test("an answer that is no response is not", async () => {
    const it = retrying({ shouldRetry: () => true });
    it.pool.offer(counted());
    it.handler.call(0).respondWith(5);
    await it.clock.advance(60_000);
    expect(it.log.failure(1)).toBeInstanceOf(TypeError);
    expect(retries(it)).toEqual([]);
  });

  test("the caller's abort is not", async () => {
    const it = retrying({ shouldRetry: () => true });
    const controller = new AbortController();
    it.pool.offer(counted(), { signal: controller.signal });
    controller.abort("given up");
    await it.clock.advance(60_000);
    expect([it.log.failure(1), retries(it)]).toEqual(["given up", []]);
  });
});

describe("80 the pool's timeout, which is per attempt,", () => {
  test("is not retried unless asked", async () => {
    const it = retrying({}, { timeout: 100 });
    it.pool.offer(counted());
    await it.clock.advance(60_000);
    expect(isTransactionTimeoutError(it.log.failure(1))).toBe(true);
    expect(it.log.finish(1).attempt).toBe(1);
  });

  test("is with `retryOnTimeout`, each attempt with all of its time", async () => {
    const it = retrying({ retryOnTimeout: true, limit: 1, delay: () => 1000 }, { timeout: 100 });
    it.pool.offer(counted());
    await it.clock.advance(1100);
    expect(it.handler.calls).toHaveLength(2);
    await it.clock.advance(99);
    answer(it, 204);
    await settled();
    expect(it.log.finish(1)).toMatchObject({ ok: true, attempt: 2 });
    expect(it.handler.call(0).init.signal.aborted).toBe(true);
  });

  test("after the consumer has the response is final", async () => {
    const it = retrying({ retryOnTimeout: true }, { timeout: 100 });
    it.pool.offer(consumed(() => new Promise(() => undefined)));
    answer(it, 200);
    await it.clock.advance(60_000);
    expect(isTransactionTimeoutError(it.log.failure(1))).toBe(true);
    expect(retries(it)).toEqual([]);
  });

  test("of a deaf handler leaves its slot taken until it settles, and the task is tried in another", async () => {
    const it = retrying({ retryOnTimeout: true, delay: () => 0 }, { timeout: 100, manners: "deaf", workers: 2 });
    it.pool.offer(counted());
    await it.clock.advance(100);
    expect([it.handler.calls.length, it.pool.running, it.pool.waiting]).toEqual([2, 2, 0]);
    answer(it, 204);
    await settled();
    expect([it.log.finish(1).attempt, it.pool.running]).toEqual([2, 1]);
    it.handler.call(0).respond();
    await settled();
    expect(it.pool.running).toBe(0);
  });
});

const stream = (): ReadableStream => new Response("body").body as ReadableStream;

describe("81 what can be sent once only is delivered as it is", () => {
  test.each<[string, (it: Lab) => unknown]>([
    ["a Request with a body", ({ pool }) => pool.offer(requestTask(request("/", { method: "PUT", body: "text" })))],
    [
      "a stream",
      ({ pool }) =>
        pool.offer(
          requestTask("https://example.com/", { method: "PUT", body: stream(), duplex: "half" } as RequestInit),
        ),
    ],
    ["a Request with a body, by fetch", ({ pool }) => pool.fetch(request("/", { method: "PUT", body: "text" }))],
    [
      "a stream, by fetch",
      ({ pool }) =>
        pool.fetch("https://example.com/", { method: "PUT", body: stream(), duplex: "half" } as RequestInit),
    ],
  ])("%s", async (_, send) => {
    const it = retrying({ shouldRetry: () => true });
    void send(it);
    await answerAll(it, 503);
    expect(it.log.finish(1)).toMatchObject({ attempt: 1, status: 503, ok: true });
  });

  test("an input of map that is the Request to send", async () => {
    const it = retrying({ shouldRetry: () => true });
    const inputs = [request("/", { method: "PUT", body: "text" })];
    const results = it.pool.map(
      inputs,
      (input) => input,
      ({ status }) => status,
    );
    const result = results.next();
    await answerAll(it, 503);
    expect(it.log.finish(1)).toMatchObject({ attempt: 1, status: 503, ok: true });
    expect(await result).toEqual({ done: false, value: 503 });
  });

  test("but an input of map that another Request is made of each time is sent again", async () => {
    const it = retrying();
    const inputs = [request("/", { method: "PUT", body: "text" })];
    const results = it.pool.map(
      inputs,
      (input) => input.clone(),
      ({ status }) => status,
    );
    const result = results.next();
    await answerAll(it, 503, 204);
    expect(await result).toEqual({ done: false, value: 204 });
  });

  test("but a task is called again, and so is a Request without a body", async () => {
    const it = retrying();
    const task = counted();
    it.pool.offer(task);
    it.pool.offer(requestTask(request("/2")));
    await answerAll(it, 503, 503, 204, 204);
    expect(task.contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(it.log.of("finish").map(({ attempt }) => attempt)).toEqual([2, 2]);
  });
});

describe("82 fetch sends the same bytes again", () => {
  const form = new FormData();
  form.set("name", "value");
  test.each<[string, BodyInit | undefined]>([
    ["of a string", "text ä"],
    ["of a Blob", new Blob(["blob"], { type: "text/x-blob" })],
    ["of parameters", new URLSearchParams({ a: "1 2" })],
    ["of a buffer", new Uint8Array([1, 2, 3])],
    ["of a form, but for its boundary", form],
    ["of nothing", undefined],
  ])("%s", async (_, body) => {
    const sent: { readonly type: string | null; readonly text: string; readonly method: string }[] = [];
    const it = retrying(
      {},
      {
        handler: async (sending) => {
          const type = sending.headers.get("content-type");
          const boundary = /boundary=(.*)/.exec(type ?? "")?.[1];
          const text = (await sending.text()).replaceAll(boundary ?? "no boundary", "…");
          expect(boundary === undefined || text.includes("…")).toBe(true);
          sent.push({ type: boundary === undefined ? type : "form", text, method: sending.method });
          return new Response(null, { status: sent.length === 1 ? 503 : 204 });
        },
      },
    );
    const answered = it.pool.fetch("https://example.com/", { method: "PUT", ...(body !== undefined && { body }) });
    // Some bodies take their time to be read.
    while (retries(it).length === 0) await settled();
    await it.clock.advance(300);
    expect((await answered).status).toBe(204);
    expect(sent).toEqual(repeated(2, sent[0]));
  });

  const bytes = new Uint8Array([65, 66, 67]);
  const part = bytes.slice();
  const moved = bytes.slice();
  const changed = new FormData();
  const parameters = new URLSearchParams({ a: "1" });
  changed.set("name", "first");
  changed.set("file", new Blob(["content"]), "a.txt");
  test.each<[string, NonNullable<RequestInit["body"]>, () => void]>([
    ["a buffer", bytes, () => bytes.fill(0)],
    ["a part of a buffer", part.subarray(1), () => part.fill(0)],
    [
      "a buffer that is moved away",
      moved.buffer,
      () => void structuredClone(moved.buffer, { transfer: [moved.buffer] }),
    ],
    ["parameters", parameters, () => parameters.set("a", "2")],
    ["a form", changed, () => changed.set("name", "second")],
  ])("as they were at the call, whatever becomes of %s", async (_, body, change) => {
    const sent: string[] = [];
    const it = retrying(
      {},
      {
        handler: async (sending) => {
          const boundary = /boundary=(.*)/.exec(sending.headers.get("content-type") ?? "")?.[1];
          sent.push((await sending.text()).replaceAll(boundary ?? "no boundary", "…"));
          return new Response(null, { status: sent.length === 1 ? 503 : 204 });
        },
      },
    );
    const answered = it.pool.fetch("https://example.com/", { method: "PUT", body });
    change();
    while (retries(it).length === 0) await settled();
    await it.clock.advance(300);
    expect((await answered).status).toBe(204);
    expect(sent[0]).not.toBe("");
    expect(sent).toEqual(repeated(2, sent[0]));
  });
});

describe("83 shouldRetry", () => {
  test.each<[string, boolean | undefined, number, boolean]>([
    ["true overrides the status", true, 404, true],
    ["false keeps from a retry", false, 503, false],
    ["undefined leaves it to the rules", undefined, 404, false],
    ["undefined leaves it to the rules, also where they say yes", undefined, 503, true],
  ])("%s", async (_, verdict, status, isRetried) => {
    const shouldRetry = vi.fn<NonNullable<RetryOptions["shouldRetry"]>>(() => verdict);
    const it = retrying({ shouldRetry });
    it.pool.offer(counted());
    answer(it, status);
    await it.clock.advance(60_000);
    expect(it.handler.calls).toHaveLength(isRetried ? 2 : 1);
    expect(shouldRetry.mock.calls[0]?.[0]).toMatchObject({ retryCount: 1, error: undefined, response: { status } });
  });

  test("that throws is logged by name, and the response delivered", async () => {
    const error = new Error("no");
    const it = retrying({
      shouldRetry: () => {
        throw error;
      },
    });
    it.pool.offer(counted());
    await answerAll(it, 503);
    expect(it.log.finish(1)).toMatchObject({ ok: true, status: 503, attempt: 1 });
    expect(it.book.errors.flat()).toContain(error);
    expect(String(it.book.errors[0]?.[0])).toContain("shouldRetry");
  });

  test("is not asked of a 2xx", async () => {
    const it = retrying({ shouldRetry: () => true });
    it.pool.offer(counted());
    await answerAll(it, 204);
    expect(it.log.finish(1)).toMatchObject({ ok: true, attempt: 1 });
  });
});

function resting(more: LabOptions = {}): Lab {
  const it = retrying({}, more);
  it.pool.offer(counted());
  answer(it, 503);
  return it;
}

describe("84 a rest", () => {
  test("is waited for by close", async () => {
    const it = resting();
    await settled();
    const closed = vi.fn<() => void>();
    void it.pool.close().then(closed);
    await it.clock.advance(299);
    expect(closed).not.toHaveBeenCalled();
    await it.clock.advance(1);
    answer(it, 204);
    await settled();
    expect(closed).toHaveBeenCalledOnce();
  });

  test("is ended by abort at once", async () => {
    const it = resting();
    await settled();
    void it.pool.abort("why");
    expect(it.log.finish(1)).toMatchObject({ ok: false, error: "why", attempt: 1 });
    expect("slot" in it.log.finish(1)).toBe(false);
    expect([it.clock.timers, it.pool.waiting]).toEqual([0, 0]);
  });

  test("is ended by the caller's signal at once", async () => {
    const it = retrying();
    const controller = new AbortController();
    const running = it.pool.run(counted(), { signal: controller.signal }).catch((error: unknown) => error);
    answer(it, 503);
    await settled();
    controller.abort("why");
    expect(await running).toBe("why");
    expect([it.clock.timers, it.pool.waiting, it.handler.calls.length]).toEqual([0, 0, 1]);
  });

  test("that is over is ended by it too, while it waits for a slot", async () => {
    const it = retrying();
    const controller = new AbortController();
    it.pool.offer(counted("/1"), { signal: controller.signal });
    it.pool.offer(counted("/2"));
    answer(it, 503);
    await it.clock.advance(300);
    expect(it.handler.paths).toEqual(["/1", "/2"]);
    controller.abort("why");
    expect([it.log.failure(1), it.pool.waiting]).toEqual(["why", 0]);
    answer(it, 204);
    await it.clock.advance(300);
    expect(it.handler.calls).toHaveLength(2);
  });

  test("is kept from starting by pause, which leaves no timer behind", async () => {
    const it = resting();
    await settled();
    it.pool.pause();
    expect(it.clock.timers).toBe(0);
    await it.clock.advance(1000);
    expect(it.handler.calls).toHaveLength(1);
    it.pool.resume();
    expect(it.handler.calls).toHaveLength(2);
    expect(it.log.of("start").at(-1)?.waitedMs).toBe(700);
  });

  test("ends in the abort, when that comes while the first body is released", async () => {
    const it = retrying({}, { drain: { ms: 1000 } });
    const controller = new AbortController();
    it.pool.offer(counted(), { signal: controller.signal });
    it.handler.call(0).respond(new Response(new ScriptedBody([5], "hang").stream, { status: 503 }));
    await settled();
    controller.abort("why");
    await it.clock.advance(60_000);
    expect(it.log.lines).toEqual(["queue 1", "start 1", "finish 1 failed"]);
    expect([it.log.failure(1), it.pool.running, it.handler.calls.length]).toEqual(["why", 0, 1]);
  });
});

describe("84 whoever hears of a retry", () => {
  test("may abort the pool, and it is over", async () => {
    const it = retrying({ delay: () => 0 });
    it.pool.on("retry", () => void it.pool.abort("why"));
    it.pool.offer(counted());
    answer(it, 503);
    await it.clock.advance(60_000);
    expect(it.log.lines).toEqual(["queue 1", "start 1", "retry 1", "finish 1 failed"]);
    expect([it.log.failure(1), it.pool.running, it.pool.waiting, it.handler.calls.length]).toEqual(["why", 0, 0, 1]);
  });

  test("may abort the caller's signal, and it is over", async () => {
    const it = retrying({ delay: () => 0 });
    const controller = new AbortController();
    it.pool.on("retry", () => controller.abort("why"));
    const running = it.pool.run(counted(), { signal: controller.signal }).catch((error: unknown) => error);
    answer(it, 503);
    expect(await running).toBe("why");
    expect([it.pool.running, it.pool.waiting, it.handler.calls.length]).toEqual([0, 0, 1]);
  });

  test("sees it counted as waiting", async () => {
    const it = retrying();
    const waiting: number[] = [];
    it.pool.on("retry", () => void waiting.push(it.pool.waiting));
    it.pool.offer(counted());
    answer(it, 503);
    await settled();
    expect(waiting).toEqual([1]);
  });
});

test("85 the events tell of each attempt, and every queue has one finish", async () => {
  const it = retrying({ limit: 5 }, { name: "p" });
  it.pool.offer(counted());
  it.clock.jump(20);
  answer(it, 503);
  await it.clock.advance(350);
  it.handler.call(1).fail(new TypeError("fetch failed"));
  await it.clock.advance(600);
  answer(it, 204);
  await settled();
  const origin = "https://example.com";
  expect(it.log.events).toEqual([
    { type: "queue", pool: "p", id: 1, waiting: 1 },
    { type: "start", pool: "p", id: 1, attempt: 1, slot: 0, waitedMs: 0 },
    { type: "headers", pool: "p", id: 1, attempt: 1, slot: 0, status: 503, ttfbMs: 20 },
    {
      type: "retry",
      pool: "p",
      id: 1,
      attempt: 1,
      slot: 0,
      method: "GET",
      origin,
      status: 503,
      durationMs: 20,
      delayMs: 300,
    },
    { type: "start", pool: "p", id: 1, attempt: 2, slot: 0, waitedMs: 0 },
    {
      type: "retry",
      pool: "p",
      id: 1,
      attempt: 2,
      slot: 0,
      method: "GET",
      origin,
      error: expect.any(TypeError),
      durationMs: 50,
      delayMs: 600,
    },
    { type: "start", pool: "p", id: 1, attempt: 3, slot: 0, waitedMs: 0 },
    { type: "headers", pool: "p", id: 1, attempt: 3, slot: 0, status: 204, ttfbMs: 0 },
    {
      type: "finish",
      pool: "p",
      id: 1,
      attempt: 3,
      slot: 0,
      method: "GET",
      origin,
      status: 204,
      durationMs: 0,
      ok: true,
    },
  ]);
  expect(it.log.events.every(Object.isFrozen)).toBe(true);
});

test("87 onIdle waits for rests", async () => {
  const it = retrying();
  it.pool.offer(counted());
  answer(it, 503);
  await settled();
  const idle = vi.fn<() => void>();
  void it.pool.onIdle().then(idle);
  await it.clock.advance(299);
  expect(idle).not.toHaveBeenCalled();
  await it.clock.advance(1);
  answer(it, 204);
  await settled();
  expect(idle).toHaveBeenCalledOnce();
});

test("88 one timer for all rests, and none when idle", async () => {
  const it = retrying(
    { delay: (count) => count * 10, budget: false },
    { workers: 10, handler: async () => new Response(null, { status: 503 }) },
  );
  for (let i = 0; i < 10; i++) it.pool.offer(counted());
  await settled();
  expect([it.pool.waiting, it.clock.timers]).toEqual([10, 1]);
  await it.clock.advance(60_000);
  expect([it.pool.waiting, it.clock.timers]).toEqual([0, 0]);
  expect(it.log.of("finish")).toHaveLength(10);
});
