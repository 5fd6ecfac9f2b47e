import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Clock, type Handler, type Hold, isTransactionTimeoutError } from "httppool";
import { breakerHandler } from "httppool/breaker";
import { VirtualClock } from "httppool/lab";
import { Client as LeanClient, fetchHandler } from "httppool/lean";
import { expect, test } from "vitest";
import { collect } from "../support/collector.ts";
import { lengthHead } from "../support/raw-answer.ts";
import { listenerCount } from "../support/listener-count.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

/* What links a signal to a request may be garbage to the platform long before the body has ended. */
test.each([
  ["ky", (clock: Clock) => new Client({ timeout: 1000, clock }).start()],
  ["fetch", (clock: Clock) => new LeanClient({ timeout: 1000, clock, handler: fetchHandler }).start()],
])("4. the timeout reaches a body that %s sent for, whatever was garbage-collected meanwhile", async (_, start) => {
  const clock = new VirtualClock();
  const pool = start(clock);
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  let headers = 0;
  pool.on("headers", () => headers++);
  const failing = Promise.all(Array.from({ length: 5 }, () => failureOf(pool, reading(server.origin))));
  await expect.poll(() => headers, { timeout: PATIENCE_MS }).toBe(5);
  for (let round = 0; round < 3; round++) {
    await sleep(100);
    await collect();
  }
  await clock.advance(1000);
  for (const failure of await failing) expect(isTransactionTimeoutError(failure)).toBe(true);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
  await pool.close();
});

test.each<[hold: Hold, signal: string]>([
  ["headers", "no signal"],
  ["headers", "a signal that lives on"],
  ["body", "no signal"],
  ["body", "a signal that lives on"],
])("17. a response fetched with hold %s and %s gives back all it had when it is forgotten", async (hold, which) => {
  const { pool } = stage({ workers: 5, hold });
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  const { signal } = new AbortController();
  const init = which === "no signal" ? {} : { signal };
  // The responses are gone when this returns.
  await Promise.all(Array.from({ length: 5 }, async () => void (await pool.fetch(server.origin, init))));
  await expect
    .poll(
      collectAndCount(() => server.open),
      { timeout: PATIENCE_MS },
    )
    .toBe(0);
  expect(listenerCount(signal)).toBe(0);
  expect(pool.running).toBe(0);
});

/* A platform may remember what it was given with a request for as long as that can be reached from the signal: a listener
   left behind would keep requests, sockets and buffers for good. */
test.each<[how: string, use: (response: Response) => Promise<unknown>]>([
  ["was read", (response) => response.text()],
  ["was cancelled", async (response) => response.body?.cancel()],
  ["has failed", (response) => response.text()],
])("32. a body that %s leaves no listener on its attempt's signal", async (how, use) => {
  const signals: AbortSignal[] = [];
  const handler: Handler = (request, init) => {
    signals.push(init.signal);
    return fetch(request);
  };
  const { pool } = stage({ handler, hold: "body" });
  const server = await serve(({ socket }) => socket.end(`${lengthHead(how === "has failed" ? 100 : 5)}hello`));
  await use(await pool.fetch(server.origin)).catch(() => undefined);
  await pool.onIdle();
  expect(signals.map(listenerCount)).toEqual([0]);
});

/* In Node plain `fetch` itself no longer hears an abort when its Request has been collected. */
test.each<[form: string, call: (send: typeof fetch, url: string, signal: AbortSignal) => Promise<Response>]>([
  ["a URL and a signal", (send, url, signal) => send(url, { signal })],
  ["a Request", (send, url, signal) => send(new Request(url, { signal }))],
  ["a Request and an init", (send, url, signal) => send(new Request(url, { signal }), { method: "PUT" })],
  ["an init that is a Request", (send, url, signal) => send(url, new Request(url, { signal }))],
  ["a Request and a signal", (send, url, signal) => send(new Request(url), { signal })],
  ["a Request and an empty init", (send, url, signal) => send(new Request(url, { signal }), {})],
])("17. an abort reaches a body behind a breaker that was called with %s, also after a collection", async (_, call) => {
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  const reason = new RangeError("enough");
  for (const timeout of [0, 10_000]) {
    const controller = new AbortController();
    const response = await call(breakerHandler({ timeout }), server.origin, controller.signal);
    await collect();
    const rejection = expect(response.text()).rejects.toBe(reason);
    controller.abort(reason);
    await rejection;
    await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
  }
});

test("17. what a breaker has put on a signal that lives on is taken off when the bodies are forgotten", async () => {
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  const send = breakerHandler({ timeout: 10_000 });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 5 }, async () => void (await send(server.origin, { signal }))));
  expect(listenerCount(signal)).toBe(1);
  await expect
    .poll(
      collectAndCount(() => listenerCount(signal)),
      { timeout: PATIENCE_MS },
    )
    .toBe(0);
});

test("17. a breaker does not keep a body that only the caller's signal refers to", async () => {
  const send = breakerHandler({ timeout: 10_000, delegate: () => Promise.resolve(new Response("x")) });
  let bodies = 0;
  const forgotten = new FinalizationRegistry(() => void bodies--);
  // All that is made here is gone when it returns.
  const use = async (): Promise<void> => {
    const { signal } = new AbortController();
    const { body } = await send("http://127.0.0.1/", { signal });
    if (body === null) throw new Error("There is a body");
    signal.addEventListener("abort", () => void body.cancel());
    forgotten.register(body, undefined);
    bodies++;
  };
  await use();
  expect(bodies).toBe(1);
  await expect
    .poll(
      collectAndCount(() => bodies),
      { timeout: PATIENCE_MS },
    )
    .toBe(0);
});

function collectAndCount(count: () => number): () => Promise<number> {
  return async () => {
    await collect();
    return count();
  };
}
