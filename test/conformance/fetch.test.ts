import { describe, expect, test, vi } from "vitest";
import { isTransactionTimeoutError } from "../../src/lean.ts";
import { collectGarbage } from "../support/collect-garbage.ts";
import { settled } from "../support/settled.ts";
import { counted, lab } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

const URL_A = "https://example.com/a";

/** A response with all that only `fetch` can give it. */
function fetched(body: ReadableStream | string | null, init?: ResponseInit): Response {
  return Object.defineProperties(new Response(body, init), {
    url: { value: "https://example.com/final" },
    redirected: { value: true },
    type: { value: "cors" },
  });
}

/** Reads the response to its end, in steps that the scripted body can follow. */
async function drained(response: Response): Promise<number> {
  return (await response.arrayBuffer()).byteLength;
}

test("resolves with the response once the headers are there, and the body is the caller's", async () => {
  const { pool, handler, log } = lab();
  const body = new ScriptedBody([3, 4]);
  const answer = pool.fetch(URL_A);
  handler.call(0).respond(body.response({ status: 201, headers: { etag: "x" } }));
  const response = await answer;
  expect([response.status, response.headers.get("etag"), body.chunks]).toEqual([201, "x", 0]);
  expect(log.finish(1)).toMatchObject({ ok: true, status: 201 });
  expect(await drained(response)).toBe(7);
});

test("is bound: it may be passed around", async () => {
  const { pool, handler } = lab();
  const { fetch } = pool;
  const answer = fetch(URL_A);
  handler.call(0).respond();
  expect((await answer).status).toBe(204);
});

test("rejects and never throws", async () => {
  const { pool } = lab();
  const fetch = pool.fetch as (...args: unknown[]) => Promise<Response>;
  for (const args of [
    [],
    ["no URL"],
    [URL_A, { method: "NO METHOD" }],
    [URL_A, 5],
    [URL_A, { signal: 5 }],
    [Symbol("x")],
  ]) {
    await expect(fetch(...args)).rejects.toThrow(TypeError);
  }
});

test("takes an init of null or undefined", async () => {
  const { pool, handler } = lab();
  const fetch = pool.fetch as (...args: unknown[]) => Promise<Response>;
  const answers = [fetch(URL_A, null), fetch(URL_A, undefined), fetch(new URL(URL_A))];
  for (const call of handler.calls) call.respond();
  for (const answer of answers) expect((await answer).status).toBe(204);
});

test("waits in line on a full pool", async () => {
  const { pool, handler } = lab({ workers: 1, queueSize: 1 });
  const answers = [1, 2, 3, 4].map((n) => pool.fetch(`https://example.com/${n}`));
  expect([pool.waiting, pool.senders]).toEqual([1, 2]);
  for (let i = 0; i < 4; i++) {
    handler.call(i).respond();
    await settled();
  }
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  expect(handler.paths).toEqual(["/1", "/2", "/3", "/4"]);
});

test("builds its Request at the call: later changes to url, init and headers change nothing", async () => {
  const { pool, handler } = lab({ workers: 1 });
  pool.pause();
  const url = new URL(URL_A);
  const headers = new Headers({ "x-a": "1" });
  const init = { method: "POST", headers, body: "x" };
  void pool.fetch(url, init);
  url.pathname = "/b";
  headers.set("x-a", "2");
  init.method = "PUT";
  pool.resume();
  const { request } = handler.call(0);
  expect([request.url, request.method, request.headers.get("x-a")]).toEqual([URL_A, "POST", "1"]);
  expect(await request.text()).toBe("x");
});

test("takes the body of a Request at the call, as plain fetch does", async () => {
  const { pool, handler } = lab();
  const input = new Request(URL_A, { method: "POST", body: "x" });
  void pool.fetch(input);
  expect(input.bodyUsed).toBe(true);
  expect(await handler.call(0).request.text()).toBe("x");
  await expect(pool.fetch(input)).rejects.toThrow(TypeError);
});

test("takes an init that is a Request, or inherits its properties", async () => {
  const { pool, handler } = lab();
  const caller = new AbortController();
  void pool
    .fetch("https://example.com/other", new Request(URL_A, { method: "DELETE", signal: caller.signal }))
    .catch(() => "");
  void pool.fetch("https://example.com/other", Object.create({ method: "PUT", signal: caller.signal })).catch(() => "");
  expect(handler.calls.map(({ request }) => [request.url, request.method])).toEqual([
    ["https://example.com/other", "DELETE"],
    ["https://example.com/other", "PUT"],
  ]);
  caller.abort("both");
  expect(handler.calls.map(({ init }) => init.signal.reason)).toEqual(["both", "both"]);
});

