import { setTimeout as pause } from "node:timers/promises";
import { serve } from "./hosts.ts";
import { median } from "./statistics.ts";
import { type Get, WAYS } from "./ways.ts";

/** Requests to one host at once. */
const WORKERS = 10;

/** What a calm host gets in so many ms when nothing else is sent: a request in flight all the time takes about 22 ms. */
const CALM_TASKS_A_SECOND = 450;

/** What is known of a way to send. */
export interface Conduct {
  /** Requests that came to the host that had asked for quiet, before its time was over. */
  readonly early: number;
  /** ms until the tasks of a calm host are done: alone, and beside a host that asks for quiet. */
  readonly alone: number;
  readonly beside: number;
  /** The median of the rounds' own `alone / beside`: its share of what it has alone. */
  readonly share: number;
  /** Requests for each task to a host that fails for a while. */
  readonly requests: number;
}

/** Has each way send to a host that asks for quiet beside a calm one, and to a sick one. */
export async function compare(
  quietSeconds: number,
  sickSeconds: number,
  rounds: number,
): Promise<ReadonlyMap<string, Conduct>> {
  const rows = new Map<string, Conduct>();
  for (const [name, make] of Object.entries(WAYS)) {
    await throughput(make(WORKERS), 0.2, false); // warms it up
    const runs: { alone: number; beside: number; early: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const alone = await throughput(make(WORKERS), quietSeconds, false);
      const beside = await throughput(make(WORKERS), quietSeconds, true);
      runs.push({ alone: alone.ms, beside: beside.ms, early: beside.early });
    }
    rows.set(name, {
      early: median(runs.map(({ early }) => early)),
      alone: median(runs.map(({ alone }) => alone)),
      beside: median(runs.map(({ beside }) => beside)),
      share: median(runs.map(({ alone, beside }) => alone / beside)),
      requests: await requestsATask(make(100), sickSeconds),
    });
  }
  return rows;
}

interface Throughput {
  /** Until the calm host's tasks are done. */
  readonly ms: number;
  readonly early: number;
}

/** Every fifth task is for a host that answers 429 to the first, and whatever comes in the time that it asks for then. */
async function throughput(get: Get, seconds: number, hasOther: boolean): Promise<Throughput> {
  const quietMs = Math.ceil(seconds) * 1000;
  const calm = await serve(() => ({ status: 200 }));
  let quietFrom = Number.POSITIVE_INFINITY;
  const angry = await serve((now) => {
    quietFrom = Math.min(quietFrom, now);
    return now < quietFrom + quietMs ? { status: 429, retryAfter: Math.ceil(seconds) } : { status: 200 };
  });
  const from = performance.now();
  const tasks: Promise<unknown>[] = [];
  const others: Promise<unknown>[] = [];
  for (let i = 0; i < CALM_TASKS_A_SECOND * seconds; i++) {
    if (hasOther && i % 5 === 0) others.push(get(angry.url).catch(() => undefined));
    tasks.push(get(calm.url));
  }
  await Promise.all(tasks);
  const ms = performance.now() - from;
  await Promise.all(others);
  // What was under way by the first answer comes within this time, and what keeps to the ms may be a bit early by this clock.
  const early = angry.times.filter((time) => time > quietFrom + 100 && time < quietFrom + quietMs - 5).length;
  await Promise.all([calm.close(), angry.close()]);
  return { ms, early };
}

/** A hundred tasks a second for a host that fails meanwhile. */
async function requestsATask(get: Get, seconds: number): Promise<number> {
  const failsUntil = performance.now() + seconds * 1000;
  const host = await serve((now) => ({ status: now < failsUntil ? 500 : 200 }));
  const tasks: Promise<unknown>[] = [];
  for (let next = performance.now(); next < failsUntil; next += 10) {
    await pause(Math.max(0, next - performance.now()));
    tasks.push(get(host.url).catch(() => undefined));
  }
  await Promise.all(tasks);
  await host.close();
  return host.times.length / tasks.length;
}
