import { Jobs } from "./jobs.ts";
import { Child } from "./child.ts";
import type { GatedSetup, WorkerSetup } from "./setups.ts";
import { Origin } from "./origin.ts";
import { RedisServer } from "./redis.ts";

/** What a test has in hand. All of it ends with it. */
export interface Stage extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly origin: Origin;
  readonly jobs: Jobs;
  /** Starts a process that works on the jobs. */
  spawn(name: string, setup?: Partial<WorkerSetup>): Child;
  /** Likewise. Resolves when it takes jobs. */
  work(name: string, setup?: Partial<WorkerSetup>): Promise<Child>;
  /** Starts a process that has requests to send, at a shared pace, when it is let go. */
  gated(setup: Omit<GatedSetup, "redis" | "origin">): Promise<Child>;
}

/** Starts a Redis, a server and a queue. */
export async function stage(): Promise<Stage> {
  const redis = await RedisServer.open();
  const origin = await Origin.open();
  const jobs = new Jobs("hooks", redis.port);
  const children: Child[] = [];
  const common = { redis: redis.port, origin: origin.url, queue: "hooks", concurrency: 20, workers: 20 };
  const start = (script: string, setup: WorkerSetup | GatedSetup): Child => {
    const child = new Child(script, setup);
    children.push(child);
    return child;
  };
  const spawn: Stage["spawn"] = (name, setup) => start("worker.ts", { name, ...common, ...setup });
  return {
    redis,
    origin,
    jobs,
    spawn,
    work: (name, setup) => spawn(name, setup).ready(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(children.map((child) => child.end("SIGKILL")));
      await jobs.close();
      await origin.close();
      await redis.close();
    },
    gated: (setup) => start("gated.ts", { ...setup, redis: redis.port, origin: origin.url }).ready(),
  };
}
