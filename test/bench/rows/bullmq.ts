import { type Job, Queue, Worker } from "bullmq";
import { jobProcessor } from "httppool/bullmq";
import { Client, fetchHandler, requestTask } from "httppool/lean";
import { RedisServer } from "../../engines/stage/redis.ts";
import { type Probe, runProbe } from "../child.ts";
import { lineOf } from "../line.ts";
import { processorTime } from "../processor.ts";
import { isRedisMissing } from "../redis.ts";
import { type Contender, interleave, type Samples } from "../rounds.ts";
import type { Line, Row } from "../row.ts";
import { BodyServer } from "../server.ts";

const CONCURRENCY = 50;
const BYTES = 1024;
const WARM_UPS = 3;

/** What the pool adds to a job of BullMQ. */
export const bullmq: Row = {
  name: "bullmq",
  title: "BullMQ on a local Redis: one process, 50 jobs at once, a loopback request of 1 KiB each",
  measure: async ({ short, rounds }) => (isRedisMissing("bullmq") ? [] : jobs(short ? 300 : 1000, rounds(25))),
};

const PLAIN = "fetch(url, { signal })";
/** Nobody can send a request that is made apart, and can be aborted, for less. */
const FLOOR = "fetch(new Request(url), { signal })";
/** The pool, without the adapter. */
const BY_HAND = "pool.run(task, { signal })";
const POOLED = "jobProcessor(pool, …)";

interface Input {
  readonly redis: number;
  readonly url: string;
  readonly jobs: number;
  readonly rounds: number;
}

interface Output {
  /** µs of CPU a job. */
  readonly cpu: Samples;
  /** Jobs a second. */
  readonly rate: Samples;
}

async function jobs(count: number, rounds: number): Promise<Line[]> {
  await using server = await BodyServer.start();
  const redis = await RedisServer.open();
  const input = { redis: redis.port, url: server.url + BYTES, jobs: count, rounds } satisfies Input;
  const { cpu, rate } = await runProbe<Output>("bullmq", input);
  await redis.close();
  return [
    ...[FLOOR, PLAIN, POOLED].map((name) => lineOf(rate, name, FLOOR, "jobs/s")),
    lineOf(cpu, FLOOR, FLOOR, "µs of CPU a job"),
    lineOf(cpu, PLAIN, FLOOR, "µs of CPU a job"),
    lineOf(cpu, POOLED, BY_HAND, "µs of CPU a job", { of: "ratio", most: 1.05 }),
    lineOf(cpu, POOLED, FLOOR, "µs of CPU a job", { of: "ratio", most: 1.05 }),
  ];
}

/** One process for both: what it has learnt to do fast is the same for each. */
export const probe: Probe<Input, Output> = async ({ redis, url, jobs: count, rounds }) => {
  const connection = { host: "127.0.0.1", port: redis };
  const pool = new Client({ handler: fetchHandler, workers: CONCURRENCY }).start();
  const processors = {
    [PLAIN]: async (job: Job<string>, _token?: string, signal?: AbortSignal) => {
      const response = await fetch(job.data, signal === undefined ? {} : { signal });
      return (await response.text()).length;
    },
    [FLOOR]: async (job: Job<string>, _token?: string, signal?: AbortSignal) => {
      const response = await fetch(new Request(job.data), signal === undefined ? {} : { signal });
      return (await response.text()).length;
    },
    [BY_HAND]: (job: Job<string>, _token?: string, signal?: AbortSignal) =>
      pool.run(
        requestTask(job.data, async (response) => (await response.text()).length),
        { signal },
      ),
    [POOLED]: jobProcessor(pool, (job: Job<string>) =>
      requestTask(job.data, async (response) => (await response.text()).length),
    ),
  };
  const rate: Record<string, number[]> = {};
  const contenders = Object.entries(processors).map(([name, processor], index): Contender => {
    const rates: number[] = [];
    rate[name] = rates;
    return {
      name,
      sample: async () => {
        const queue = new Queue<string>(`queue-${index}`, { connection });
        const opts = { removeOnComplete: true };
        await queue.addBulk(Array.from({ length: count }, () => ({ name: "get", data: url, opts })));
        const worker = new Worker(queue.name, processor, { connection, concurrency: CONCURRENCY, autorun: false });
        await worker.waitUntilReady();
        const done = Promise.withResolvers<void>();
        let left = count;
        worker.on("completed", () => --left || done.resolve());
        worker.on("failed", (_job, error) => done.reject(error));
        const startedAt = performance.now();
        const spent = await processorTime(() => {
          void worker.run();
          return done.promise;
        });
        rates.push((count / (performance.now() - startedAt)) * 1000);
        await worker.close();
        await queue.close();
        return spent / count;
      },
    };
  });
  const cpu = await interleave(contenders, rounds, WARM_UPS);
  return { cpu, rate: Object.fromEntries(Object.entries(rate).map(([name, all]) => [name, all.slice(WARM_UPS)])) };
};
