import { Queue } from "bullmq";
import { expect, test } from "vitest";
import { stage } from "./stage/stage.ts";
import { until } from "../support/until.ts";

const COUNT = 300;

test("Redis goes away with jobs under way: workers and producers are told, nothing is lost, and it goes on when it is back", async () => {
  await using staged = await stage();
  const { redis, origin, jobs, work } = staged;
  const hasty = new Queue("hooks", { connection: { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: 1 } });
  hasty.on("error", () => undefined);
  await jobs.add(COUNT);
  const worker = await work("one");
  await until(() => origin.arrivals.length >= COUNT / 3);
  await redis.stop();
  await expect(hasty.add("hook", {})).rejects.toThrow(/max retries per request/);
  await hasty.close();
  await until(() => /ECONNREFUSED/.test(worker.stderr));
  // What was sent is read to its end, though nobody can be told of it yet.
  await until(() => origin.open === 0);
  await redis.start();
  expect(await jobs.finished(COUNT)).toMatchObject({ completed: COUNT, failed: 0 });
  expect(origin.counts().size).toBe(COUNT);
});

test("a worker that finds no Redis says so, and begins when there is one", async () => {
  await using staged = await stage();
  const { redis, origin, jobs, spawn } = staged;
  await jobs.add(20);
  await redis.stop();
  const worker = spawn("one");
  await until(() => /ECONNREFUSED/.test(worker.stderr));
  await redis.start();
  await worker.ready();
  expect(await jobs.finished(20)).toMatchObject({ completed: 20, failed: 0 });
  expect(origin.counts().size).toBe(20);
  expect(await worker.end("SIGTERM")).toBe(0);
});

test("Redis is full: who adds a job is told, a hold that can't be set is logged, and what was accepted is done", async () => {
  await using staged = await stage();
  const { redis, origin, jobs, work } = staged;
  const answering = Promise.withResolvers<void>();
  origin.barrier = answering.promise;
  let refused = 0;
  origin.script = () => ({ status: ++refused > 10 ? 200 : 429, headers: { "retry-after": "1" } });
  const ids = await jobs.add(COUNT);
  const worker = await work("one", { holds: true, hasLimiter: true, lockDuration: 2000 });
  await until(() => origin.open === 20);

  await redis.ask("CONFIG", "SET", "maxmemory", "1mb");
  await expect(jobs.add(1, COUNT)).rejects.toThrow(/OOM/);
  answering.resolve();
  await until(() => /could not be held.*OOM/.test(worker.stderr));
  await until(() => origin.open === 0);
  await redis.ask("CONFIG", "SET", "maxmemory", "0");

  expect(await jobs.finished(COUNT)).toMatchObject({ completed: COUNT, failed: 0 });
  expect([...origin.counts().keys()].toSorted()).toEqual([...ids].toSorted());
});
