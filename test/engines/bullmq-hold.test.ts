import { expect, test } from "vitest";
import type { WorkerSetup } from "./stage/setups.ts";
import { type Stage, stage } from "./stage/stage.ts";

const COUNT = 900;
const PROCESSES = ["one", "two", "three"];
const CONCURRENCY = 20;
const SLOTS = 4;
const HOLD_MS = 2000;

/** What the server has counted of a hold. */
interface Hold {
  /** Requests under way when it began, the one that was told of it too. */
  readonly open: number;
  /** Requests that came while it lasted. */
  readonly arrived: number;
}

/** Three processes deliver jobs to a server that after a third of them answers nothing but 429 for two seconds. */
async function held({ origin, jobs, work }: Stage, setup: Partial<WorkerSetup>): Promise<Hold> {
  let since: number | undefined;
  let open = 0;
  let answered = 0;
  origin.script = () => {
    if (++answered <= COUNT / 3) return { status: 200 };
    if (since === undefined) {
      since = origin.now;
      ({ open } = origin);
    }
    const left = since + HOLD_MS - origin.now;
    return left > 0 ? { status: 429, headers: { "retry-after": String(Math.ceil(left / 1000)) } } : { status: 200 };
  };
  await jobs.add(COUNT);
  await Promise.all(
    PROCESSES.map((name) => work(name, { concurrency: CONCURRENCY, workers: SLOTS, holds: true, ...setup })),
  );
  // With one attempt for each job, none has used one up.
  expect(await jobs.finished(COUNT)).toMatchObject({ completed: COUNT, failed: 0 });
  expect(origin.arrivals.filter(({ status }) => status === 200)).toHaveLength(COUNT);
  const from = since ?? Infinity;
  return { open, arrived: origin.arrivals.filter(({ at }) => at > from && at < from + HOLD_MS).length };
}

test("a 429 holds every worker of every process: at most what had been fetched is sent until it ends", async () => {
  const { open, arrived } = await held(await stage(), { hasLimiter: true });
  expect(open).toBeGreaterThan(0);
  expect(arrived).toBeLessThanOrEqual(PROCESSES.length * CONCURRENCY - 1);
});

test("a global rate limit of the queue does for it too", async () => {
  const staged = await stage();
  await staged.jobs.queue.setGlobalRateLimit(1e6, 1000);
  const { arrived } = await held(staged, {});
  expect(arrived).toBeLessThanOrEqual(PROCESSES.length * CONCURRENCY - 1);
});

test("with lanes nothing is sent but what was under way", async () => {
  const { open, arrived } = await held(await stage(), { hasLimiter: true, lanes: true });
  expect(open + arrived).toBeLessThanOrEqual(PROCESSES.length * SLOTS);
});

test("without a queue each job waits for itself, no attempt used up", async () => {
  const { origin, jobs, work } = await stage();
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
  const { jobs, work } = await stage();
  await jobs.add(100);
  const [worker] = await Promise.all([work("one", { holds: true }), work("two", { holds: true, hasLimiter: true })]);
  await jobs.finished(100);
  expect(await worker.end("SIGTERM")).toBe(0);
  expect(worker.stderr.match(/Nobody will look at a hold/g)).toHaveLength(1);
});
