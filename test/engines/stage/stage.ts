import { afterEach } from "vitest";
import { Jobs } from "./jobs.ts";
import { JobWorker, type WorkerSetup } from "./job-worker.ts";
import { Origin } from "./origin.ts";
import { RedisServer } from "./redis.ts";

/** What a test has in hand. All of it ends with the test. */
export interface Stage {
  readonly redis: RedisServer;
  readonly origin: Origin;
  readonly jobs: Jobs;
  /** Starts a process that works on the jobs. */
  spawn(name: string, setup?: Partial<WorkerSetup>): JobWorker;
  /** Likewise. Resolves when it takes jobs. */
  work(name: string, setup?: Partial<WorkerSetup>): Promise<JobWorker>;
}

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Lets something end with the test, the last first. */
export function atEnd(close: () => Promise<unknown>): void {
  closers.push(close);
}

export async function stage(): Promise<Stage> {
  const redis = await RedisServer.open();
  atEnd(() => redis.close());
  const origin = await Origin.open();
  atEnd(() => origin.close());
  const jobs = new Jobs("hooks", redis.port);
  atEnd(() => jobs.close());
  const common = { redis: redis.port, origin: origin.url, queue: "hooks", concurrency: 20, workers: 20 };
  const spawn: Stage["spawn"] = (name, setup) => {
    const worker = new JobWorker({ name, ...common, ...setup });
    atEnd(() => worker.end("SIGKILL"));
    return worker;
  };
  return { redis, origin, jobs, spawn, work: (name, setup) => spawn(name, setup).ready() };
}
