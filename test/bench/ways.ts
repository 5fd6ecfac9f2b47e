import Bottleneck from "bottleneck";
import ky from "ky";
import pRetry from "p-retry";
import PQueue from "p-queue";
import { Client, fetchHandler, requestTask } from "httppool/lean";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";

/** Retries after the first attempt. */
export const LIMIT = 3;

/** Gets a URL, and retries as its way does. */
export type Get = (url: string) => Promise<unknown>;

/** Ways to send to several hosts, a host at most so many requests at once where the way knows hosts. */
export const WAYS: Readonly<Record<string, (workers: number) => Get>> = {
  "httppool, lanes, retry": (workers) => {
    const pool = new Client({
      handler: fetchHandler,
      workers: 2 * workers,
      queueSize: 10_000,
      lanes: lanes({ workers }),
      retry: retry({ limit: LIMIT }),
    }).start();
    return (url) => pool.run(requestTask(url, okay));
  },
  "p-queue, p-retry": (workers) => {
    const queue = new PQueue({ concurrency: workers });
    return (url) => queue.add(() => pRetry(async () => okay(await fetch(url)), { retries: LIMIT }));
  },
  "p-queue, ky's retry": (workers) => {
    const queue = new PQueue({ concurrency: workers });
    return (url) => queue.add(() => ky(url, { retry: LIMIT }).text());
  },
  "Bottleneck, a group by host, its retries": (workers) => {
    const group = new Bottleneck.Group({ maxConcurrent: workers });
    group.on("created", (limiter: Bottleneck) => {
      limiter.on("failed", (_error, { retryCount }) => (retryCount < LIMIT ? 300 * 2 ** retryCount : undefined));
    });
    return (url) => group.key(new URL(url).origin).schedule(async () => okay(await fetch(url)));
  },
};

/** The body of what is no failure. */
async function okay(response: Response): Promise<string> {
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status}`);
  return body;
}
