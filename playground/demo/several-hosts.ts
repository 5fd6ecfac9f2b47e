import { Client, type PoolEvent, requestTask } from "httppool";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";
import { type Host, threeHosts, WORKERS_OF_A_HOST } from "./hosts.ts";
import type { Progress } from "./progress.ts";
import type { Random } from "./random.ts";

/** What became of one host's tasks, on both sides. Times in ms. */
export interface HostReport {
  readonly host: string;
  readonly tasks: number;
  readonly finished: number;
  /** As the server counted them. */
  readonly requests: number;
  readonly retries: number;
  /** Answers of 503 and 429 that were the last. */
  readonly refused: number;
  readonly holds: number;
  /** Requests that came while the host had asked for quiet. */
  readonly tooSoon: number;
  /** When the last of its tasks was done. */
  readonly took: number;
}

const BUDGET = { ratio: 0.2, reserve: 10 };

/** Sends as many tasks to each of three hosts through one pool with lanes and retries. */
export async function runHosts(tasksOfAHost: number, random: Random, progress: Progress): Promise<HostReport[]> {
  const hosts = await Promise.all(threeHosts(random).map((host) => host.open()));
  const tallies = new Map(hosts.map(({ origin }) => [origin, new HostTally()]));
  const listener = (event: PoolEvent): void => tallies.get(event.lane ?? "")?.hear(event);
  const pool = new Client({
    name: "several hosts",
    workers: hosts.length * WORKERS_OF_A_HOST,
    queueSize: hosts.length * tasksOfAHost,
    lanes: lanes({ workers: WORKERS_OF_A_HOST }),
    retry: retry({ limit: 3, delay: () => 50, budget: BUDGET, random: () => random.next() }),
    listeners: [listener],
  }).start();
  progress.start("several hosts", hosts.length * tasksOfAHost);
  const doneOf = (): number => [...tallies.values()].reduce((sum, { finished }) => sum + finished, 0);
  const ticker = setInterval(() => progress.update(doneOf()), 50);
  try {
    for (let count = 0; count < tasksOfAHost; count++) {
      for (const { origin } of hosts) await pool.send(requestTask(`${origin}/${count}`));
    }
    await pool.close();
    progress.update(doneOf());
    return hosts.map((host) => reportOf(host, tasksOfAHost, tallies.get(host.origin) ?? new HostTally()));
  } finally {
    clearInterval(ticker);
    progress.stop();
    await Promise.all(hosts.map((host) => host.close()));
  }
}

/** Counts what the pool tells of one lane. */
class HostTally {
  finished = 0;
  retries = 0;
  refused = 0;
  holds = 0;
  took = 0;
  readonly #startedAt = performance.now();

  hear(event: PoolEvent): void {
    if (event.type === "retry") this.retries++;
    if (event.type === "hold") this.holds++;
    if (event.type !== "finish") return;
    this.finished++;
    if (event.status !== 200) this.refused++;
    this.took = performance.now() - this.#startedAt;
  }
}

function reportOf(host: Host, tasks: number, tally: HostTally): HostReport {
  const { name, requests, tooSoon } = host;
  const { finished, retries, refused, holds, took } = tally;
  return { host: name, tasks, finished, requests, retries, refused, holds, tooSoon, took };
}

/** What the reports show that must never be, in words. */
export function hostBreaches(reports: readonly HostReport[]): string[] {
  return reports.flatMap(({ host, tasks, finished, requests, retries, tooSoon }) => {
    const found: string[] = [];
    const budget = BUDGET.reserve + BUDGET.ratio * tasks;
    if (finished !== tasks) found.push(`${finished} of ${tasks} tasks finished`);
    if (requests !== tasks + retries) found.push(`${requests} requests for ${tasks} tasks and ${retries} retries`);
    if (retries > budget) found.push(`${retries} retries with a budget of ${budget}`);
    if (tooSoon > 0) found.push(`${tooSoon} requests came while it had asked for quiet`);
    return found.map((breach) => `${host}: ${breach}`);
  });
}
