import { requestTask } from "httppool";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import type { RawServer } from "../support/raw-server.ts";
import { serve, stage } from "./stage.ts";

const FAILURE = new Error("The listener failed");
const TYPES = ["queue", "start", "headers", "finish"] as const;

function hello(): Promise<RawServer> {
  return serve(({ end }) => end(answer("hello")));
}

test.each(TYPES)("16. a listener of %s that throws is logged and harms nobody", async (type) => {
  const { pool, log, book } = stage({ workers: 1 });
  const server = await hello();
  const heard: string[] = [];
  pool.on(type, () => {
    throw FAILURE;
  });
  pool.on(type, () => heard.push("the next listener"));
  for (let count = 0; count < 3; count++) {
    expect(await pool.run(requestTask(server.origin, (response) => response.text()))).toBe("hello");
  }
  expect(heard).toHaveLength(3);
  expect(log.of(type)).toHaveLength(3);
  expect(book.errors.flat().filter((item) => item === FAILURE)).toHaveLength(3);
});

test.each(TYPES)("16. an async listener of %s that rejects is logged and harms nobody", async (type) => {
  const { pool, book } = stage({ workers: 1 });
  const server = await hello();
  // oxlint-disable-next-line typescript/no-misused-promises -- the very thing that is tested
  pool.on(type, () => Promise.reject(FAILURE));
  expect(await pool.run(requestTask(server.origin, (response) => response.text()))).toBe("hello");
  await expect.poll(() => book.errors.flat()).toContain(FAILURE);
});

test("16. a client's listener that throws harms neither the others nor the task", async () => {
  const heard: string[] = [];
  const listeners = [
    () => {
      throw FAILURE;
    },
    ({ type }: { type: string }) => heard.push(type),
  ];
  const { pool } = stage({ listeners });
  const server = await hello();
  expect(await pool.run(requestTask(server.origin, (response) => response.text()))).toBe("hello");
  expect(heard).toEqual(["queue", "start", "headers", "finish"]);
});

test("16. a listener may send and offer: its events come after the one under way", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await hello();
  const order: string[] = [];
  pool.once("finish", () => {
    void pool.send(requestTask(`${server.origin}/sent`));
    pool.offer(requestTask(`${server.origin}/offered`));
    order.push("first listener done");
  });
  pool.on("queue", ({ id }) => order.push(`queue ${id}`));
  pool.on("finish", ({ id }) => order.push(`finish ${id}`));
  await pool.run(requestTask(server.origin));
  await pool.onIdle();
  expect(order.slice(0, 3)).toEqual(["queue 1", "first listener done", "finish 1"]);
  expect(log.of("finish").map(({ id, ok }) => [id, ok])).toEqual([
    [1, true],
    [2, true],
    [3, true],
  ]);
  expect(server.requests.map(({ path }) => path)).toEqual(["/", "/sent", "/offered"]);
});

test("16. a listener may close the pool: what was accepted still finishes", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await hello();
  pool.once("start", () => void pool.close());
  pool.pause();
  for (let count = 0; count < 3; count++) pool.offer(requestTask(server.origin));
  pool.resume();
  await pool.onIdle();
  expect(pool.closed).toBe(true);
  expect(log.of("finish").map(({ ok }) => ok)).toEqual([true, true, true]);
});

test("16. a listener may abort the pool: each task finishes once", async () => {
  const { pool, log } = stage({ workers: 1 });
  const server = await hello();
  pool.once("start", () => void pool.abort(FAILURE));
  pool.pause();
  for (let count = 0; count < 3; count++) pool.offer(requestTask(server.origin));
  pool.resume();
  await pool.onIdle();
  expect([1, 2, 3].map((id) => log.failure(id))).toEqual([FAILURE, FAILURE, FAILURE]);
  expect(server.requests).toEqual([]);
});

test("16. a listener may take itself off, and others, in its turn", async () => {
  const { pool } = stage({ workers: 1 });
  const server = await hello();
  const heard: string[] = [];
  const other = (): unknown => heard.push("other");
  const once = (): void => {
    heard.push("once");
    pool.off("finish", once);
    pool.off("finish", other);
  };
  pool.on("finish", once);
  pool.on("finish", other);
  await pool.run(requestTask(server.origin));
  const afterFirst = heard.length;
  await pool.run(requestTask(server.origin));
  expect(heard.filter((name) => name === "once")).toHaveLength(1);
  expect(heard).toHaveLength(afterFirst);
});