describe("fails with the same kinds of error as plain fetch", () => {
  test("the handler's own", async () => {
    const { pool, handler } = lab();
    const error = new TypeError("fetch failed");
    const answer = pool.fetch(URL_A);
    handler.call(0).fail(error);
    await expect(answer).rejects.toBe(error);
  });

  test.each([null, undefined])("a TypeError when the handler resolves to %o", async (nothing) => {
    const { pool, handler } = lab();
    const answer = pool.fetch(URL_A);
    handler.call(0).respondWith(nothing);
    await expect(answer).rejects.toThrow(TypeError);
  });

  test("a TypeError when the handler's response was read already", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    const response = new Response("x");
    response.body?.getReader();
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(response);
    await expect(answer).rejects.toThrow(TypeError);
    expect(log.finish(1).ok).toBe(false);
    await settled();
    expect(pool.running).toBe(0);
  });

  test("the signal's reason when aborted before, in the queue and in flight", async () => {
    const { pool, handler } = lab({ workers: 1 });
    await expect(pool.fetch(URL_A, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    const caller = new AbortController();
    const answers = [1, 2].map(() => pool.fetch(URL_A, { signal: caller.signal }).catch((error: unknown) => error));
    caller.abort("later");
    expect(await Promise.all(answers)).toEqual(["later", "later"]);
    expect([handler.calls.length, handler.call(0).init.signal.reason]).toEqual([1, "later"]);
    expect(listenerCount(caller.signal)).toBe(0);
  });

  test("the signal of a Request counts, unless the init has another, or null", async () => {
    const { pool, handler } = lab();
    const [ofRequest, ofInit] = [new AbortController(), new AbortController()];
    const input = (): Request => new Request(URL_A, { signal: ofRequest.signal });
    const answers = [
      pool.fetch(input()),
      pool.fetch(input(), { signal: ofInit.signal }),
      pool.fetch(input(), { signal: null }),
    ];
    const results = answers.map((answer) => answer.catch((error: unknown) => error));
    ofRequest.abort("of the request");
    ofInit.abort("of the init");
    handler.call(2).respond();
    const [one, two, three] = await Promise.all(results);
    expect([one, two]).toEqual(["of the request", "of the init"]);
    expect(three).toHaveProperty("status", 204);
  });

  test("nothing is put on the caller's signal by the Request that is made", async () => {
    const { pool, handler } = lab();
    const caller = new AbortController();
    const answers = [pool.fetch(URL_A, { signal: caller.signal }), pool.fetch(URL_A, { signal: caller.signal })];
    expect(listenerCount(caller.signal)).toBe(1);
    for (const call of handler.calls) call.respond();
    await Promise.all(answers);
    await settled();
    expect(listenerCount(caller.signal)).toBe(0);
  });
});

describe('hold: "headers", the default', () => {
  test("gives the slot back with the headers, so that Promise.all can't deadlock", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const bodies = [1, 2, 3].map((size) => new ScriptedBody([size]));
    const answers = Promise.all(bodies.map(() => pool.fetch(URL_A)));
    for (const [index, body] of bodies.entries()) {
      handler.call(index).respond(body.response());
      await settled();
    }
    const responses = await answers;
    expect(await Promise.all(responses.map(drained))).toEqual([1, 2, 3]);
  });

  test("without a signal the response is the handler's own", async () => {
    const { pool, handler } = lab();
    const original = new Response("x");
    const answer = pool.fetch(URL_A);
    handler.call(0).respond(original);
    expect(await answer).toBe(original);
  });

  test("links the caller's signal until the body ends", async () => {
    const { pool, handler } = lab();
    const caller = new AbortController();
    const body = new ScriptedBody([3, 4], "hang");
    const answer = pool.fetch(URL_A, { signal: caller.signal });
    handler.call(0).respond(body.response());
    const response = await answer;
    expect(listenerCount(caller.signal)).toBe(1);
    const reading = drained(response).catch((error: unknown) => error);
    await settled();
    const reason = new Error("enough");
    caller.abort(reason);
    expect(await reading).toBe(reason);
    expect(handler.call(0).init.signal.reason).toBe(reason);
    expect(body.cancels).toEqual([reason]);
    expect([listenerCount(caller.signal), pool.running]).toEqual([0, 0]);
  });

  const endings: [string, (response: Response) => Promise<unknown>, "close" | { error: unknown }][] = [
    ["is read", (response) => response.text(), "close"],
    ["is cancelled", async (response) => response.body?.cancel("enough"), "close"],
    ["fails", (response) => response.text().catch(() => "failed"), { error: new Error("reset") }],
  ];

  test.each(endings)("takes the listener off when the body %s", async (_, end, last) => {
    const { pool, handler } = lab();
    const caller = new AbortController();
    const answer = pool.fetch(URL_A, { signal: caller.signal });
    handler.call(0).respond(new ScriptedBody([3], last).response());
    await end(await answer);
    await settled();
    expect(listenerCount(caller.signal)).toBe(0);
  });

  test.each([204, 205, 304])("links nothing when a status of %i has no body", async (status) => {
    const { pool, handler } = lab();
    const caller = new AbortController();
    const answer = pool.fetch(URL_A, { signal: caller.signal });
    handler.call(0).respond(new Response(null, { status }));
    expect((await answer).status).toBe(status);
    expect(listenerCount(caller.signal)).toBe(0);
  });

  test("neither the pool's timeout nor its abort reaches the body", async () => {
    const { pool, handler, clock } = lab({ timeout: 100 });
    const answer = pool.fetch(URL_A);
    handler.call(0).respond(new ScriptedBody([3]).response());
    const response = await answer;
    await clock.advance(1000);
    await pool.abort();
    expect(await drained(response)).toBe(3);
    expect(handler.call(0).init.signal.aborted).toBe(false);
  });

  test("but the timeout covers the way to the headers", async () => {
    const { pool, clock } = lab({ timeout: 100 });
    const answer = pool.fetch(URL_A).catch((error: unknown) => error);
    await clock.advance(100);
    expect(isTransactionTimeoutError(await answer)).toBe(true);
  });
});

