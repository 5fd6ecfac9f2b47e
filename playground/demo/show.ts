import { adaptiveBreaches, runAdaptive } from "./adaptive.ts";
import { chaos, CHAOS_TIMEOUT_MS } from "./chaos.ts";
import type { Flags } from "./flags.ts";
import { type Part, runPart } from "./part.ts";
import { progressOn } from "./progress.ts";
import { Random } from "./random.ts";
import { breaches, type Report } from "./report.ts";
import { hostBreaches, runHosts } from "./several-hosts.ts";
import { adaptiveTableOf, hostTableOf, tableOf } from "./table.ts";
import { weekday } from "./weekday.ts";

const QUEUE_SIZE = 50;

/** Three hosts get this share of the requests each, since one of them makes its tasks wait. */
const REQUESTS_PER_TASK_OF_A_HOST = 50;

/** Runs all parts and shows what became of them. @returns The exit code. */
export async function show(flags: Flags): Promise<number> {
  const { chaos: isChaos, json, seed } = flags;
  const random = new Random(seed);
  if (flags.adaptive) return showAdaptive(flags, random);
  const progress = progressOn(process.stderr);
  const reports: Report[] = [];
  for (const part of partsOf(flags)) reports.push(await runPart(part, random, progress));
  const hosts = await runHosts(Math.max(1, Math.floor(flags.requests / REQUESTS_PER_TASK_OF_A_HOST)), random, progress);
  const found = [...reports.flatMap((report) => breaches(report)), ...hostBreaches(hosts)];
  const ok = found.length === 0;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ ok, seed, chaos: isChaos, breaches: found, parts: reports, hosts }, undefined, 2)}\n`,
    );
  } else {
    process.stdout.write(
      `${tableOf(reports)}\n${hostTableOf(hosts)}\nSeed ${seed}. ${ok ? "Nothing lost, nothing above its limit." : ""}\n`,
    );
  }
  for (const breach of found) process.stderr.write(`BROKEN: ${breach}\n`);
  return ok ? 0 : 1;
}

/** Runs the slots that tune themselves and shows what became of them. @returns The exit code. */
async function showAdaptive({ json, seed }: Flags, random: Random): Promise<number> {
  const reports = await runAdaptive(random, (line) => process.stderr.write(`${line}\n`));
  const found = adaptiveBreaches(reports);
  const ok = found.length === 0;
  const text = json
    ? JSON.stringify({ ok, seed, breaches: found, phases: reports }, undefined, 2)
    : `${adaptiveTableOf(reports)}\nSeed ${seed}.`;
  process.stdout.write(`${text}\n`);
  for (const breach of found) process.stderr.write(`BROKEN: ${breach}\n`);
  return ok ? 0 : 1;
}

function partsOf({ requests, workers, period, chaos: isChaos }: Flags): Part[] {
  const paced = Math.floor(requests / 6);
  const shared = isChaos
    ? { traffic: chaos, options: { workers, queueSize: QUEUE_SIZE, timeout: CHAOS_TIMEOUT_MS, hold: "body" as const } }
    : { traffic: weekday, options: { workers, queueSize: QUEUE_SIZE } };
  const parts: Part[] = [
    { ...shared, name: "unpaced", tasks: requests - paced, options: { ...shared.options, period: 0 } },
    { ...shared, name: "paced", tasks: paced, options: { ...shared.options, period } },
  ];
  return parts.filter(({ tasks }) => tasks > 0);
}
