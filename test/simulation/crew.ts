import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Report } from "./simulation.ts";

/** What many simulations have come to. */
export interface Summary {
  readonly seeds: number;
  readonly tasks: number;
  readonly pools: number;
  readonly calls: number;
  readonly steps: number;
  readonly seconds: number;
  /** How often each kind of thing has happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of the seeds that fail, by seed. A thread stops at the first. */
  readonly failed: readonly Report[];
}

/** What a thread is to do: every `step`th seed from `first`, below `end`. */
export interface Shift {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  readonly tasks: number;
}

/** Runs simulations, from a first seed on, in as many threads as there are cores. */
export async function simulateMany(
  first: number,
  seeds: number,
  tasks: number,
  threads: number = availableParallelism(),
): Promise<Summary> {
  const startedAt = performance.now();
  const crew = Math.min(threads, seeds);
  const shifts = Array.from({ length: crew }, (_, index) =>
    work({ first: first + index, end: first + seeds, step: crew, tasks }),
  );
  const reports = (await Promise.all(shifts)).flat();
  const counts = new Map<string, number>();
  for (const report of reports) {
    for (const [what, count] of report.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const sum = (of: "tasks" | "pools" | "calls" | "steps"): number =>
    reports.reduce((total, report) => total + report[of], 0);
  return {
    seeds: reports.length,
    tasks: sum("tasks"),
    pools: sum("pools"),
    calls: sum("calls"),
    steps: sum("steps"),
    seconds: (performance.now() - startedAt) / 1000,
    counts,
    failed: reports.filter(({ failures }) => failures.length > 0).toSorted((one, other) => one.seed - other.seed),
  };
}

/** How to see a failure again, and what came before it. */
export function explain({ seed, tail, failures }: Report, tasks: number, lines: number): string {
  return [
    ...tail.slice(-lines),
    `Seed ${seed} fails. To see it again: npm run simulate -- --seed ${seed} --tasks ${tasks}`,
    ...failures.map((failure) => `- ${failure}`),
  ].join("\n");
}

function work(shift: Shift): Promise<Report[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Report[]>();
  const thread = new Worker(new URL("./thread.ts", import.meta.url), { workerData: shift });
  thread.once("message", resolve);
  thread.once("error", reject);
  thread.once("exit", () => reject(new Error("A thread has ended without a report")));
  return promise;
}
