import queue from "async/queue.js";
import fastq from "fastq";
import pLimit from "p-limit";
import PQueue from "p-queue";
import { Client, type DispatchCloser } from "httppool/lean";
import { type Probe, runProbe } from "../child.ts";
import { liveBytes } from "../garbage.ts";
import { lineOf } from "../line.ts";
import type { Row, Target } from "../row.ts";
import { interleave } from "../rounds.ts";
import { handler, task, work, WORKERS } from "../work.ts";

const PEER = "async.queue";

/** The most bytes of each. */
const TARGETS: Readonly<Record<string, Target>> = {
  offer: { of: "value", most: 120 },
  run: { of: "value", most: 300 },
  "send, in line": { of: "value", most: 280 },
};

/** What a task costs that waits. */
export const waiting: Row = {
  name: "waiting",
  title: "Memory of a waiting task, beyond its closure",
  async measure({ short, rounds }) {
    const tasks = short ? 20_000 : 200_000;
    const names = [...Object.keys(TARGETS), PEER, "fastq.promise", "p-limit", "PQueue.add"];
    const contenders = names.map((name) => ({
      name,
      sample: (): Promise<number> => runProbe<number>("waiting", { name, tasks }),
    }));
    const samples = await interleave(contenders, rounds(3), 0);
    return names.map((name) => lineOf(samples, name, PEER, "B", TARGETS[name]));
  },
};

interface Input {
  readonly name: string;
  readonly tasks: number;
}

/** Live bytes a task, where all tasks are the same function and none can start. */
export const probe: Probe<Input, number> = async ({ name, tasks }) => {
  const waiter = (waiters[name] as Waiter)(tasks);
  // What is made once, at the first use, is no task's.
  for (let i = 0; i < WARM_UP; i++) waiter.add();
  const before = await liveBytes();
  for (let i = 0; i < tasks; i++) waiter.add();
  // Objects have whole bytes; what is left over is the noise of everything else.
  const bytes = Math.round(((await liveBytes()) - before) / tasks);
  // Kept until here, or there would be nothing to weigh.
  if (waiter.count() < tasks) throw new Error(`${name} lets ${waiter.count()} wait in the place of ${tasks}`);
  return bytes;
};

const WARM_UP = 1000;

/** Lets a task wait, and counts those that do. */
type Waiter = (tasks: number) => { add(): void; count(): number };

const waiters: Readonly<Record<string, Waiter>> = {
  offer(tasks) {
    const pool = paused(tasks + WARM_UP);
    return { add: () => void pool.offer(task), count: () => pool.waiting };
  },
  run(tasks) {
    const pool = paused(tasks + WARM_UP);
    return { add: () => void pool.run(task), count: () => pool.waiting };
  },
  "send, in line"() {
    const pool = paused(1);
    return { add: () => void pool.send(task), count: () => pool.senders };
  },
  "async.queue"() {
    const tasks = queue<typeof task>(async (make) => handler(make()), WORKERS);
    tasks.pause();
    return { add: () => tasks.push(task, noop), count: () => tasks.length() };
  },
  "fastq.promise"() {
    const tasks = fastq.promise((make: typeof task) => handler(make()), WORKERS);
    tasks.pause();
    return { add: () => void tasks.push(task), count: () => tasks.length() };
  },
  "p-limit"() {
    const limit = pLimit(1);
    void limit(() => new Promise(() => undefined)); // it can't be paused
    return { add: () => void limit(work), count: () => limit.pendingCount };
  },
  "PQueue.add"() {
    const tasks = new PQueue({ concurrency: WORKERS, autoStart: false });
    return { add: () => void tasks.add(work), count: () => tasks.size };
  },
};

const noop = (): void => undefined;

function paused(queueSize: number): DispatchCloser {
  const pool = new Client({ handler, queueSize }).start();
  pool.pause();
  return pool;
}
