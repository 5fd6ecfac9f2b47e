/* Queues more and more tasks by `offer` and prints what that costs. Needs --expose-gc. */
import { AsyncLocalStorage } from "node:async_hooks";
import { Client, type Task } from "httppool";

/** What it costs to queue and to finish so many tasks. */
export interface Cost {
  readonly count: number;
  readonly finished: number;
  /** For a task, while all of them wait, beyond the task itself. */
  readonly bytesEach: number;
  /** CPU time. */
  readonly offerMs: number;
  /** CPU time. */
  readonly finishMs: number;
}

const FEW = 125_000;
const MANY = 1_000_000;

async function measure(count: number): Promise<Cost> {
  let finished = 0;
  const pool = new Client({ queueSize: count, workers: 1 }).start();
  pool.pause();
  // Each a closure of its own, as a user's tasks would be.
  const tasks: Task[] = Array.from({ length: count }, (_, index) => () => {
    finished += index >= 0 ? 1 : 0;
    return null;
  });
  const before = heap();
  const startedAt = process.cpuUsage();
  for (const task of tasks) pool.offer(task);
  const offerMs = since(startedAt);
  const bytesEach = (heap() - before) / count;
  const resumedAt = process.cpuUsage();
  pool.resume();
  await pool.close();
  return { count, finished, bytesEach, offerMs, finishMs: since(resumedAt) };
}

/** CPU time, in ms: what others do on the machine is no part of it. */
function since(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function heap(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

await new AsyncLocalStorage<string>().run("a context to be kept", async () => {
  await measure(FEW); // the first is slow, whatever it is
  const few = await measure(FEW);
  const many = await measure(MANY);
  console.log(JSON.stringify({ few, many }));
});
