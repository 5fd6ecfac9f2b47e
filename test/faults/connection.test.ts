import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { isTransactionTimeoutError } from "httppool";
import { expect, test } from "vitest";
import { answer, drip, head } from "../support/raw-answer.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

test("1. a refused connection fails its task with what fetch throws, and the slot goes on", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await serve(({ end }) => end(answer("hello")));
  const failure = await failureOf(pool, reading(await deadOrigin()));
  expect(failure).toBeInstanceOf(TypeError);
  expect(log.failure(1)).toBe(failure);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("1. an unknown host fails its task with what fetch throws, and the slot goes on", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await serve(({ end }) => end(answer("hello")));
  // A label of more than 63 characters: no resolver has to be asked to know that there is no such host.
  const failure = await failureOf(pool, reading(`http://${"a".repeat(64)}.test/`));
  expect(failure).toBeInstanceOf(TypeError);
  expect(log.failure(1)).toBe(failure);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("2. a reset in the middle of the headers fails its task, and the slot goes on", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await serve(({ path, socket, end }) => {
    if (path === "/ok") end(answer("hello"));
    else socket.write("HTTP/1.1 200 OK\r\ncontent-le", () => socket.resetAndDestroy());
  });
  const failure = await failureOf(pool, reading(server.origin));
  expect(failure).toBeInstanceOf(TypeError);
  expect(log.failure(1)).toBe(failure);
  expect(log.finish(1)).not.toHaveProperty("status");
  expect(await pool.run(reading(`${server.origin}/ok`))).toBe("hello");
});

test.each([
  ["nothing at all", ""],
  ["what is no HTTP", "I speak no HTTP.\r\n\r\n"],
  ["two lengths that contradict", head("200 OK", { "content-length": "5", "Content-Length": "6" })],
  ["an endless header", `HTTP/1.1 200 OK\r\nx-long: ${"z".repeat(1_000_000)}`],
])("2. a server that says %s and hangs up fails the task, and the slot goes on", async (_, words) => {
  const { pool } = stage({ workers: 1 });
  const server = await serve(({ path, socket, end }) => {
    if (path === "/ok") end(answer("hello"));
    else socket.end(words);
  });
  expect(await failureOf(pool, reading(server.origin))).toBeInstanceOf(Error);
  expect(await pool.run(reading(`${server.origin}/ok`))).toBe("hello");
});

test("4. headers that drip a byte a second end with the timeout, which closes the connection", async () => {
  const { pool, log } = stage({ workers: 1, timeout: 1500 });
  const server = await serve((request) => drip(request, answer("x".repeat(100)), 1000, request.end));
  const failure = await failureOf(pool, reading(server.origin));
  expect(isTransactionTimeoutError(failure)).toBe(true);
  expect(log.finish(1).durationMs).toBeGreaterThanOrEqual(1500);
  expect(log.finish(1).durationMs).toBeLessThan(PATIENCE_MS);
  expect(log.finish(1)).not.toHaveProperty("status");
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("4. without a timeout, headers that drip are waited for", async () => {
  const { pool } = stage();
  const server = await serve((request) => {
    request.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-");
    drip(request, "lo:", 100, () => request.end("ng\r\n\r\nhi"));
  });
  expect(await pool.run(reading(server.origin))).toBe("hi");
});

test("26. a redirect to another host is told under the host that was asked for", async () => {
  const { pool, log } = stage();
  const there = await serve(({ end }) => end(answer("there")));
  const here = await serve(({ end }) => end(answer("", "302 Found", { location: there.origin })));
  expect(await pool.run(reading(here.origin))).toBe("there");
  expect(there.requests).toHaveLength(1);
  expect(log.finish(1)).toMatchObject({ ok: true, status: 200, origin: here.origin });
});

/** Of a port that nobody listens on. */
async function deadOrigin(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
