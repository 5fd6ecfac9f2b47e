import { Client, type ClientOptions } from "httppool";
import { Figures } from "./figures.ts";
import type { Progress } from "./progress.ts";
import type { Random } from "./random.ts";
import type { Report } from "./report.ts";
import { Site } from "./site/site.ts";
import type { Traffic } from "./traffic.ts";
import { stalled } from "./watchdog.ts";

/** One part of the run: a pool, a server of its own, and so many tasks. */
export interface Part {
  readonly name: string;
  readonly tasks: number;
  readonly options: ClientOptions & { readonly workers: number; readonly period: number };
  readonly traffic: Traffic;
}

/** @throws {Error} Nothing finishes any more. */
export async function runPart(part: Part, random: Random, progress: Progress): Promise<Report> {
  const { name, tasks, options } = part;
  const { workers, period } = options;
  const site = await Site.open();
  const figures = new Figures();
  const startedAt = performance.now();
  progress.start(name, tasks);
  const ticker = setInterval(() => progress.update(figures.done), 50);
  try {
    const stall = stalled(() => figures.done, period);
    try {
      await Promise.race([dispatch(part, figures, random, site), stall.promise]);
    } finally {
      stall.stop();
    }
    progress.update(figures.done);
    const took = performance.now() - startedAt;
    return {
      name,
      workers,
      period,
      dispatched: tasks,
      ...figures.summary(),
      ...(await site.tally()),
      took,
    };
  } finally {
    clearInterval(ticker);
    progress.stop();
    await site.close();
  }
}

async function dispatch(part: Part, figures: Figures, random: Random, site: Site): Promise<void> {
  const pool = new Client({ ...part.options, name: part.name, listeners: [figures] }).start();
  for (let count = 0; count < part.tasks; count++) await part.traffic(random, site)(pool);
  await pool.close();
}
