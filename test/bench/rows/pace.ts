import PQueue from "p-queue";
import { Client } from "httppool/lean";
import { type Probe, runProbe } from "../child.ts";
import type { Row } from "../row.ts";
import { interleave, medianOf, ratioOf } from "../rounds.ts";
import { mostWithin } from "../statistics.ts";
import { handler, task } from "../work.ts";

const SLOTS = 4;
const PERIOD_MS = 50;
const WINDOW_MS = 49;
const LEAST_SHARE = 0.98;

/** How close to its pace a pool comes, and that it never goes beyond. */
export const pace: Row = {
  name: "pace",
  title: `Pace: ${SLOTS} slots, ${PERIOD_MS} ms`,
  async measure({ short, rounds }) {
    const seconds = short ? 1 : 3;
    const most: Record<string, number[]> = { offer: [], "p-queue": [] };
    const contender = (name: "offer" | "p-queue") => ({
      name,
      async sample(): Promise<number> {
        const output = await runProbe<Output>("pace", { name, seconds });
        most[name]?.push(output.most);
        return output.share;
      },
    });
    const samples = await interleave([contender("offer"), contender("p-queue")], rounds(5), 0);
    const mostOf = (name: string): number => Math.max(...(most[name] ?? []));
    return [
      {
        work: `offer: share of the ideal, ${seconds} s`,
        unit: "",
        measured: medianOf(samples, "offer"),
        peer: { name: "p-queue, interval", value: medianOf(samples, "p-queue") },
        ratio: ratioOf(samples, "offer", "p-queue"),
        target: { of: "value", least: LEAST_SHARE },
      },
      {
        work: `offer: most starts in any ${WINDOW_MS} ms, also after idling`,
        unit: "",
        measured: mostOf("offer"),
        peer: { name: "p-queue, interval", value: mostOf("p-queue") },
        ratio: mostOf("offer") / mostOf("p-queue"),
        target: { of: "value", most: SLOTS, least: SLOTS },
      },
    ];
  },
};

interface Input {
  readonly name: "offer" | "p-queue";
  readonly seconds: number;
}

interface Output {
  readonly share: number;
  /** Of any round, those after idling too. */
  readonly most: number;
}

/** Starts as many as the seconds have room for, idles, and starts a few more. */
export const probe: Probe<Input, Output> = async ({ name, seconds }) => {
  const starts: number[] = [];
  const noting = (): Request => {
    starts.push(performance.now());
    return task();
  };
  const start = name === "offer" ? paced(noting) : pacedByPQueue(noting);
  const wanted = (seconds * 1000 * SLOTS) / PERIOD_MS;
  await start(wanted);
  const [first = 0] = starts;
  const last = starts.at(-1) ?? 0;
  const share = ((wanted - SLOTS) * PERIOD_MS) / SLOTS / (last - first);
  for (const periods of [3.3, 5.7]) {
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS * periods));
    await start(SLOTS * 4);
  }
  return { share, most: mostWithin(starts, WINDOW_MS) };
};

/** Has so many done. */
type Start = (tasks: number) => Promise<void>;

function paced(noting: typeof task): Start {
  const pool = new Client({ handler, workers: SLOTS, period: PERIOD_MS, queueSize: 10_000 }).start();
  return async (tasks) => {
    for (let i = 0; i < tasks; i++) pool.offer(noting);
    await pool.onIdle();
  };
}

function pacedByPQueue(noting: typeof task): Start {
  const queue = new PQueue({ concurrency: SLOTS, interval: PERIOD_MS, intervalCap: SLOTS });
  return async (tasks) => {
    for (let i = 0; i < tasks; i++) void queue.add(() => handler(noting()));
    await queue.onIdle();
  };
}