describe('hold: "body"', () => {
  const endings: [string, (response: Response) => Promise<unknown>, boolean][] = [
    ["is read", (response) => response.text(), true],
    ["is cancelled", async (response) => response.body?.cancel("enough"), true],
  ];

  test.each(endings)("keeps the slot until the body %s", async (_, end) => {
    const { pool, handler, log } = lab({ workers: 1 });
    const body = new ScriptedBody([3, 4]);
    const answer = pool.fetch(URL_A, { hold: "body" });
    pool.offer(counted());
    handler.call(0).respond(body.response());
    const response = await answer;
    await settled();
    expect([pool.running, log.of("finish").length, handler.calls.length]).toEqual([1, 0, 1]);
    await end(response);
    await settled();
    expect([log.finish(1).ok, handler.calls.length]).toEqual([true, 2]);
  });

  test("a body that fails finishes the task with that error, and the reader sees it", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    const reset = new Error("reset");
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(new ScriptedBody([3], { error: reset }).response());
    await expect((await answer).text()).rejects.toBe(reset);
    await settled();
    expect([log.failure(1), pool.running]).toEqual([reset, 0]);
  });

  test("the caller's signal, the timeout and abort() end it, and the reader sees the reason", async () => {
    for (const how of ["signal", "timeout", "abort"]) {
      const { pool, handler, log, clock } = lab({ workers: 1, timeout: 100 });
      const caller = new AbortController();
      const body = new ScriptedBody([3], "hang");
      const answer = pool.fetch(URL_A, { hold: "body", signal: caller.signal });
      handler.call(0).respond(body.response());
      const reading = (await answer).text().catch((error: unknown) => error);
      await settled();
      if (how === "signal") caller.abort("enough");
      if (how === "timeout") await clock.advance(100);
      if (how === "abort") void pool.abort("enough");
      const reason = await reading;
      if (how === "timeout") expect(isTransactionTimeoutError(reason)).toBe(true);
      else expect(reason).toBe("enough");
      expect(log.failure(1)).toBe(reason);
      expect(body.cancels).toEqual([reason]);
      expect([pool.running, listenerCount(caller.signal), clock.timers]).toEqual([0, 0, 0]);
    }
  });

  test("a response that nobody holds any more gives the slot back, and its body is cancelled", async () => {
    const { pool, handler, log } = lab({ workers: 1 });
    const body = new ScriptedBody([3], "hang");
    const respond = (): void => handler.call(0).respond(body.response());
    const status = pool.fetch(URL_A, { hold: "body" }).then((response) => response.status);
    respond();
    expect([await status, pool.running]).toEqual([200, 1]);
    handler.calls.length = 0; // the script keeps the original
    await collectGarbage(() => pool.running === 0);
    expect([pool.running, log.finish(1).ok, body.cancels.length]).toEqual([0, true, 1]);
  });

  test("can be the client's choice, and each call may choose otherwise", async () => {
    const { pool, handler } = lab({ workers: 2, hold: "body" });
    const answers = [pool.fetch(URL_A), pool.fetch(URL_A, { hold: "headers" })];
    for (const call of handler.calls) call.respond(new ScriptedBody([3]).response());
    await Promise.all(answers);
    await settled();
    expect(pool.running).toBe(1);
  });

  test("a response without a body gives the slot back at once", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(new Response(null));
    await answer;
    await settled();
    expect(pool.running).toBe(0);
  });
});

