import { isTransactionTimeoutError, requestTask, type Task } from "httppool";
import { VirtualClock } from "httppool/lab";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { failureOf, reading, serve, stage } from "./stage.ts";

const FAILURE = new Error("The task failed");

const FAILING: readonly (readonly [string, Task])[] = [
  [
    "throws",
    () => {
      throw FAILURE;
    },
  ],
  ["rejects", () => Promise.reject(FAILURE)],
];

test.each(FAILING)("13. a task that %s finishes with that very error and sends nothing", async (_, task) => {
  const { pool, log } = stage({ workers: 1 });
  const server = await serve(({ end }) => end(answer("hello")));
  expect(await failureOf(pool, task)).toBe(FAILURE);
  expect(log.failure(1)).toBe(FAILURE);
  expect(server.connections).toBe(0);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("13. a task that never settles ends with the timeout and frees its slot", async () => {
  const clock = new VirtualClock();
  const { pool } = stage({ workers: 1, timeout: 200, clock });
  const server = await serve(({ end }) => end(answer("hello")));
  const failing = failureOf(pool, () => new Promise<never>(() => undefined));
  await clock.advance(200);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("13. a task that settles after its timeout sends nothing any more", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ timeout: 100, clock });
  const server = await serve(({ end }) => end(answer("hello")));
  const late = Promise.withResolvers<Request>();
  const failing = failureOf(pool, () => late.promise);
  await clock.advance(100);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  late.resolve(new Request(server.origin));
  expect(await pool.run(reading(`${server.origin}/next`))).toBe("hello");
  expect(server.requests.map(({ path }) => path)).toEqual(["/next"]);
  expect(log.of("finish")).toHaveLength(2);
});

test("25. a request whose body was used already fails with a TypeError and sends nothing", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await serve(({ end }) => end(answer("hello")));
  const request = new Request(server.origin, { method: "POST", body: "once" });
  await request.text();
  expect(await failureOf(pool, () => request)).toBeInstanceOf(TypeError);
  expect(log.finish(1)).not.toHaveProperty("status");
  expect(server.connections).toBe(0);
  expect(await pool.run(reading(server.origin))).toBe("hello");
});

test("25. a request with a body can be sent once only, one that is made afresh as often as you like", async () => {
  const { pool } = stage({ workers: 1 });
  const server = await serve(({ end }) => end(answer("hello")));
  const once = requestTask(new Request(server.origin, { method: "POST", body: "once" }));
  expect(await failureOf(pool, once)).toBeUndefined();
  expect(await failureOf(pool, once)).toBeInstanceOf(TypeError);
  const often = requestTask(server.origin, { method: "POST", body: "often" });
  expect(await failureOf(pool, often)).toBeUndefined();
  expect(await failureOf(pool, often)).toBeUndefined();
  expect(server.requests).toHaveLength(3);
});
