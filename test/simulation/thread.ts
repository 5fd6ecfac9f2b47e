/* A thread of the crew: works its shift and reports. */
import { parentPort, workerData } from "node:worker_threads";
import type { Shift } from "./crew.ts";
import { type Report, simulate } from "./simulation.ts";

const { first, end, step, tasks } = workerData as Shift;
const reports: Report[] = [];
for (let seed = first; seed < end; seed += step) {
  const report = await simulate(seed, tasks);
  // What led to a good end need not be told.
  reports.push(report.failures.length === 0 ? { ...report, tail: [] } : report);
  if (report.failures.length > 0) break;
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
parentPort?.postMessage(reports);
