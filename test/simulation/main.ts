/* Runs simulations from the command line: node test/simulation/main.ts --seed 1 --seeds 10 --tasks 1000 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { explain, simulateMany } from "./crew.ts";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    /** The first seed. */
    seed: { type: "string", default: "1" },
    /** How many seeds, from the first on. */
    seeds: { type: "string", default: "1" },
    /** Tasks a seed. */
    tasks: { type: "string", default: "2000" },
    threads: { type: "string", default: String(availableParallelism()) },
    /** Lines of the trace to show of a failure; with one seed, of a good end too. */
    lines: { type: "string", default: "40" },
  },
});
const seed = Number(values.seed);
const seeds = Number(values.seeds);
const tasks = Number(values.tasks);
const lines = Number(values.lines);

if (seeds === 1) {
  const report = await simulate(seed, tasks);
  console.log(report.failures.length > 0 ? explain(report, tasks, lines) : report.tail.slice(-lines).join("\n"));
  console.log(`${report.tasks} tasks in ${report.pools} pools, ${report.steps} steps, trace ${report.hash}`);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
} else {
  const summary = await simulateMany(seed, seeds, tasks, Number(values.threads));
  const [failed] = summary.failed;
  if (failed !== undefined) console.log(explain(failed, tasks, lines));
  console.log(
    `${summary.tasks} tasks in ${summary.pools} pools, ${summary.steps} steps, ${summary.seeds} seeds, ${summary.seconds.toFixed(1)} s`,
  );
  process.exitCode = failed === undefined ? 0 : 1;
}
