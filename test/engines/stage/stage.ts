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
  return {
    redis,
    origin,
    jobs,
    work: async (name, setup = {}) => {
      const worker = await JobWorker.start({
        name,
        redis: redis.port,
        origin: origin.url,
        queue: "hooks",
        concurrency: 20,
        workers: 20,
        ...setup,
      });
      atEnd(() => worker.end("SIGKILL"));
      return worker;
    },
  };
}
