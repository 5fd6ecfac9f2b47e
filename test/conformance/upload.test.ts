import { describe, expect, test } from "vitest";
import { breakerHandler } from "../../src/breaker.ts";
import { filteredTask, type Handler, perishableTask, type Pool, requestTask, type Task } from "../../src/lean.ts";
import { retry } from "../../src/retry.ts";
import { settled } from "../support/settled.ts";
import { lab, type Lab, type LabOptions } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";

const URL_TEXT = "https://example.com/";
const REASON = new Error("given up");

/** An upload whose source counts what it is told. */
class Upload {
  readonly #body: ScriptedBody;

  /** @param cancelled What its cancelling comes to. */
  constructor(cancelled?: () => unknown) {
    this.#body = new ScriptedBody(endless(1), "hang", cancelled);
  }

  get init(): RequestInit {
    return { method: "POST", body: this.#body.stream, duplex: "half" } as RequestInit;
  }

  get request(): Request {
    return new Request(URL_TEXT, this.init);
  }

  /** The reasons that its source was told. */
  get cancels(): readonly unknown[] {
    return this.#body.cancels;
  }
}

type Send = (pool: Pool, upload: Upload, signal?: AbortSignal) => Promise<unknown>;

/** Every way in which an upload comes to a pool that knows of it before the task is called. */
const WAYS: Readonly<Record<string, Send>> = {
  "fetch of a URL": (pool, { init }, signal) => pool.fetch(URL_TEXT, signal ? { ...init, signal } : init),
  "fetch of a Request": (pool, { request }, signal) => pool.fetch(request, signal && { signal }),
  "requestTask of a Request": (pool, { request }, signal) => pool.run(requestTask(request), { signal }),
  "requestTask of a Request with an init": (pool, { request }, signal) =>
    pool.run(requestTask(request, { cache: "no-store" }), { signal }),
  "requestTask of a URL": (pool, { init }, signal) => pool.run(requestTask(URL_TEXT, init), { signal }),
  "send of a requestTask": (pool, { init }, signal) => pool.send(requestTask(URL_TEXT, init), { signal }),
  "a perishable, filtered task": (pool, { init }, signal) =>
    pool.run(
      perishableTask(
        Number.POSITIVE_INFINITY,
        filteredTask(() => true, requestTask(URL_TEXT, init)),
      ),
      { signal },
    ),
  "a stream of tasks": (pool, { init }, signal) => {
    const writer = pool.writable().getWriter();
    signal?.addEventListener("abort", () => void writer.abort(signal.reason).catch(() => undefined));
    if (signal?.aborted) void writer.abort(signal.reason);
    writer.closed.catch(() => undefined);
    return writer.write(requestTask(URL_TEXT, init));
  },
};

/** Fills a pool of one slot: so many tasks wait after the one that runs. */
async function filled(waiting: number, options: LabOptions = {}): Promise<Lab> {
  const made = lab({ workers: 1, queueSize: 1, ...options });
  for (let i = 0; i <= waiting; i++) made.pool.offer(() => new Request(URL_TEXT));
  await settled();
  return made;
}

/** Lets what was sent fail quietly: what matters here is what the upload's source was told. */
async function sentQuietly(sending: Promise<unknown>): Promise<void> {
  sending.catch(() => undefined);
  await settled();
}

const without = (...names: string[]): [string, Send][] =>
  Object.entries(WAYS).filter(([name]) => !names.includes(name));

describe("an upload that is given up before its handler had it is cancelled, once", () => {
  test.each(without())("when the pool is closed: %s", async (_, send) => {
    const { pool } = lab();
    const upload = new Upload();
    await pool.close();
    await expect(send(pool, upload)).rejects.toThrow("closed");
    await settled();
    expect(upload.cancels).toEqual([expect.objectContaining({ code: "ERR_DISPATCHER_CLOSED" })]);
  });

  test.each(without("a stream of tasks"))("when the signal is aborted already: %s", async (_, send) => {
    const { pool } = lab();
    const upload = new Upload();
    await expect(send(pool, upload, AbortSignal.abort(REASON))).rejects.toBe(REASON);
    await settled();
    expect(upload.cancels).toEqual([REASON]);
  });

  test.each(without())("when the signal aborts in line: %s", async (_, send) => {
    const { pool } = await filled(1);
    const upload = new Upload();
    const caller = new AbortController();
    await sentQuietly(send(pool, upload, caller.signal));
    expect([pool.senders, upload.cancels]).toEqual([1, []]);
    caller.abort(REASON);
    await settled();
    expect([pool.senders, upload.cancels]).toEqual([0, [REASON]]);
  });

  test.each(without())("when the pool is closed with it in line: %s", async (_, send) => {
    const { pool } = await filled(1);
    const upload = new Upload();
    await sentQuietly(send(pool, upload));
    expect(pool.senders).toBe(1);
    void pool.close();
    await settled();
    expect(upload.cancels).toEqual([expect.objectContaining({ code: "ERR_DISPATCHER_CLOSED" })]);
  });

  test.each(without("a stream of tasks"))("when the signal aborts in the queue: %s", async (_, send) => {
    const { pool } = await filled(0);
    const upload = new Upload();
    const caller = new AbortController();
    await sentQuietly(send(pool, upload, caller.signal));
    expect([pool.waiting, upload.cancels]).toEqual([1, []]);
    caller.abort(REASON);
    await settled();
    expect(upload.cancels).toEqual([REASON]);
  });

  test.each(without())("when the pool is aborted with it in the queue: %s", async (_, send) => {
    const { pool } = await filled(0);
    const upload = new Upload();
    await sentQuietly(send(pool, upload));
    void pool.abort(REASON);
    await settled();
    expect(upload.cancels).toEqual([REASON]);
  });

  test.each(without())("when a listener of its start aborts the pool: %s", async (_, send) => {
    const { pool, handler } = lab();
    const upload = new Upload();
    pool.once("start", () => void pool.abort(REASON));
    await sentQuietly(send(pool, upload));
    expect([handler.calls, upload.cancels]).toEqual([[], [REASON]]);
  });

  test("when the task comes too late", async () => {
    const { pool, clock } = lab();
    const upload = new Upload();
    await expect(pool.run(perishableTask(clock.date() - 1, requestTask(upload.request)))).rejects.toThrow("expired");
    await settled();
    expect(upload.cancels).toEqual([expect.objectContaining({ code: "ERR_TASK_EXPIRED" })]);
  });

  const makers: [string, (upload: Upload) => Task][] = [
    [
      "a Request",
      ({ request }) =>
        () =>
          request,
    ],
    [
      "a Transaction",
      ({ request }) =>
        () => ({ request, consumer: (response) => response.status }),
    ],
    [
      "a promise of one",
      ({ request }) =>
        async () =>
          request,
    ],
    ["a requestTask of a Request", ({ request }) => requestTask(request)],
    ["a requestTask of a Request with an init", ({ request }) => requestTask(request, { cache: "no-store" })],
    ["a requestTask of a URL", ({ init }) => requestTask(URL_TEXT, init)],
  ];

  test.each(makers)("when a filter refuses it, or fails: %s", async (_, make) => {
    const { pool } = lab();
    const [refused, failed] = [new Upload(), new Upload()];
    await expect(pool.run(filteredTask(() => false, make(refused)))).rejects.toThrow("filtered");
    await expect(pool.run(filteredTask(() => Promise.reject(REASON), make(failed)))).rejects.toBe(REASON);
    await settled();
    expect(refused.cancels).toEqual([expect.objectContaining({ code: "ERR_TASK_FILTERED" })]);
    expect(failed.cancels).toEqual([REASON]);
  });

  test.each(makers)("when the task was aborted while a filter thought about it: %s", async (_, make) => {
    for (const verdict of [true, false]) {
      const { pool, handler } = lab();
      const upload = new Upload();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      await sentQuietly(pool.run(filteredTask(() => promise, make(upload))));
      void pool.abort(REASON);
      resolve(verdict);
      await settled();
      expect(handler.calls).toEqual([]);
      expect(upload.cancels).toHaveLength(1);
    }
  });

  test.each(makers)("when its own signal is aborted already: %s", async (_, make) => {
    const { pool, handler } = lab();
    const upload = new Upload();
    const task = make(upload);
    const made: Task = async (context) => {
      const built = (await task(context)) as Request | { readonly request: Request };
      return { request: "request" in built ? built.request : built, signal: AbortSignal.abort(REASON) };
    };
    await expect(pool.run(made)).rejects.toBe(REASON);
    await settled();
    expect([handler.calls, upload.cancels]).toEqual([[], [REASON]]);
  });

  test("when its Request's own signal is aborted already", async () => {
    const { pool, handler } = lab();
    const [bare, marked] = [new Upload(), new Upload()];
    const aborted = ({ init }: Upload): Request =>
      new Request(URL_TEXT, { ...init, signal: AbortSignal.abort(REASON) });
    await expect(pool.run(() => aborted(bare))).rejects.toBe(REASON);
    await expect(pool.run(requestTask(aborted(marked)))).rejects.toBe(REASON);
    await settled();
    expect([handler.calls, bare.cancels, marked.cancels]).toEqual([[], [REASON], [REASON]]);
  });

  test("when a task makes it only after it was aborted, or has timed out", async () => {
    for (const end of [(it: Lab) => it.pool.abort(REASON), (it: Lab) => it.clock.advance(100)]) {
      const it = lab({ timeout: 100 });
      const upload = new Upload();
      const { promise, resolve } = Promise.withResolvers<Request>();
      await sentQuietly(it.pool.run(() => promise));
      await end(it);
      resolve(upload.request);
      await settled();
      expect([it.handler.calls.length, upload.cancels.length]).toEqual([0, 1]);
    }
  });

  test("when a map makes it only after its reader has left", async () => {
    const { pool, handler } = lab();
    const upload = new Upload();
    const { promise, resolve } = Promise.withResolvers<Request>();
    const results = pool.map(
      [1],
      () => promise,
      (response) => response.status,
    );
    const first = results.next();
    await settled();
    await results.return?.();
    resolve(upload.request);
    await settled();
    expect([await first, handler.calls]).toEqual([{ done: true, value: undefined }, []]);
    expect(upload.cancels).toEqual([expect.objectContaining({ name: "AbortError" })]);
  });
});

describe("an upload whose handler fails before it has used it is cancelled, once", () => {
  test.each(without())("with the error: %s", async (_, send) => {
    const { pool, handler } = lab();
    const upload = new Upload();
    await sentQuietly(send(pool, upload));
    handler.call(0).fail(REASON);
    await settled();
    expect(upload.cancels).toEqual([REASON]);
  });

  test("when the handler throws", async () => {
    const handler: Handler = () => {
      throw REASON;
    };
    const { pool } = lab({ handler });
    const upload = new Upload();
    await expect(pool.fetch(URL_TEXT, upload.init)).rejects.toBe(REASON);
    expect(upload.cancels).toEqual([REASON]);
  });

  test("with the reason when it was aborted: whatever its handler then fails with", async () => {
    const { pool, handler } = lab({ manners: "deaf" });
    const upload = new Upload();
    const caller = new AbortController();
    await sentQuietly(pool.fetch(URL_TEXT, { ...upload.init, signal: caller.signal }));
    caller.abort(REASON);
    await settled();
    expect(upload.cancels).toEqual([]);
    handler.call(0).fail(new Error("later"));
    await settled();
    expect([pool.running, upload.cancels]).toEqual([0, [REASON]]);
  });

  test("by a breaker that refuses it, in a pool and as plain fetch", async () => {
    const breaker = breakerHandler({ threshold: 1, delegate: () => Promise.reject(REASON) });
    const { pool } = lab({ handler: breaker });
    await expect(breaker(URL_TEXT)).rejects.toBe(REASON);
    const ways = [breaker, pool.fetch, (url: string, init: RequestInit) => breaker(new Request(url, init))];
    for (const fetch of ways) {
      const upload = new Upload();
      await expect(fetch(URL_TEXT, upload.init)).rejects.toMatchObject({ code: "ERR_CIRCUIT_OPEN" });
      await settled();
      expect(upload.cancels).toEqual([expect.objectContaining({ code: "ERR_CIRCUIT_OPEN" })]);
    }
  });
});

test.each([
  ["consumer", null],
  ["consumer", 5],
  ["signal", "x"],
])("a transaction whose %s is %o is a TypeError that names it, and its upload is cancelled", async (name, value) => {
  const { pool, handler } = lab();
  const upload = new Upload();
  const made = { request: upload.request, [name]: value } as never;
  const failure = await pool.run(() => made).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TypeError);
  expect(failure).toHaveProperty("message", expect.stringMatching(`^Expected \`${name}\` to be an? .+, got .+`));
  await settled();
  expect([handler.calls, upload.cancels]).toEqual([[], [failure]]);
});

