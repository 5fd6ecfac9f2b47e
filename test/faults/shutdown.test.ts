import { DispatcherClosedError, requestTask } from "httppool";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { PHASES } from "./phase.ts";
import { PATIENCE_MS, serve, stage } from "./stage.ts";

const REASON = new Error("The service stops");
const NAMES = Object.keys(PHASES) as (keyof typeof PHASES)[];

test.each(NAMES)("18. abort() in the phase %s ends the task with its reason and reaches the end", async (name) => {
  const { pool, log, server, running, id } = await PHASES[name](new AbortController().signal);
  const closing = pool.abort(REASON);
  await closing;
  if (name === "release") {
    await expect(
      running.then(
        () => "done",
        (error: unknown) => error,
      ),
    ).resolves.toBeOneOf(["done", REASON]);
  } else if (id === undefined) {
    await expect(running).rejects.toBeInstanceOf(DispatcherClosedError);
  } else {
    await expect(running).rejects.toBe(REASON);
    expect(log.failure(id)).toBe(REASON);
  }
  expect(pool).toMatchObject({ closed: true, waiting: 0, senders: 0 });
  await expect.poll(() => pool.running, { timeout: PATIENCE_MS }).toBe(0);
  // The platform may keep the one that is done with.
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBeLessThanOrEqual(name === "pace" ? 1 : 0);
});

test("18. close() turns the line away and lets the queue finish", async () => {
  const { pool, log } = stage({ workers: 1, queueSize: 2 });
  const gate = Promise.withResolvers<void>();
  const server = await serve(({ end }) => void gate.promise.then(() => end(answer("hello"))));
  const accepted = Array.from({ length: 3 }, () => pool.run(requestTask(server.origin, (response) => response.text())));
  const inLine = Array.from({ length: 3 }, () => pool.send(requestTask(server.origin)));
  const turnedAway = Promise.allSettled(inLine);
  expect(pool.senders).toBe(3);
  const closing = pool.close();
  expect(pool.close()).toBe(closing);
  const outcomes = await turnedAway;
  expect(outcomes.every((one) => one.status === "rejected" && one.reason instanceof DispatcherClosedError)).toBe(true);
  gate.resolve();
  await closing;
  expect(await Promise.all(accepted)).toEqual(["hello", "hello", "hello"]);
  expect(log.of("reject")).toHaveLength(3);
  expect(() => pool.offer(() => null)).toThrow(DispatcherClosedError);
});

test("18. close() while tasks are paced finishes them at their pace", async () => {
  const { pool, log } = stage({ workers: 1, period: 60 });
  const server = await serve(({ end }) => end(answer("hello")));
  const starts: number[] = [];
  pool.on("start", () => starts.push(performance.now()));
  for (let count = 0; count < 4; count++) pool.offer(requestTask(server.origin));
  await pool.close();
  expect(log.of("finish").map(({ ok }) => ok)).toEqual([true, true, true, true]);
  for (let index = 1; index < 4; index++) {
    expect((starts[index] ?? 0) - (starts[index - 1] ?? 0)).toBeGreaterThan(60 - 0.001);
  }
});

test.each(["headers", "body"] as const)("18. close() in the phase %s waits for the task", async (name) => {
  const { pool, server, running } = await PHASES[name](new AbortController().signal);
  let isClosed = false;
  const closing = pool.close().then(() => (isClosed = true));
  expect(await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 200, "not yet"))])).toBe("not yet");
  for (const { end } of server.requests) end(name === "headers" ? answer("hello") : "y".repeat(99));
  await closing;
  expect(isClosed).toBe(true);
  await expect(running).resolves.toSatisfy((value) => value === undefined || String(value).endsWith("y"));
});

test("18. close() while paused lifts the pause and finishes", async () => {
  const { pool, log } = stage({ workers: 2 });
  const server = await serve(({ end }) => end(answer("hello")));
  pool.pause();
  for (let count = 0; count < 5; count++) pool.offer(requestTask(server.origin));
  await pool.close();
  expect(log.of("finish").map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
});

test("18. abort() after close() ends what close() would have waited for", async () => {
  const { pool, running } = await PHASES.headers(new AbortController().signal);
  const closing = pool.close();
  void pool.abort(REASON);
  await closing;
  await expect(running).rejects.toBe(REASON);
});

test("18. abort() without a reason ends tasks with an AbortError", async () => {
  const { pool, running } = await PHASES.queue(new AbortController().signal);
  await pool.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});
