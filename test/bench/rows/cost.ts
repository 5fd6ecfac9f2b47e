import { AsyncLocalStorage } from "node:async_hooks";
import { ours, peers } from "../dispatchers.ts";
import { lineOf } from "../line.ts";
import { processorTime } from "../processor.ts";
import { interleave } from "../rounds.ts";
import type { Row, Target } from "../row.ts";

const PEER = "fastq.promise";

/** The most that each may cost, as a multiple of the fastest peer. */
const TARGETS: Readonly<Record<string, Target>> = {
  offer: { of: "ratio", most: 1.2 },
  run: { of: "ratio", most: 1.5 },
  "send, awaited": { of: "ratio", most: 1.5 },
  "offer, finish heard": { of: "ratio", most: 1.8 },
};

/** What a task costs where the request costs nothing. */
export const cost: Row = {
  name: "cost",
  title: "CPU of a task with a no-op handler, 10 slots, all queued at once, until idle",
  async measure({ short, rounds }) {
    const tasks = short ? 10_000 : 100_000;
    const context = new AsyncLocalStorage<string>();
    const dispatchers = [...ours(tasks), ...peers()];
    const contenders = dispatchers.map(({ name, dispatch }) => ({
      name,
      async sample(): Promise<number> {
        // With something to keep, for those that keep the async context.
        return (await processorTime(() => context.run(name, dispatch, tasks))) / tasks;
      },
    }));
    const samples = await interleave(contenders, rounds(9), 2);
    return dispatchers.map(({ name }) => lineOf(samples, name, PEER, "µs", TARGETS[name]));
  },
};
