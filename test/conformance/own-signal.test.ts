import { describe, expect, test } from "vitest";
import { filteredTask, perishableTask, requestTask, type Task } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { counted, lab, request } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

const URL_A = "https://example.com/a";
const REASON = new Error("given up");

/** The ways in which a task may bring a signal of its own. */
const ways: Record<string, (signal: AbortSignal) => Task> = {
  "its Request": (signal) => () => request("/", { signal }),
  "its Request, later": (signal) => async () => request("/", { signal }),
  "the Request of its transaction": (signal) => () => ({ request: request("/", { signal }) }),
  "the Request of its transaction, whose signal is undefined": (signal) => () => ({
    request: request("/", { signal }),
    signal: undefined,
  }),
  "its transaction": (signal) => () => ({ request: request(), signal }),
  "its transaction, while its Request has another": (signal) => () => ({
    request: request("/", { signal: new AbortController().signal }),
    signal,
  }),
  "the init of requestTask": (signal) => requestTask(URL_A, { signal }),
  "the Request of requestTask": (signal) => requestTask(new Request(URL_A, { signal })),
  "the Request of requestTask, which an init changes": (signal) =>
    requestTask(new Request(URL_A, { signal }), { method: "POST" }),
  "a task that perishes and is filtered": (signal) =>
    perishableTask(
      Number.POSITIVE_INFINITY,
      filteredTask(
        () => true,
        () => request("/", { signal }),
      ),
    ),
};

describe.each(Object.entries(ways))("a task's own signal, of %s", (_, make) => {
  test("ends it in flight: the request is aborted, the slot is free, the next one starts", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    const own = new AbortController();
    const running = pool.run(make(own.signal));
    pool.offer(counted("/next"));
    await settled();
    own.abort(REASON);
    await expect(running).rejects.toBe(REASON);
    await settled();
    expect(handler.call(0).init.signal).toMatchObject({ aborted: true, reason: REASON });
    expect(log.failure(1)).toBe(REASON);
    expect([pool.running, handler.paths.at(-1)]).toEqual([1, "/next"]);
  });

  test("ends it while its response is read: the body is let go of", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const own = new AbortController();
    const body = new ScriptedBody([1], "hang");
    const task = make(own.signal);
    const running = pool.run(async (context) => {
      const made = await task(context);
      const transaction = made instanceof Request ? { request: made } : made;
      // What requestTask made keeps what else it is made of.
      return Object.assign(transaction ?? {}, { consumer: () => new Promise(() => undefined) }) as never;
    });
    await settled();
    handler.call(0).respond(body.response());
    await settled();
    own.abort(REASON);
    await expect(running).rejects.toBe(REASON);
    expect([pool.running, body.cancels.length]).toEqual([0, 1]);
  });

  test("aborted when the task is called sends nothing", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    await expect(pool.run(make(AbortSignal.abort(REASON)))).rejects.toBe(REASON);
    expect([handler.calls.length, log.failure(1), pool.running]).toEqual([0, REASON, 0]);
  });

  test("ends it at once with a deaf handler, which keeps its slot", async () => {
    const { pool, handler, log } = lab({ workers: 1, manners: "deaf" });
    const own = new AbortController();
    pool.offer(make(own.signal));
    await settled();
    own.abort(REASON);
    expect([log.failure(1), pool.running]).toEqual([REASON, 1]);
    handler.call(0).respond();
    await settled();
    expect([log.of("finish").length, pool.running]).toEqual([1, 0]);
  });

  test("is the same as its caller's: it finishes once", async () => {
    const { pool, log } = lab({ workers: 1 });
    const own = new AbortController();
    const running = pool.run(make(own.signal), { signal: own.signal });
    await settled();
    own.abort(REASON);
    await expect(running).rejects.toBe(REASON);
    expect([log.of("finish").length, pool.running]).toEqual([1, 0]);
  });
});

const made = (signal: AbortSignal): [AbortSignal, Task] => {
  const one = request("/", { signal });
  return [one.signal, () => one];
};
const named = (signal: AbortSignal): [AbortSignal, Task] => [signal, () => ({ request: request(), signal })];

/** Other packages give back the very signal that a request was made with. So does Bun. */
const foreign = (signal: AbortSignal): [AbortSignal, Task] => {
  const { url, method, headers } = request();
  return [signal, () => ({ url, method, headers, signal }) as Request];
};

describe("no listener is left on a task's own signal", () => {
  test.each([
    // One stays there for good, and goes with the Request: to take it off each time costs more than all else.
    ["its Request's, but for one", made, 1],
    ["its transaction's", named, 0],
    ["its caller's, as another package's Request gives it", foreign, 0],
  ])("%s, when it has finished well, has failed, was aborted by its caller, or by itself", async (_, make, left) => {
    const { pool, handler } = lab({ workers: 4 });
    const own = Array.from({ length: 4 }, () => new AbortController());
    const caller = new AbortController();
    const [one, two, three, four] = own.map(({ signal }) => make(signal)) as [
      [AbortSignal, Task],
      [AbortSignal, Task],
      [AbortSignal, Task],
      [AbortSignal, Task],
    ];
    for (const [, task] of [one, two, four]) pool.offer(task);
    pool.offer(three[1], { signal: caller.signal });
    const signals = [one, two, three, four].map(([signal]) => signal);
    expect(signals.map(listenerCount)).toEqual([1, 1, 1, 1]);
    handler.call(0).respond();
    handler.call(1).fail(new Error("no"));
    caller.abort();
    own[3]?.abort();
    await settled();
    expect([...signals, caller.signal].map(listenerCount)).toEqual([left, left, left, 0, 0]);
    expect(pool.running).toBe(0);
  });

  test("nor on one that many tasks share, with or without a caller's", async () => {
    const { pool, handler } = lab({ workers: 5 });
    const { signal } = new AbortController();
    for (let i = 0; i < 5; i++) pool.offer(() => ({ request: request(), signal }), i % 2 ? { signal } : {});
    expect(listenerCount(signal)).toBe(1);
    for (const call of handler.calls) call.respond();
    await settled();
    expect(listenerCount(signal)).toBe(0);
  });

  test("an abort after the end changes nothing", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    const own = new AbortController();
    pool.offer(() => request("/", { signal: own.signal }));
    handler.call(0).respond();
    await settled();
    own.abort(REASON);
    await settled();
    expect(log.finish(1).ok).toBe(true);
  });
});
