/* For a tab that is hidden and shown again: what the runner starts, and what it looks at. */
import { Client, type DispatchCloser, requestTask } from "httppool";

/** A paced pool under way. */
export interface Pace {
  /** When tasks started, on the page's clock in ms. */
  readonly starts: readonly number[];
  readonly idle: boolean;
}

/** What the runner calls in the page. */
export interface Tab {
  /** Sends so many requests, two at a time, as fast as it goes. @returns ms it took. */
  unpaced(url: string, count: number): Promise<number>;
  /** How long the platform takes for a timer of 100 ms. */
  timer(): Promise<number>;
  /** Starts so many requests, a period apart. */
  paced(url: string, count: number, period: number): void;
  pace(): Pace;
  now(): number;
}

let pool: DispatchCloser | undefined;
let starts: number[] = [];
let idle = false;

const tab: Tab = {
  unpaced: async (url, count) => {
    const start = performance.now();
    const two = new Client({ workers: 2, queueSize: count }).start();
    for (let n = 0; n < count; n++) await two.send(requestTask(`${url}?${n}`));
    await two.close();
    return performance.now() - start;
  },

  timer: () => {
    const start = performance.now();
    return new Promise((resolve) => {
      setTimeout(() => resolve(performance.now() - start), 100);
    });
  },

  paced: (url, count, period) => {
    starts = [];
    idle = false;
    pool = new Client({ workers: 1, queueSize: count, period }).start();
    pool.on("start", () => void starts.push(performance.now()));
    for (let n = 0; n < count; n++) pool.offer(requestTask(`${url}?paced-${n}`));
    void pool.onIdle().then(() => (idle = true));
  },

  pace: () => ({ starts, idle }),
  now: () => performance.now(),
};

Object.assign(globalThis, { tab });