describe("the response looks like that of plain fetch, followed or not", () => {
  test("url, redirected, type, status, statusText, ok and headers", async () => {
    const { pool, handler } = lab();
    const original = fetched("x", { status: 203, statusText: "Fine", headers: { "x-a": "1" } });
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(original);
    const response = await answer;
    expect(response).toBeInstanceOf(Response);
    for (const seen of [response, response.clone(), response.clone().clone()]) {
      expect([
        seen.url,
        seen.redirected,
        seen.type,
        seen.status,
        seen.statusText,
        seen.ok,
        seen.headers.get("x-a"),
      ]).toEqual(["https://example.com/final", true, "cors", 203, "Fine", true, "1"]);
    }
  });

  test("the headers are as immutable as they were", async () => {
    const { pool, handler } = lab();
    const original = Response.error();
    const immutable = Object.defineProperties(new Response("x"), { headers: { value: original.headers } });
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(immutable);
    const response = await answer;
    expect(() => response.headers.set("x-a", "1")).toThrow(TypeError);
    expect(() => response.clone().headers.set("x-a", "1")).toThrow(TypeError);
  });

  test("both branches of a clone can be read, and end the hold", async () => {
    const { pool, handler } = lab({ workers: 1 });
    const answer = pool.fetch(URL_A, { hold: "body" });
    handler.call(0).respond(new Response("read"));
    const response = await answer;
    const clone = response.clone();
    expect(await Promise.all([response.text(), clone.text()])).toEqual(["read", "read"]);
    await settled();
    expect([pool.running, response.bodyUsed, clone.bodyUsed]).toEqual([0, true, true]);
    expect(() => response.clone()).toThrow(TypeError);
  });

  test("json, blob, formData and a reader of bytes work", async () => {
    const { pool } = lab({ handler: async () => new Response('{"a":1}', { headers: { "content-type": "text/x" } }) });
    const get = (): Promise<Response> => pool.fetch(URL_A, { hold: "body" });
    expect(await (await get()).json()).toEqual({ a: 1 });
    const blob = await (await get()).blob();
    expect([blob.size, blob.type]).toEqual([7, "text/x"]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await get()).body ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('{"a":1}');
    const reader = (await get()).body?.getReader({ mode: "byob" });
    const read = await reader?.read(new Uint8Array(3));
    expect(Buffer.from(read?.value ?? []).toString()).toBe('{"a');
    await reader?.cancel();
    await pool.close();
    await settled();
    expect(pool.running).toBe(0);
  });
});

test("takes a Request of another package", async () => {
  const { pool, handler } = lab();
  const foreign = { url: URL_A, method: "PUT", headers: { "x-a": "1" }, body: "x" } as unknown as Request;
  for (const init of [undefined, { redirect: "manual" as const }]) void pool.fetch(foreign, init);
  for (const { request } of handler.calls) {
    expect([request.url, request.method, request.headers.get("x-a")]).toEqual([URL_A, "PUT", "1"]);
    expect(await request.text()).toBe("x");
  }
  expect(handler.call(1).request.redirect).toBe("manual");
  for (const call of handler.calls) call.respond();
});

test("keeps the referrer and the policy of a Request", async () => {
  const { pool, handler } = lab();
  void pool.fetch(new Request(URL_A, { referrerPolicy: "no-referrer", referrer: "https://example.com/page" }));
  void pool.fetch(new Request(URL_A, { referrerPolicy: "no-referrer" }), {});
  const asked = handler.calls.map(({ request: { referrer, referrerPolicy } }) => [referrer, referrerPolicy]);
  expect(asked).toEqual([
    ["https://example.com/page", "no-referrer"],
    ["about:client", "no-referrer"],
  ]);
  for (const call of handler.calls) call.respond();
  await pool.onIdle();
});

test('hold: "headers" gives the slot back with a signal, too, though the body can still be aborted', async () => {
  const { pool, handler } = lab({ workers: 1 });
  const controller = new AbortController();
  const answer = pool.fetch(URL_A, { signal: controller.signal });
  await settled();
  handler.call(0).respond(new Response("hello"));
  const response = await answer;
  expect([pool.running, response.bodyUsed]).toEqual([0, false]);
  await pool.close();
  controller.abort("stop");
  await expect(response.text()).rejects.toBe("stop");
});

test("a body may end after its caller's signal was collected", async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", hear);
  vi.stubGlobal(
    "WeakRef",
    class {
      deref(): void {}
    },
  );
  try {
    const { pool, handler } = lab();
    const answer = pool.fetch(URL_A, { signal: new AbortController().signal });
    handler.call(0).respond(new Response("hello"));
    expect(await (await answer).text()).toBe("hello");
    // Node tells of them when all that is ready has run.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    vi.unstubAllGlobals();
    process.off("unhandledRejection", hear);
  }
  expect(unhandled).toEqual([]);
});
