import { isCircuitOpenError, isTransactionTimeoutError, kyHandler, requestTask } from "httppool";
import { type BreakerEvent, breakerHandler, type BreakerOptions } from "httppool/breaker";
import { VirtualClock } from "httppool/lab";
import { expect, test, vi } from "vitest";
import { portedHostOf } from "../support/ported-host.ts";
import { answer } from "../support/raw-answer.ts";
import type { RawServer } from "../support/raw-server.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

/** The longest that the first back-off may be, in ms. */
const FIRST_BACK_OFF_MS = 750;

/** What Node wants beside a stream for a body, and its types for the browser don't know. */
const HALF: object = { duplex: "half" };

const hostOf = ({ origin }: RawServer): string => portedHostOf(origin);

/** A server that is down until it is told to be well. */
async function patient(): Promise<{ readonly server: RawServer; heal(): void }> {
  let isWell = false;
  const server = await serve(({ socket, end }) => {
    if (isWell) end(answer("hello"));
    else socket.resetAndDestroy();
  });
  return { server, heal: () => void (isWell = true) };
}

test("a host that resets is left alone, tried again after the back-off and used again when it is well", async () => {
  const { server, heal } = await patient();
  const events: BreakerEvent[] = [];
  const clock = new VirtualClock();
  const breaker = breakerHandler({
    threshold: 3,
    delegate: kyHandler(),
    onEvent: (event) => events.push(event),
    clock,
  });
  const { pool } = stage({ handler: breaker, workers: 1 });
  const failures: unknown[] = [];
  for (let i = 0; i < 10; i++) failures.push(await failureOf(pool, reading(server.origin)));
  expect(failures.slice(0, 3).map((error) => error instanceof TypeError)).toEqual([true, true, true]);
  expect(failures.slice(3).every(isCircuitOpenError)).toBe(true);
  expect(server.requests).toHaveLength(3);
  heal();
  await clock.advance(FIRST_BACK_OFF_MS);
  expect(await pool.run(reading(server.origin))).toBe("hello");
  expect(await pool.run(reading(server.origin))).toBe("hello");
  expect(events.map(({ type }) => type)).toEqual(["tripped", "half-open", "reset"]);
});

test("one probe at a time is sent, whatever waits", async () => {
  const { server, heal } = await patient();
  const clock = new VirtualClock();
  const breaker = breakerHandler({ threshold: 1, clock });
  const { pool } = stage({ handler: breaker, workers: 20 });
  await failureOf(pool, reading(server.origin));
  await clock.advance(FIRST_BACK_OFF_MS);
  const before = server.requests.length;
  const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(pool, reading(server.origin))));
  expect(server.requests.length - before).toBe(1);
  expect(failures.filter(isCircuitOpenError)).toHaveLength(19);
  heal();
});

test("headers that don't come end with the breaker's timeout, which closes the connection and counts", async () => {
  const server = await serve(() => undefined);
  const breaker = breakerHandler({ threshold: 1, timeout: 200 });
  const { pool } = stage({ handler: breaker, workers: 1 });
  expect(await failureOf(pool, reading(server.origin))).toMatchObject({ name: "TimeoutError" });
  expect(breaker.states().get(hostOf(server))?.state).toBe("open");
  await vi.waitFor(() => expect(server.open).toBe(0), PATIENCE_MS);
});

test("headers that don't come end with the pool's timeout, which counts too", async () => {
  const server = await serve(() => undefined);
  const breaker = breakerHandler({ threshold: 1 });
  const { pool } = stage({ handler: breaker, workers: 1, timeout: 200 });
  expect(isTransactionTimeoutError(await failureOf(pool, reading(server.origin)))).toBe(true);
  await vi.waitFor(() => expect(breaker.states().get(hostOf(server))?.state).toBe("open"), PATIENCE_MS);
  await vi.waitFor(() => expect(server.open).toBe(0), PATIENCE_MS);
});

