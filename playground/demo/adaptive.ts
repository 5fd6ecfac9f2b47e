import { Client, requestTask } from "httppool";
import { adaptive } from "httppool/adaptive";
import { HiddenCapacity } from "./hidden-capacity.ts";
import type { Random } from "./random.ts";

/** What a pool did against a server of so many places, in the second half of the time: it needs some to find them. */
export interface AdaptiveReport {
  readonly capacity: number;
  /** The mean number of slots. */
  readonly slots: number;
  readonly perSecond: number;
  /** What as many slots as places would come to. */
  readonly bestPerSecond: number;
  /** ms to the headers. */
  readonly p95: number;
}

/** Places of the server, one after the other. */
const CAPACITIES = [12, 24, 6];
const PHASE_MS = 8000;
const MOST = 100;
const MEAN_MS = 50;

/** Lets a pool find out how many requests at once a server takes, which changes. @param tell Hears of each number of slots. */
export async function runAdaptive(random: Random, tell: (line: string) => void): Promise<AdaptiveReport[]> {
  const [first = 1] = CAPACITIES;
  const server = new HiddenCapacity(first, random);
  await server.open();
  const startedAt = performance.now();
  const times: number[] = [];
  const slots: number[] = [];
  const pool = new Client({ name: "adaptive", workers: adaptive({ max: MOST }), queueSize: 2 * MOST }).start();
  pool.on("headers", ({ ttfbMs }) => times.push(ttfbMs));
  pool.on("limit", ({ workers }) => tell(`${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${workers} slots`));
  const task = requestTask(server.origin);
  // As many come as go.
  pool.on("start", () => {
    slots.push(pool.workers);
    if (!pool.closed) pool.offer(task);
  });
  while (pool.offer(task)) continue;
  const reports: AdaptiveReport[] = [];
  try {
    for (const capacity of CAPACITIES) {
      server.capacity = capacity;
      tell(`the server takes ${capacity} at once`);
      await sleep(PHASE_MS / 2);
      times.length = slots.length = 0;
      await sleep(PHASE_MS / 2);
      reports.push({
        capacity,
        slots: slots.reduce((sum, number) => sum + number, 0) / slots.length,
        perSecond: (times.length * 2000) / PHASE_MS,
        bestPerSecond: (capacity * 1000) / MEAN_MS,
        p95: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN,
      });
    }
    await pool.abort();
    return reports;
  } finally {
    await server.close();
  }
}

/** What the reports show that must never be, in words: on a busy machine times are long, so it is little. */
export function adaptiveBreaches(reports: readonly AdaptiveReport[]): string[] {
  return reports.flatMap(({ capacity, slots, perSecond }) => {
    const found: string[] = [];
    if (slots > MOST) found.push(`${slots} slots, of ${MOST} at most`);
    if (perSecond === 0) found.push("no answers");
    return found.map((breach) => `a server that takes ${capacity}: ${breach}`);
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
