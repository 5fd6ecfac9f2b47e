import { expect, test } from "vitest";
import { settled } from "../support/settled.ts";
import { consumed, counted, lab, request } from "../support/lab.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

/* Requests and responses of other packages, whose properties fail to tell of themselves. The slot must not be lost. */

const BROKEN = new Error("broken");

/** The object with one property that throws from its nth reading on. */
function breaking<T extends object>(object: T, name: keyof T, nth: number): T {
  let reads = 0;
  return new Proxy(object, {
    get: (target, key) => {
      if (key === name && ++reads >= nth) throw BROKEN;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const upload = (): Request => request("/", { method: "POST", body: "x" });

const requests = (["url", "method", "headers", "signal", "body", "bodyUsed"] as const).flatMap((name) =>
  [1, 2, 3].map((nth) => [name, nth] as const),
);

test.each(requests)("a task whose Request has a %s that throws from reading %i on finishes", async (name, nth) => {
  for (const give of [false, true]) {
    const { pool, log, clock } = lab({ workers: 1, handler: async () => new Response("x") });
    const broken = breaking(upload(), name, nth);
    pool.offer(() => (give ? { request: broken, signal: new AbortController().signal } : broken));
    pool.offer(() => {
      throw BROKEN;
    });
    await clock.advance(50);
    expect([log.of("finish").length, pool.running, clock.timers]).toEqual([2, 0, 0]);
  }
});

test.each(requests)(
  "a Request whose %s throws from reading %i on is let go of when it is not sent",
  async (name, nth) => {
    const { pool, handler, log, clock } = lab({ workers: 1 });
    const caller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Request>();
    pool.offer(() => promise, { signal: caller.signal });
    caller.abort();
    resolve(breaking(upload(), name, nth));
    await settled();
    pool.offer(counted("/next"));
    expect([log.finish(1).ok, handler.paths, pool.running, clock.timers]).toEqual([false, ["/next"], 1, 0]);
  },
);

const responses = (["status", "headers", "body", "bodyUsed"] as const).flatMap((name) =>
  [1, 2, 3].map((nth) => [name, nth] as const),
);

test.each(responses)("a Response whose %s throws from reading %i on costs no slot", async (name, nth) => {
  const answer = (): Response => breaking(new ScriptedBody([1], "hang").response(), name, nth);
  const { pool, handler, log, clock } = lab({ workers: 4 });
  const caller = new AbortController();
  pool.offer(counted());
  pool.offer(
    consumed(() => {
      throw new Error("The consumer failed");
    }),
  );
  pool.offer(
    consumed(() => new Promise(() => undefined)),
    { signal: caller.signal },
  );
  const fetching = pool.fetch("https://example.com/", { hold: "body", signal: caller.signal });
  fetching.catch(() => undefined);
  for (const call of handler.calls) call.respond(answer());
  await clock.advance(1000);
  caller.abort();
  await clock.advance(1000);
  expect([log.of("finish").length, pool.running, clock.timers]).toEqual([4, 0, 0]);
});

test.each(responses)("a late Response whose %s throws from reading %i on costs no slot", async (name, nth) => {
  const { pool, handler, clock } = lab({ workers: 1, manners: "deaf" });
  const caller = new AbortController();
  pool.offer(counted(), { signal: caller.signal });
  caller.abort();
  handler.call(0).respond(breaking(new ScriptedBody([1], "hang").response(), name, nth));
  await clock.advance(1000);
  expect([pool.running, clock.timers]).toEqual([0, 0]);
});
