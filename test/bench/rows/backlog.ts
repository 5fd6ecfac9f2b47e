import fastq from "fastq";
import { Client } from "httppool/lean";
import { type Probe, runProbe } from "../child.ts";
import { sendAll } from "../dispatchers.ts";
import { processorTime } from "../processor.ts";
import { interleave, medianOf } from "../rounds.ts";
import type { Row } from "../row.ts";
import { exponent } from "../statistics.ts";
import { handler, task, WORKERS } from "../work.ts";

const QUEUE_SIZE = 1000;
const MOST_MB = 64;
const MOST_EXPONENT = 1.1;

/** What a million tasks cost, of which only so many may wait. */
export const backlog: Row = {
  name: "backlog",
  title: "A million awaited sends through queueSize 1,000",
  async measure({ short, rounds }) {
    const many = short ? 100_000 : 1_000_000;
    const few = many / 10;
    const growth: Record<string, number[]> = { send: [], fastq: [] };
    const contender = (name: "send" | "fastq", tasks: number) => ({
      name: `${name} ${tasks}`,
      async sample(): Promise<number> {
        const { time, mb } = await runProbe<Output>("backlog", { name, tasks });
        if (tasks === many) growth[name]?.push(mb);
        return time;
      },
    });
    const contenders = [contender("send", few), contender("send", many), contender("fastq", many)];
    const times = await interleave(contenders, rounds(3), 0);
    return [
      {
        work: `send: growth of memory over ${many.toLocaleString("en")}`,
        unit: "MB",
        measured: medianOf(growth, "send"),
        peer: { name: "fastq.promise, unbounded", value: medianOf(growth, "fastq") },
        ratio: medianOf(growth, "send") / medianOf(growth, "fastq"),
        target: { of: "value", most: MOST_MB },
      },
      {
        work: `send: exponent of time from ${few.toLocaleString("en")}`,
        unit: "",
        measured: exponent(few, medianOf(times, `send ${few}`), many, medianOf(times, `send ${many}`)),
        target: { of: "value", most: MOST_EXPONENT },
      },
    ];
  },
};

interface Input {
  readonly name: "send" | "fastq";
  readonly tasks: number;
}

interface Output {
  /** µs of all its threads. */
  readonly time: number;
  /** The peak of the process's memory, less what it had before. */
  readonly mb: number;
}

/** Has them all done. */
export const probe: Probe<Input, Output> = async ({ name, tasks }) => {
  const dispatch = name === "send" ? bounded() : unbounded();
  await dispatch(QUEUE_SIZE);
  const before = process.memoryUsage.rss();
  const time = await processorTime(() => dispatch(tasks));
  const peak = process.resourceUsage().maxRSS * 1024;
  return { time, mb: (peak - before) / 1e6 };
};

function bounded(): (tasks: number) => Promise<void> {
  const pool = new Client({ handler, queueSize: QUEUE_SIZE, workers: WORKERS }).start();
  return (tasks) => sendAll(pool, tasks);
}

function unbounded(): (tasks: number) => Promise<void> {
  const queue = fastq.promise((make: typeof task) => handler(make()), WORKERS);
  return async (tasks) => {
    for (let i = 0; i < tasks; i++) void queue.push(task);
    await queue.drained();
  };
}