/** Tries an upload again after 100 ms. */
const AGAIN = { methods: ["POST"], delay: () => 100, jitter: false };

describe("an upload is left alone", () => {
  test("that offer has no room for, since its caller will try again", async () => {
    const { pool, handler } = await filled(1);
    const upload = new Upload();
    const task = requestTask(URL_TEXT, upload.init);
    expect(pool.offer(task)).toBe(false);
    handler.call(0).respond();
    await settled();
    expect([pool.offer(task), upload.cancels]).toEqual([true, []]);
  });

  test.each(without())("that the handler has answered: %s", async (_, send) => {
    const { pool, handler } = lab();
    const upload = new Upload();
    await sentQuietly(send(pool, upload));
    handler.call(0).respond();
    await settled();
    expect(upload.cancels).toEqual([]);
  });

  test("that a failed attempt has not used, as long as it will be tried again", async () => {
    const { pool, handler, clock } = lab({ retry: retry({ ...AGAIN, limit: 1 }) });
    const upload = new Upload();
    const { request } = upload;
    await sentQuietly(pool.run(() => ({ request, consumer: (response) => response.status })));
    handler.call(0).fail(new TypeError("network"));
    await clock.advance(100);
    expect([handler.calls.length, upload.cancels]).toEqual([2, []]);
    handler.call(1).fail(REASON);
    await settled();
    expect(upload.cancels).toEqual([REASON]);
  });

  test("that a deaf handler has not used when its time was over and it is tried again", async () => {
    const options: LabOptions = { timeout: 50, retry: retry({ ...AGAIN, retryOnTimeout: true }) };
    const { pool, handler, clock } = lab({ ...options, manners: "deaf" });
    const upload = new Upload();
    const { request } = upload;
    const task: Task = () => request;
    await sentQuietly(pool.run(task));
    await clock.advance(60);
    handler.call(0).fail(REASON);
    await clock.advance(100);
    expect([handler.calls.length, upload.cancels]).toEqual([2, []]);
  });

  test("that somebody else reads", async () => {
    const { pool } = lab();
    const upload = new Upload();
    const { init } = upload;
    (init.body as ReadableStream).getReader();
    await expect(pool.run(requestTask(URL_TEXT, init), { signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
    expect(upload.cancels).toEqual([]);
  });

  test("that is no stream, so that its task may be sent again", async () => {
    const { pool, handler } = lab();
    const task = requestTask(URL_TEXT, { method: "POST", body: new Blob(["text"]) });
    await expect(pool.run(task, { signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
    pool.offer(task);
    expect(await handler.call(0).request.text()).toBe("text");
  });
});

test("a source that fails when it is told changes nothing, now or later", async () => {
  const { pool } = lab();
  const throwing = {
    getReader: () => undefined,
    cancel: () => {
      throw new Error("now");
    },
  } as unknown as ReadableStream;
  const rejecting = new Upload(() => Promise.reject(new Error("later")));
  const signal = AbortSignal.abort(REASON);
  const task = requestTask(URL_TEXT, { method: "POST", body: throwing });
  await expect(pool.run(task, { signal })).rejects.toBe(REASON);
  await expect(pool.run(requestTask(rejecting.request), { signal })).rejects.toBe(REASON);
  await settled();
  expect(rejecting.cancels).toEqual([REASON]);
});

test.each([
  ["a request", (upload: Upload) => ({ [Symbol.for("httppool.target")]: upload.request })],
  [
    "a body",
    (upload: Upload) => ({
      [Symbol.for("httppool.target")]: URL_TEXT,
      [Symbol.for("httppool.body")]: upload.init.body,
    }),
  ],
])("what another copy of the package has marked with %s is known to this one", async (_, marksFor) => {
  const { pool } = lab();
  const upload = new Upload();
  const task: Task = Object.assign(() => null, marksFor(upload));
  await expect(pool.run(task, { signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
  await settled();
  expect(upload.cancels).toEqual([REASON]);
});
