import { GCProfiler } from "node:v8";
import { type Probe, runProbe } from "../child.ts";
import { ours, peers } from "../dispatchers.ts";
import { collectYoungGarbage } from "../garbage.ts";
import { lineOf } from "../line.ts";
import { interleave } from "../rounds.ts";
import type { Row } from "../row.ts";

const PEER = "fastq.promise";
const TASKS = 20_000;

/** What a task leaves to the garbage collector, dead or alive. */
export const allocation: Row = {
  name: "allocation",
  title: "Allocated by a task with a no-op handler, from start to finish",
  async measure({ rounds }) {
    const names = [...ours(1), ...peers()].map(({ name }) => name);
    const contenders = names.map((name) => ({
      name,
      // Room enough for all of it, so that nothing is collected and all is counted.
      sample: (): Promise<number> =>
        runProbe<number>("allocation", [name], ["--min-semi-space-size=256", "--max-semi-space-size=256"]),
    }));
    const samples = await interleave(contenders, rounds(3), 0);
    return names.map((name) => lineOf(samples, name, PEER, "B"));
  },
};

/** Bytes a task. */
export const probe: Probe<readonly string[], number> = async ([wanted]) => {
  const dispatcher = [...ours(TASKS), ...peers()].find(({ name }) => name === wanted);
  if (dispatcher === undefined) throw new TypeError(`There is no ${wanted}`);
  for (let times = 0; times < 5; times++) await dispatcher.dispatch(TASKS);
  collectYoungGarbage();
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.memoryUsage().heapUsed;
  await dispatcher.dispatch(TASKS);
  const bytes = process.memoryUsage().heapUsed - before;
  const { statistics } = profiler.stop() ?? { statistics: [] };
  if (statistics.length > 0) throw new Error("Garbage was collected: it can't be counted");
  return bytes / TASKS;
};
