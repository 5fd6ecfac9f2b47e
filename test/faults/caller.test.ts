import { requestTask } from "httppool";
import { expect, test } from "vitest";
import { listenerCount } from "../support/listener-count.ts";
import { answer } from "../support/raw-answer.ts";
import { PHASES } from "./phase.ts";
import { PATIENCE_MS, serve, stage } from "./stage.ts";

const REASON = new Error("The caller has given up");
const NAMES = Object.keys(PHASES) as (keyof typeof PHASES)[];

test("17. a signal that is aborted already refuses the task with its reason, and the task is never called", async () => {
  const { pool, log } = stage();
  const signal = AbortSignal.abort(REASON);
  let calls = 0;
  const task = (): null => (calls++, null);
  await expect(pool.send(task, { signal })).rejects.toBe(REASON);
  await expect(pool.run(task, { signal })).rejects.toBe(REASON);
  await expect(pool.fetch("http://127.0.0.1/", { signal })).rejects.toBe(REASON);
  expect(() => pool.offer(task, { signal })).toThrow(REASON);
  expect(log.lines).toEqual(Array.from({ length: 4 }, () => "reject aborted"));
  expect(log.of("reject").map(({ error }) => error)).toEqual([REASON, REASON, REASON, REASON]);
  expect(calls).toBe(0);
  expect(listenerCount(signal)).toBe(0);
});

for (const reason of [REASON, null]) {
  test.each(NAMES)(
    `17. an abort with ${reason === null ? "null" : "a reason"} in the phase %s ends the task with it`,
    async (name) => {
      const controller = new AbortController();
      const { pool, log, running, id } = await PHASES[name](controller.signal);
      expect(listenerCount(controller.signal)).toBe(1);
      controller.abort(reason);
      if (name === "release") {
        // The consumer had done its work: only the clean-up was cut short.
        await expect(
          running.then(
            () => "done",
            (error: unknown) => error,
          ),
        ).resolves.toBeOneOf(["done", reason]);
      } else {
        await expect(running).rejects.toBe(reason);
        if (id === undefined) expect(log.of("reject").map(({ error }) => error)).toEqual([reason]);
        else expect(log.failure(id)).toBe(reason);
      }
      expect(listenerCount(controller.signal)).toBe(0);
      expect(pool.senders).toBe(0);
    },
  );
}

test.each(["headers", "body", "release"] as const)(
  "17. an abort in the phase %s closes the connection and frees the slot",
  async (name) => {
    const controller = new AbortController();
    const { pool, server } = await PHASES[name](controller.signal);
    controller.abort(REASON);
    await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
    await expect.poll(() => pool.running, { timeout: PATIENCE_MS }).toBe(0);
  },
);

test.each(["queue", "pace", "task"] as const)(
  "17. a task that is given up in the phase %s sends nothing",
  async (name) => {
    const controller = new AbortController();
    const { pool, server, running } = await PHASES[name](controller.signal);
    const before = server.requests.length;
    controller.abort(REASON);
    await expect(running).rejects.toBe(REASON);
    await pool.abort();
    expect(server.requests).toHaveLength(before);
  },
);

test("17. a signal that many tasks share has one listener, and none when they are done", async () => {
  const { pool, log } = stage({ workers: 5 });
  const server = await serve(({ end }) => end(answer("hello")));
  const { signal } = new AbortController();
  for (let count = 0; count < 50; count++) await pool.send(requestTask(server.origin), { signal });
  expect(listenerCount(signal)).toBe(1);
  await pool.onIdle();
  expect(log.of("finish")).toHaveLength(50);
  expect(listenerCount(signal)).toBe(0);
});

test("17. one abort ends everything that shares the signal, and lets nobody in who shares it too", async () => {
  const { pool, log } = stage({ workers: 2, queueSize: 3 });
  const server = await serve(() => undefined);
  const controller = new AbortController();
  const { signal } = controller;
  for (let count = 0; count < 5; count++) pool.offer(requestTask(server.origin), { signal });
  const sends = Promise.allSettled(Array.from({ length: 5 }, () => pool.send(requestTask(server.origin), { signal })));
  await expect.poll(() => server.requests.length, { timeout: PATIENCE_MS }).toBe(2);
  controller.abort(REASON);
  const outcomes = await sends;
  expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason === REASON)).toEqual(
    Array.from({ length: 5 }, () => true),
  );
  expect([1, 2, 3, 4, 5].map((id) => log.failure(id))).toEqual(Array.from({ length: 5 }, () => REASON));
  expect(log.of("queue")).toHaveLength(5);
  expect(log.of("reject")).toHaveLength(5);
  expect(log.of("start")).toHaveLength(2);
  expect(listenerCount(signal)).toBe(0);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("17. the body of a fetch can be aborted after its headers, and its signal keeps no listener", async () => {
  const { pool } = stage();
  const server = await serve(({ write }) => write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"));
  const controller = new AbortController();
  const response = await pool.fetch(server.origin, { signal: controller.signal });
  const reading = response.text();
  controller.abort(REASON);
  await expect(reading).rejects.toBe(REASON);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
  await expect.poll(() => listenerCount(controller.signal), { timeout: PATIENCE_MS }).toBe(0);
});

/* Removal from the middle of the queue or of the line: quadratic work would take sixteen times as long for four times as
   many, and the bound leaves much room for a busy machine. */
test.each([
  ["23. ten thousand sends waiting in line", 1],
  ["17. ten thousand tasks waiting in the queue", 100_000],
])("%s, each given up by a signal of its own, cost the same each and leave nothing behind", async (_, queueSize) => {
  await giveUp(2500, queueSize); // the first is slow, whatever it is
  const few = await giveUp(2500, queueSize);
  const many = await giveUp(10_000, queueSize);
  expect(many).toBeLessThan(4 * few * 2.5 + 100);
});

test("23. ten thousand sends waiting in line that share one signal all leave at its abort", async () => {
  const { pool, log } = stage({ workers: 1, queueSize: 1 });
  pool.pause();
  pool.offer(() => null);
  pool.offer(() => null);
  const controller = new AbortController();
  const { signal } = controller;
  const sends = Array.from({ length: 10_000 }, () => pool.send(() => null, { signal }));
  expect(pool.senders).toBe(10_000);
  controller.abort(REASON);
  const outcomes = await Promise.allSettled(sends);
  expect(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === REASON)).toBe(true);
  expect(pool.senders).toBe(0);
  expect(listenerCount(signal)).toBe(0);
  expect(log.of("reject")).toHaveLength(10_000 + 1);
});

/** Lets so many tasks wait and gives them up, in no order. @returns The CPU time that took, in ms. */
async function giveUp(count: number, queueSize: number): Promise<number> {
  const { pool, log } = stage({ workers: 1, queueSize });
  pool.pause();
  pool.offer(() => null);
  const controllers = Array.from({ length: count }, () => new AbortController());
  const sends = controllers.map(({ signal }) => pool.run(() => null, { signal }));
  const settled = Promise.allSettled(sends);
  expect(pool.senders + pool.waiting).toBe(count + 1);
  const startedAt = process.cpuUsage();
  for (let step = 0; step < count; step++) controllers[(step * 7919) % count]?.abort(REASON);
  const { user, system } = process.cpuUsage(startedAt);
  const outcomes = await settled;
  expect(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === REASON)).toBe(true);
  expect(pool).toMatchObject({ senders: 0, waiting: 1 });
  expect(controllers.every(({ signal }) => listenerCount(signal) === 0)).toBe(true);
  pool.resume();
  await pool.onIdle();
  expect(log.of("start")).toHaveLength(1);
  return (user + system) / 1000;
}
