/* oxlint-disable unicorn/no-thenable -- thenables of all kinds are tested */
import { type Consumer, isTransactionTimeoutError, requestTask, type Task } from "httppool";
import { VirtualClock } from "httppool/lab";
import { expect, test } from "vitest";
import { answer, lengthHead } from "../support/raw-answer.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

const FAILURE = new Error("The consumer failed");

const FAILING: readonly (readonly [string, Consumer])[] = [
  [
    "throws",
    () => {
      throw FAILURE;
    },
  ],
  ["rejects", () => Promise.reject(FAILURE)],
  [
    "returns a thenable that throws",
    () => ({
      then: () => {
        throw FAILURE;
      },
    }),
  ],
  [
    "returns what throws when it is asked for its then",
    () => ({
      get then(): never {
        throw FAILURE;
      },
    }),
  ],
];

test.each(FAILING)(
  "11. a consumer that %s fails its task with that very error, and its body is released",
  async (_, consumer) => {
    const { pool, log } = stage({ workers: 1 });
    const server = await serve(({ end }) => end(answer("unread")));
    for (let count = 0; count < 5; count++) {
      expect(await failureOf(pool, requestTask(server.origin, consumer))).toBe(FAILURE);
    }
    expect(log.of("finish").every((event) => !event.ok && event.error === FAILURE && event.status === 200)).toBe(true);
    // Each body was drained, or its connection could not have been used again.
    expect(server.connections).toBeLessThanOrEqual(2);
    expect(await pool.run(reading(server.origin))).toBe("unread");
  },
);

test("12. a consumer that never settles ends with the timeout, and its connection closes", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers: 1, timeout: 300, clock });
  const server = await serve(({ path, write, end }) => (path === "/ok" ? end(answer("hello")) : write(lengthHead(9))));
  const failing = failureOf(
    pool,
    requestTask(server.origin, () => new Promise(() => undefined)),
  );
  await expect.poll(() => log.of("headers").length).toBe(1);
  await clock.advance(300);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  expect(await pool.run(reading(`${server.origin}/ok`))).toBe("hello");
  await expect.poll(() => server.closes, { timeout: PATIENCE_MS }).toBe(1);
});

test("12. consumers that never settle don't let more requests run than there are workers", async () => {
  const workers = 3;
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers, timeout: 150, clock });
  const server = await serve(({ write }) => write(lengthHead(9)));
  const task: Task = requestTask(server.origin, () => new Promise(() => undefined));
  const failing = Promise.all(Array.from({ length: 12 }, () => failureOf(pool, task)));
  for (let count = workers; count <= 12; count += workers) {
    await expect.poll(() => log.of("headers").length).toBe(count);
    await clock.advance(150);
  }
  const failures = await failing;
  expect(failures.every(isTransactionTimeoutError)).toBe(true);
  expect(log.of("start")).toHaveLength(12);
  expect(server.requests).toHaveLength(12);
  expect(server.most).toBe(workers);
  expect(pool.running).toBe(0);
});

test("12. consumers that hang on the body are cut off with it", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers: 2, timeout: 300, clock });
  const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
  let outcome = "still reading";
  const task = requestTask(server.origin, async (response) => {
    await response.text().catch(() => (outcome = "cut off"));
  });
  const failing = failureOf(pool, task);
  await expect.poll(() => log.of("headers").length).toBe(1);
  await clock.advance(300);
  expect(isTransactionTimeoutError(await failing)).toBe(true);
  await expect.poll(() => outcome, { timeout: PATIENCE_MS }).toBe("cut off");
});
