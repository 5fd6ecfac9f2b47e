import { type Consumer, isTransactionTimeoutError, requestTask } from "httppool";
import { VirtualClock } from "httppool/lab";
import { expect, test } from "vitest";
import { answer, chunk, CHUNKED, drip, lengthHead, pour } from "../support/raw-answer.ts";
import type { RawRequest } from "../support/raw-server.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

const KIB = 1024;

/** What goes wrong with a body after its first bytes. */
const BROKEN_BODIES: readonly (readonly [string, (request: RawRequest) => void])[] = [
  ["a reset", ({ socket }) => socket.write(`${lengthHead(100)}short`, () => socket.resetAndDestroy())],
  ["fewer bytes than were announced", ({ socket }) => socket.end(`${lengthHead(100)}short`)],
  ["a chunk that is none", ({ socket }) => socket.end(`${CHUNKED}${chunk("short")}ZZ\r\n`)],
  ["no last chunk", ({ socket }) => socket.end(`${CHUNKED}${chunk("short")}`)],
];

test.each(BROKEN_BODIES)("3. a body that ends with %s fails the consumer that reads it", async (_, script) => {
  const { pool, log } = stage();
  const server = await serve(script);
  const failure = await failureOf(pool, reading(server.origin));
  expect(failure).toBeInstanceOf(Error);
  expect(log.failure(1)).toBe(failure);
});

test.each(BROKEN_BODIES)("7. a body that ends with %s while it is drained is only logged", async (_, script) => {
  const { pool, log, book } = stage({ workers: 1 });
  const server = await serve((request) => {
    if (request.path === "/ok") return request.end(answer("hello"));
    script(request);
  });
  await pool.run(requestTask(server.origin));
  expect(log.finish(1)).toMatchObject({ ok: true, status: 200 });
  expect(book.debugs.flat()).toContainEqual(expect.any(Error));
  expect(await pool.run(reading(`${server.origin}/ok`))).toBe("hello");
});

test("3. what comes after the announced length is never part of a body", async () => {
  const { pool } = stage();
  const server = await serve(({ socket }) => socket.end(`${lengthHead(5)}hello and more`));
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("4. a body that drips a byte a second ends with the timeout, which closes the connection", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ timeout: 1500, clock });
  const server = await serve((request) => {
    request.write(lengthHead(100));
    drip(request, "x".repeat(100), 1000, request.end);
  });
  const failing = failureOf(pool, reading(server.origin));
  await expect.poll(() => log.of("headers").length).toBe(1);
  await clock.advance(1500);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  expect(log.finish(1)).toMatchObject({ status: 200, durationMs: 1500 });
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("4. without a timeout, a body that drips is the consumer's affair", async () => {
  const { pool } = stage();
  const server = await serve((request) => {
    request.write(lengthHead(3));
    drip(request, "low", 100, request.end);
  });
  expect(await pool.run(reading(server.origin))).toBe("low");
});

test("5. an endless body that nobody reads is cut off when the budget of bytes is spent", async () => {
  const { pool, log } = stage({ drain: { ms: 60_000 } });
  const server = await serve((request) => {
    request.write(CHUNKED);
    pour(request, chunk("x".repeat(16 * KIB)), 1);
  });
  await pool.run(requestTask(server.origin));
  expect(log.finish(1)).toMatchObject({ ok: true });
  expect(log.finish(1).durationMs).toBeLessThan(PATIENCE_MS);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("5. an endless body that nobody reads is cut off when the budget of time is spent", async () => {
  const { pool, log } = stage({ drain: { ms: 250 } });
  const server = await serve((request) => {
    request.write(CHUNKED);
    pour(request, chunk("x"), 20);
  });
  await pool.run(requestTask(server.origin));
  expect(log.finish(1)).toMatchObject({ ok: true });
  expect(log.finish(1).durationMs).toBeGreaterThanOrEqual(250);
  // 350 on a machine that has nothing else to do; the budget of bytes would last for 20 minutes.
  expect(log.finish(1).durationMs).toBeLessThan(PATIENCE_MS);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("5. a body that announces more than the budget is cut off at once", async () => {
  const { pool, log } = stage({ drain: { ms: 60_000 } });
  const server = await serve(({ write }) => write(`${lengthHead(64 * KIB + 1)}x`));
  await pool.run(requestTask(server.origin));
  expect(log.finish(1).durationMs).toBeLessThan(PATIENCE_MS);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test.each([1, 64])("6. 60 unread bodies of %i KiB in a row take 2 connections at most", async (size) => {
  // A busy machine may take longer to drain a body than a pool waits by default.
  const { pool } = stage({ workers: 1, drain: { ms: 60_000 } });
  const server = await serve(({ end }) => end(answer("x".repeat(size * KIB))));
  for (let count = 0; count < 60; count++) await pool.run(requestTask(server.origin));
  expect(server.requests).toHaveLength(60);
  expect(server.connections).toBeLessThanOrEqual(2);
});

test("8. a body that its consumer leaves locked is freed: the server sees the connection close", async () => {
  const { pool, log } = stage();
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  await pool.run(requestTask(server.origin, (response) => void response.body?.getReader()));
  expect(log.finish(1)).toMatchObject({ ok: true });
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

const CLONERS: readonly (readonly [string, Consumer])[] = [
  ["reads none of both", (response) => void response.clone()],
  ["starts with the clone", async (response) => (await response.clone().body?.getReader().read())?.done],
  ["starts with the original", async (response) => (response.clone(), (await response.body?.getReader().read())?.done)],
];

test.each(CLONERS)(
  "9. a consumer that clones an endless response and %s does not hold the slot",
  async (_, consumer) => {
    const { pool, log } = stage();
    const server = await serve((request) => {
      request.write(CHUNKED);
      pour(request, chunk("x".repeat(KIB)), 1);
    });
    await pool.run(requestTask(server.origin, consumer));
    expect(log.finish(1)).toMatchObject({ ok: true });
    expect(log.finish(1).durationMs).toBeLessThan(PATIENCE_MS);
    await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
  },
);

test("9. a consumer may read the clone and leave the original", async () => {
  const { pool } = stage();
  const server = await serve(({ end }) => end(answer("hello")));
  expect(await pool.run(requestTask(server.origin, (response) => response.clone().text()))).toBe("hello");
});

test("10. where there is no body there is nothing to clean up", async () => {
  const { pool, log, book } = stage({ workers: 1, drain: { ms: 60_000 } });
  const server = await serve(({ method, path, end }) => {
    if (path === "/204") end("HTTP/1.1 204 No Content\r\n\r\n");
    else if (path === "/304") end("HTTP/1.1 304 Not Modified\r\n\r\n");
    else end(method === "HEAD" ? lengthHead(1_000_000) : answer(""));
  });
  for (const path of ["/204", "/304", "/empty", "/204"]) await pool.run(requestTask(`${server.origin}${path}`));
  // Last, since Node gives up the connection of a HEAD in any case.
  await pool.run(requestTask(server.origin, { method: "HEAD" }));
  expect(log.of("finish").map(({ ok, status }) => [ok, status])).toEqual(
    [204, 304, 200, 204, 200].map((status) => [true, status]),
  );
  expect(server.connections).toBeLessThanOrEqual(2);
  expect(book.debugs).toEqual([]);
});
