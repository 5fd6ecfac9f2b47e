/* Runs simulations: `npm run simulate -- --help` says how. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { explain, simulateMany } from "./crew.ts";
import { simulate } from "./simulation.ts";

const USAGE = `Usage: npm run simulate -- [options]

  --seed N      one seed only, with its trace; without, 10 million tasks over 20,000 seeds
  --seeds N     how many seeds, from --seed or 1 on
  --tasks N     tasks a seed: 2,000 with --seed, 500 without
  --threads N   as many as there are processors
  --lines N     lines of the trace to show of a failure: 40
  --help        this`;

/** Seeds between two lines of progress. */
const BATCH = 1000;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    tasks: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
    lines: { type: "string", default: "40" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const isOne = values.seed !== undefined;
const seed = Number(values.seed ?? 1);
const seeds = Number(values.seeds ?? (isOne ? 1 : 20_000));
const tasks = Number(values.tasks ?? (isOne ? 2000 : 500));
const lines = Number(values.lines);

if (seeds === 1) {
  const report = await simulate(seed, tasks);
  const tail = report.tail.slice(Math.max(0, report.tail.length - lines));
  console.log(report.failures.length > 0 ? explain(report, tasks, lines) : tail.join("\n"));
  console.log(`${report.tasks} tasks in ${report.pools} pools, ${report.steps} steps, trace ${report.hash}`);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
} else {
  const sum = { tasks: 0, pools: 0, steps: 0, seeds: 0, seconds: 0 };
  // A line now and then, so that nobody thinks that it hangs.
  for (let first = seed; first < seed + seeds && process.exitCode !== 1; first += BATCH) {
    const summary = await simulateMany(first, Math.min(BATCH, seed + seeds - first), tasks, Number(values.threads));
    for (const what of ["tasks", "pools", "steps", "seeds", "seconds"] as const) sum[what] += summary[what];
    const [failed] = summary.failed;
    if (failed !== undefined) {
      console.log(explain(failed, tasks, lines));
      process.exitCode = 1;
    }
    console.log(
      `${sum.tasks} tasks in ${sum.pools} pools, ${sum.steps} steps, ${sum.seeds} seeds, ${sum.seconds.toFixed(1)} s`,
    );
  }
}
