import { expect, test } from "vitest";
import { FETCHED, hold, UNDER_WAY } from "./stage/hold.ts";
import { stage } from "./stage/stage.ts";

test("a 429 holds every worker of every process: at most what had been fetched is sent until it ends", async () => {
  await using staged = await stage();
  const { open, arrived, astray } = await hold(staged, { hasLimiter: true });
  expect(astray).toBe(0);
  expect(open).toBeGreaterThan(0);
  expect(arrived).toBeLessThanOrEqual(FETCHED - 1);
});

test("a global rate limit of the queue does for it too", async () => {
  await using staged = await stage();
  await staged.jobs.queue.setGlobalRateLimit(1e6, 1000);
  const { arrived, astray } = await hold(staged, {});
  expect(astray).toBe(0);
  expect(arrived).toBeLessThanOrEqual(FETCHED - 1);
});

test("with lanes nothing is sent but what was under way", async () => {
  await using staged = await stage();
  const { open, arrived, astray } = await hold(staged, { hasLimiter: true, lanes: true });
  expect(astray).toBe(0);
  expect(open + arrived).toBeLessThanOrEqual(UNDER_WAY);
});

test("without a queue each job waits for itself, no attempt used up", async () => {
  await using staged = await stage();
  const { origin, jobs, work } = staged;
  const refused = new Set<string>();
  origin.script = ({ id }) => {
    if (refused.has(id)) return { status: 200 };
    refused.add(id);
    return { status: 429, headers: { "retry-after": "1" } };
  };
  await jobs.add(50);
  await work("one");
  expect(await jobs.finished(50)).toMatchObject({ completed: 50, failed: 0 });
  const first = new Map<string, number>();
  for (const { id, at, status } of origin.arrivals) {
    if (status === 429) first.set(id, at);
    else expect(at - (first.get(id) ?? Infinity)).toBeGreaterThanOrEqual(1000);
  }
  expect(origin.arrivals).toHaveLength(100);
});

test("where nobody would look at a hold, the log says so, once", async () => {
  await using staged = await stage();
  const { jobs, work } = staged;
  await jobs.add(100);
  const [worker] = await Promise.all([work("one", { holds: true }), work("two", { holds: true, hasLimiter: true })]);
  await jobs.finished(100);
  expect(await worker.end("SIGTERM")).toBe(0);
  expect(worker.stderr.match(/Nobody will look at a hold/g)).toHaveLength(1);
});
