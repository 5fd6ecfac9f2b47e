import { Client } from "httppool/lean";
import { lanes } from "httppool/lanes";
import { liveBytes } from "../garbage.ts";
import { lineOf } from "../line.ts";
import { processorTime } from "../processor.ts";
import { interleave } from "../rounds.ts";
import type { Row, Target } from "../row.ts";
import { handler, task, WORKERS } from "../work.ts";

const PEER = "offer without lanes";

/** How many lanes, and the most that a task may cost there, as a multiple of the FIFO's. */
const TARGETS: ReadonlyMap<number, Target> = new Map([
  [1, { of: "ratio", most: 3 }],
  [100, { of: "ratio", most: 4 }],
  [100_000, { of: "ratio", most: 6 }],
]);

const MOST_LEFT_MB = 1;

/** What lanes cost a task, and what is left of them. */
export const laneCost: Row = {
  name: "lanes",
  title: "Lanes: CPU of an offered task with a no-op handler, 10 slots, all queued at once, until idle",
  async measure({ short, rounds }) {
    const tasks = short ? 10_000 : 100_000;
    const contenders = [
      { name: PEER, dispatch: offering(tasks, 0) },
      ...[...TARGETS.keys()].map((count) => ({ name: names(count), dispatch: offering(tasks, count) })),
    ].map(({ name, dispatch }) => ({ name, sample: async () => (await processorTime(dispatch)) / tasks }));
    const samples = await interleave(contenders, rounds(7), 2);
    return [
      ...[...TARGETS].map(([count, target]) => lineOf(samples, names(count), PEER, "µs", target)),
      {
        work: `heap after ${tasks.toLocaleString("en")} lanes, one after the other`,
        unit: "MB",
        measured: await leftOf(tasks),
        target: { of: "value", most: MOST_LEFT_MB },
      },
    ];
  },
};

const names = (count: number): string => `offer, lanes: ${count.toLocaleString("en")}`;

/** Has so many tasks done, in so many lanes. 0: in a pool without. */
function offering(tasks: number, count: number): () => Promise<void> {
  const options = Array.from({ length: Math.max(count, 1) }, (_, number) => ({ lane: `lane ${number}` }));
  const pool = new Client({
    handler,
    queueSize: tasks,
    workers: WORKERS,
    ...(count > 0 && { lanes: lanes({ queueSize: tasks }) }),
  }).start();
  return async () => {
    for (let i = 0; i < tasks; i++) pool.offer(task, count > 0 ? options[i % count] : undefined);
    await pool.onIdle();
  };
}

/** MB of live objects more than before, after so many lanes have come and gone. */
async function leftOf(count: number): Promise<number> {
  const pool = new Client({ handler, lanes: lanes() }).start();
  const pass = async (from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) await pool.send(task, { lane: `${number}` });
    await pool.onIdle();
  };
  await pass(0, 1000);
  const before = await liveBytes();
  await pass(1000, count + 1000);
  const left = (await liveBytes()) - before;
  await pool.close();
  return Math.max(0, left) / 1e6;
}
