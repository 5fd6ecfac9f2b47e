import { describe, expect, test } from "vitest";
import { settled } from "../support/settled.ts";
import { consumed, counted, lab, request } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";

/* What comes late, twice or out of turn changes nothing that was told. */

describe("a task that settles only after it was given up", () => {
  test.each<[string, (deferred: PromiseWithResolvers<Request>) => void]>([
    ["makes a request: nothing is sent", ({ resolve }) => resolve(request())],
    ["fails: the first reason stays", ({ reject }) => reject(new Error("late"))],
    ["makes something else: that is nothing", ({ resolve }) => resolve(5 as unknown as Request)],
  ])("and %s", async (_, settle) => {
    const { pool, handler, log } = lab({ workers: 1 });
    const deferred = Promise.withResolvers<Request>();
    const caller = new AbortController();
    pool.offer(() => deferred.promise, { signal: caller.signal });
    caller.abort("enough");
    expect([log.failure(1), pool.running]).toEqual(["enough", 0]);
    settle(deferred);
    await settled();
    expect([log.failure(1), handler.calls, pool.running]).toEqual(["enough", [], 0]);
  });

  test("and makes an upload: its source is told", async () => {
    const { pool } = lab();
    const { promise, resolve } = Promise.withResolvers<Request>();
    const caller = new AbortController();
    pool.offer(() => promise, { signal: caller.signal });
    caller.abort("enough");
    const body = new ScriptedBody(endless(1), "hang");
    resolve(request("/", { method: "POST", body: body.stream, duplex: "half" } as RequestInit));
    await settled();
    expect(body.cancels).toEqual(["enough"]);
  });
});

test("what a task makes that throws when it is looked at fails the task with that", async () => {
  const error = new Error("then");
  const strange = new Proxy(request(), {
    get: () => {
      throw error;
    },
  });
  const { pool, log } = lab();
  pool.offer(() => strange);
  await pool.close();
  expect(log.failure(1)).toBe(error);
});

test("a handler that fails has its signal aborted with that error: what it began must not run on", async () => {
  const { pool, handler } = lab({ manners: "deaf" });
  pool.offer(counted());
  const { signal } = handler.call(0).init;
  const error = new Error("gave up");
  handler.call(0).fail(error);
  await settled();
  expect([signal.aborted, signal.reason]).toEqual([true, error]);
});

test("an answer that is a thenable and settles more than once counts once", async () => {
  const thenable = {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
    then: (resolve: (response: Response) => void) => {
      resolve(new Response("a"));
      resolve(new Response("b"));
      throw new Error("after all");
    },
  } as unknown as PromiseLike<Response>;
  const { pool } = lab({ handler: () => thenable });
  await expect(pool.run(consumed((response) => response.text()))).resolves.toBe("a");
});

test("a consumer is given the response and the request, and nothing else", async () => {
  const [made, answer] = [request(), new Response(null)];
  const seen: unknown[] = [];
  const { pool } = lab({ handler: async () => answer });
  await pool.run(() => ({ request: made, consumer: (...args: readonly unknown[]) => void seen.push(...args) }));
  expect(seen).toHaveLength(2);
  expect([seen[0] === answer, seen[1] === made]).toEqual([true, true]);
});

test("what a consumer comes to after an abort is nothing: the body was cancelled, the slot is free", async () => {
  const { pool, log, handler } = lab({ manners: "deaf" });
  const { promise, resolve } = Promise.withResolvers<string>();
  const caller = new AbortController();
  const body = new ScriptedBody([10]);
  pool.offer(
    consumed(() => promise),
    { signal: caller.signal },
  );
  handler.call(0).respond(body.response());
  await settled();
  caller.abort("enough");
  expect([log.failure(1), log.finish(1).status, body.cancels.length, pool.running]).toEqual(["enough", 200, 1, 0]);
  const before = log.events.length;
  resolve("late");
  await settled();
  expect(log.events).toHaveLength(before);
});

describe("an abort during the clean-up", () => {
  test("finishes at once with its reason, when all was well before", async () => {
    const { pool, log, handler, clock } = lab({ manners: "deaf" });
    const caller = new AbortController();
    const body = new ScriptedBody([10], "hang");
    pool.offer(counted(), { signal: caller.signal });
    handler.call(0).respond(body.response());
    await settled();
    caller.abort("enough");
    expect([log.failure(1), body.cancels.length, pool.running, clock.timers]).toEqual(["enough", 1, 0, 0]);
  });

  test.each([new Error("consumer"), null, undefined])(
    "finishes with what the consumer had failed with (%o)",
    async (error) => {
      const { pool, log, handler } = lab({ manners: "deaf" });
      const caller = new AbortController();
      pool.offer(
        consumed(() => Promise.reject(error)),
        { signal: caller.signal },
      );
      handler.call(0).respond(new ScriptedBody([10], "hang").response());
      await settled();
      caller.abort("enough");
      expect(log.failure(1)).toBe(error);
    },
  );
});

test("a deaf handler's late body is drained before its slot is free, within the same bounds", async () => {
  const { pool, handler, clock } = lab({ workers: 1, manners: "deaf" });
  const caller = new AbortController();
  pool.offer(counted(), { signal: caller.signal });
  caller.abort("enough");
  const body = new ScriptedBody([10], "hang");
  handler.call(0).respond(body.response());
  await clock.advance(249);
  expect(pool.running).toBe(1);
  await clock.advance(1);
  expect([pool.running, body.cancels.length, clock.timers]).toEqual([0, 1, 0]);
});

test("a response that `fetch` can't take over, since somebody holds its body, fails the call, and the request is aborted", async () => {
  const { pool, handler, log } = lab({ manners: "deaf", hold: "body" });
  const call = pool.fetch("https://example.com/").catch((error: unknown) => error);
  const response = new ScriptedBody([10]).response();
  response.body?.getReader();
  const { signal } = handler.call(0).init;
  handler.call(0).respond(response);
  const error = await call;
  expect(error).toBeInstanceOf(TypeError);
  expect([log.failure(1), signal.aborted, pool.running]).toEqual([error, true, 0]);
});
