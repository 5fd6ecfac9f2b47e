import type { Handler } from "httppool";
import { isTransactionTimeoutError, requestTask } from "httppool";
import { VirtualClock } from "httppool/lab";
import { expect, test } from "vitest";
import { answer, chunk, CHUNKED, pour } from "../support/raw-answer.ts";
import type { RawRequest } from "../support/raw-server.ts";
import { failureOf, PATIENCE_MS, serve, stage } from "./stage.ts";

const FAILURE = new Error("The handler failed");
const REQUEST = requestTask("http://127.0.0.1/");

/** Ignores its signal. */
const deaf: Handler = (request) => fetch(request);

/** Answers the first call in its own way, and all others well. */
function once(first: () => unknown): Handler {
  let calls = 0;
  // Handlers in JavaScript return what they like.
  return (() => (calls++ === 0 ? first() : Promise.resolve(new Response("hello")))) as Handler;
}

test("14. a handler that throws fails its task with that very error, and the slot goes on", async () => {
  const handler = once(() => {
    throw FAILURE;
  });
  const { pool, log } = stage({ workers: 1, handler });
  expect(await failureOf(pool, REQUEST)).toBe(FAILURE);
  expect(log.failure(1)).toBe(FAILURE);
  expect(await failureOf(pool, REQUEST)).toBeUndefined();
});

test.each([
  ["resolves to undefined", () => Promise.resolve(undefined)],
  ["resolves to null", () => Promise.resolve(null)],
  ["returns undefined", () => undefined],
])("14. a handler that %s finishes its task well, without its consumer", async (_, first) => {
  const { pool, log } = stage({ workers: 1, handler: once(first) });
  let consumed = 0;
  const task = requestTask("http://127.0.0.1/", () => void consumed++);
  // Whoever runs it expects what its consumer returns, and so is told.
  expect(await failureOf(pool, task)).toEqual(new TypeError("The handler gave no response"));
  expect(consumed).toBe(0);
  expect(log.finish(1).ok).toBe(true);
  expect(log.finish(1)).not.toHaveProperty("status");
  expect(await failureOf(pool, task)).toBeUndefined();
  expect(consumed).toBe(1);
});

test.each([
  ["a text", () => Promise.resolve("hello")],
  ["a number", () => Promise.resolve(200)],
  ["an object that is no response", () => Promise.resolve({ status: "200" })],
  ["a function", () => Promise.resolve(() => undefined)],
])("14. a handler that resolves to %s fails its task with a TypeError, and the slot goes on", async (_, first) => {
  const { pool } = stage({ workers: 1, handler: once(first) });
  expect(await failureOf(pool, REQUEST)).toBeInstanceOf(TypeError);
  expect(await failureOf(pool, REQUEST)).toBeUndefined();
});

test("15. the late answer of a handler that ignores its signal is released, and its slot stays taken until then", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers: 1, handler: deaf, timeout: 200, clock });
  const release = Promise.withResolvers<void>();
  const late = async (request: RawRequest): Promise<void> => {
    await release.promise;
    request.write(CHUNKED);
    pour(request, chunk("x".repeat(1024)), 1);
  };
  const server = await serve((request) => {
    if (request.path === "/ok") request.end(answer("hello"));
    else void late(request);
  });
  const failing = failureOf(pool, requestTask(server.origin));
  await clock.advance(200);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  expect(pool.running).toBe(1);
  const next = pool.run(requestTask(`${server.origin}/ok`, (response) => response.text()));
  expect(pool.waiting).toBe(1);
  release.resolve();
  expect(await next).toBe("hello");
  expect(log.of("start")).toHaveLength(2);
  expect(server.most).toBe(1);
  await expect.poll(() => server.closes, { timeout: PATIENCE_MS }).toBe(1);
});

test("15. handlers that ignore their signal are never more than there are workers", async () => {
  let running = 0;
  let most = 0;
  const counting: Handler = async (request) => {
    most = Math.max(most, ++running);
    try {
      return await fetch(request);
    } finally {
      running--;
    }
  };
  const clock = new VirtualClock();
  const { pool } = stage({ workers: 3, handler: counting, timeout: 50, clock });
  const held: RawRequest[] = [];
  const server = await serve((request) => held.push(request));
  const failing = Promise.all(Array.from({ length: 9 }, () => failureOf(pool, requestTask(server.origin))));
  for (let count = 3; count <= 9; count += 3) {
    await expect.poll(() => server.requests.length).toBe(count);
    await clock.advance(50);
    for (const { end } of held.splice(0)) end(answer("late"));
  }
  const failures = await failing;
  expect(failures.every(isTransactionTimeoutError)).toBe(true);
  expect(most).toBe(3);
  expect(server.most).toBe(3);
});