test("a body that stalls is the pool's affair: the host has answered", async () => {
  const server = await serve(({ write }) => write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel"));
  const clock = new VirtualClock();
  const breaker = breakerHandler({ threshold: 1, timeout: 5000, clock });
  const { pool, log } = stage({ handler: breaker, workers: 1, timeout: 300, clock });
  const failing = failureOf(pool, reading(server.origin));
  await expect.poll(() => log.of("headers").length).toBe(1);
  await clock.advance(300);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  expect(breaker.states().size).toBe(0);
  await vi.waitFor(() => expect(server.open).toBe(0), PATIENCE_MS);
});

test("a caller's abort in flight closes the connection and does not count", async () => {
  const server = await serve(() => undefined);
  const breaker = breakerHandler({ threshold: 1, timeout: 60_000 });
  const { pool } = stage({ handler: breaker, workers: 1 });
  const controller = new AbortController();
  const failing = failureOf(pool, reading(server.origin), controller.signal);
  await vi.waitFor(() => expect(server.requests).toHaveLength(1), PATIENCE_MS);
  const reason = new Error("never mind");
  controller.abort(reason);
  expect(await failing).toBe(reason);
  await vi.waitFor(() => expect(server.open).toBe(0), PATIENCE_MS);
  expect(breaker.states().size).toBe(0);
});

test("responses that trip are delivered, and their connection is used again", async () => {
  const server = await serve(({ end }) => end(answer("busy", "503 Service Unavailable")));
  const breaker = breakerHandler({ threshold: 5, tripOn: ({ status }) => status === 503, clock: new VirtualClock() });
  const { pool } = stage({ handler: breaker, workers: 1 });
  for (let i = 0; i < 5; i++) expect(await pool.run(reading(server.origin))).toBe("busy");
  expect(isCircuitOpenError(await failureOf(pool, reading(server.origin)))).toBe(true);
  expect(server.connections).toBeLessThanOrEqual(2);
});

test("a host that can't be found trips like one that refuses", async () => {
  // A label of more than 63 characters: no resolver has to be asked to know that there is no such host.
  const host = `${"a".repeat(64)}.test`;
  const breaker = breakerHandler({ threshold: 1 });
  await expect(breaker(`http://${host}/`)).rejects.toBeInstanceOf(TypeError);
  expect([...breaker.states().keys()]).toEqual([`${host}:80`]);
});

test("25. a request whose body was used already never trips the breaker, in a pool or as plain fetch", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const breaker = breakerHandler({ threshold: 1 });
  const { pool } = stage({ handler: breaker, workers: 1 });
  const request = new Request(server.origin, { method: "POST", body: "x" });
  await request.text();
  for (let i = 0; i < 3; i++) {
    expect(await failureOf(pool, () => request)).toBeInstanceOf(TypeError);
    await expect(breaker(request)).rejects.toBeInstanceOf(TypeError);
  }
  expect(breaker.states().size).toBe(0);
  expect(server.requests).toHaveLength(0);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("25. nor does a request that is sent a second time", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const breaker = breakerHandler({ threshold: 1 });
  const { pool } = stage({ handler: breaker, workers: 1 });
  const task = requestTask(new Request(server.origin, { method: "POST", body: "x" }), (response) => response.text());
  expect(await pool.run(task)).toBe("hello");
  expect(await failureOf(pool, task)).toBeInstanceOf(TypeError);
  expect(breaker.states().size).toBe(0);
});

test.each<[how: string, options: BreakerOptions]>([
  ["an upload that its own source breaks is the caller's fault", {}],
  ["so it is when there is a timeout", { timeout: 5000 }],
])("%s, and never trips the breaker", async (_, options) => {
  const server = await serve(() => undefined);
  const breaker = breakerHandler({ threshold: 1, ...options });
  const { pool } = stage({ handler: breaker, workers: 1 });
  const upload = (): Request => {
    let pulls = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (++pulls > 2) throw new RangeError("the file is gone");
        controller.enqueue(new Uint8Array(10));
      },
    });
    return new Request(server.origin, { method: "POST", body, ...HALF });
  };
  expect(await failureOf(pool, upload)).toBeInstanceOf(Error);
  await expect(breaker(upload())).rejects.toBeInstanceOf(Error);
  await expect(breaker(upload(), { headers: { "x-a": "1" } })).rejects.toBeInstanceOf(Error);
  expect(breaker.states().size).toBe(0);
});

test("an upload that the host breaks counts", async () => {
  const server = await serve(({ socket }) => socket.resetAndDestroy());
  const breaker = breakerHandler({ threshold: 1 });
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
  await expect(breaker(server.origin, { method: "POST", body, ...HALF })).rejects.toBeInstanceOf(TypeError);
  expect(breaker.states().get(hostOf(server))?.state).toBe("open");
});

test("a response that `integrity` refuses counts, unless isFailure says otherwise", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const integrity = `sha256-${btoa("x".repeat(32))}`;
  for (const isFailure of [undefined, (error: unknown) => !/integrity/.test(String((error as Error).cause))]) {
    const breaker = breakerHandler({ threshold: 1, isFailure });
    await expect(breaker(server.origin, { integrity })).rejects.toBeInstanceOf(TypeError);
    expect(breaker.states().get(hostOf(server))?.state).toBe(isFailure === undefined ? "open" : undefined);
  }
});

test("26. a redirect to another host that is down counts for the host that was asked for", async () => {
  const { server: down } = await patient();
  const server = await serve(({ end }) => end(answer("", "302 Found", { location: down.origin })));
  const breaker = breakerHandler({ threshold: 2, clock: new VirtualClock() });
  const { pool } = stage({ handler: breaker, workers: 1 });
  for (let i = 0; i < 2; i++) expect(await failureOf(pool, reading(server.origin))).toBeInstanceOf(TypeError);
  expect([...breaker.states().keys()]).toEqual([hostOf(server)]);
  expect(isCircuitOpenError(await failureOf(pool, reading(server.origin)))).toBe(true);
  expect(isCircuitOpenError(await failureOf(pool, reading(down.origin)))).toBe(false);
});

test("31. of five hundred hosts that are down, 256 are remembered at most, open ones before the others", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const { port } = new URL(server.origin);
  const breaker = breakerHandler({ threshold: 2, clock: new VirtualClock() });
  const { pool } = stage({ handler: breaker, workers: 10, queueSize: 1000 });
  // The server is on 127.0.0.1 alone: all other addresses of loopback refuse.
  const origins = Array.from({ length: 500 }, (_, i) => `http://127.0.${1 + (i >> 8)}.${i & 255}:${port}`);
  const open = origins.slice(0, 100);
  await Promise.all([...open, ...open].map((origin) => failureOf(pool, reading(origin))));
  const failures = await Promise.all(origins.slice(100).map((origin) => failureOf(pool, reading(origin))));
  expect(failures.every((failure) => failure instanceof Error)).toBe(true);
  const states = breaker.states();
  expect(states.size).toBe(256);
  expect(open.every((origin) => states.get(portedHostOf(origin))?.state === "open")).toBe(true);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});
