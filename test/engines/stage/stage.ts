import { afterEach } from "vitest";
import { Jobs } from "./jobs.ts";
import { Child } from "./child.ts";
import type { GatedSetup, WorkerSetup } from "./setups.ts";
import { Origin } from "./origin.ts";
import { RedisServer } from "./redis.ts";

/** What a test has in hand. All of it ends with the test. */
export interface Stage {
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
  const start = (script: string, setup: WorkerSetup | GatedSetup): Child => {
    const child = new Child(script, setup);
    atEnd(() => child.end("SIGKILL"));
    return child;
  };
  const spawn: Stage["spawn"] = (name, setup) => start("worker.ts", { name, ...common, ...setup });
  return {
    redis,
    origin,
    jobs,
    spawn,
    work: (name, setup) => spawn(name, setup).ready(),
    gated: (setup) => start("gated.ts", { ...setup, redis: redis.port, origin: origin.url }).ready(),
  };
}
