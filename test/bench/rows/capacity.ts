import { Client, type DispatchCloser, requestTask } from "httppool";
import { lanes } from "httppool/lanes";
import { Client as LeanClient, fetchHandler } from "httppool/lean";
import type { Probe } from "../child.ts";
import { liveBytes } from "../garbage.ts";

/** What one process is to do, or to hold. */
export type Load =
  | { readonly kind: "requests"; readonly http: "fetch" | "ky"; readonly url: string; readonly workers: number }
  | { readonly kind: "waiting"; readonly count: number }
  | { readonly kind: "lanes"; readonly count: number };

/** What came of it. */
export interface Carried {
  /** Requests a second, by the clock. */
  readonly perSecond?: number;
  /** µs of CPU that the process spent on a request. */
  readonly cpu?: number;
  /** Bytes of live objects more than before. */
  readonly heap?: number;
  /** Bytes of the process, all in all. */
  readonly resident?: number;
}

const WARM_UP_MS = 2000;
const MEASURED_MS = 5000;

/** One load, in a process of its own. */
export const probe: Probe<Load, Carried> = (load) => {
  if (load.kind === "requests") return requests(load);
  const { count } = load;
  return load.kind === "waiting" ? held(count, () => ({})) : held(count, (number) => ({ lane: `tenant-${number}` }));
};

/** Sends as fast as it can, and reads each body. */
async function requests({ http, url, workers }: Load & { kind: "requests" }): Promise<Carried> {
  const options = { workers, queueSize: workers };
  const pool =
    http === "ky" ? new Client(options).start() : new LeanClient({ ...options, handler: fetchHandler }).start();
  await sendFor(pool, url, WARM_UP_MS);
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  const sent = await sendFor(pool, url, MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  return { perSecond: sent / ((performance.now() - startedAt) / 1000), cpu: (user + system) / sent };
}

/** @returns How many were sent. */
async function sendFor(pool: DispatchCloser, url: string, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let sent = 0;
  for (; performance.now() < end; sent++) await pool.send(requestTask(url, (response) => response.arrayBuffer()));
  await pool.onIdle();
  return sent;
}

/** Lets so many tasks wait, each with an address of its own, where `place` says. */
async function held(count: number, place: (number: number) => { readonly lane?: string }): Promise<Carried> {
  const isLaned = place(0).lane !== undefined;
  const pool = new Client({ queueSize: count, ...(isLaned && { lanes: lanes({ queueSize: count }) }) }).start();
  pool.pause();
  const before = await liveBytes();
  for (let i = 0; i < count; i++) pool.offer(requestTask(`https://api.example.com/hooks/${i}`), place(i));
  const heap = (await liveBytes()) - before;
  if (pool.waiting !== count) throw new Error(`${pool.waiting} wait in the place of ${count}`);
  return { heap, resident: process.memoryUsage.rss() };
}
