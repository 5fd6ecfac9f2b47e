import type { WorkerSetup } from "./setups.ts";
import type { Stage } from "./stage.ts";

const COUNT = 900;
const PROCESSES = ["one", "two", "three"];
const CONCURRENCY = 20;
const SLOTS = 4;
const HOLD_MS = 2000;

/** Jobs that the processes have fetched at once, at most. */
export const FETCHED: number = PROCESSES.length * CONCURRENCY;
/** Requests that they send at once, at most. */
export const UNDER_WAY: number = PROCESSES.length * SLOTS;

/** What the server has counted of a hold. */
export interface Hold {
  /** Requests under way when it began, the one that was told of it too. */
  readonly open: number;
  /** Requests that came while it lasted. */
  readonly arrived: number;
  /** Jobs that are not done, or were done twice. Each has one attempt, so none may use one up. */
  readonly astray: number;
}

/** Three processes deliver jobs to a server that after a third of them answers nothing but 429 for two seconds. */
export async function hold({ origin, jobs, work }: Stage, setup: Partial<WorkerSetup>): Promise<Hold> {
  let since: number | undefined;
  let open = 0;
  let answered = 0;
  origin.script = () => {
    if (++answered <= COUNT / 3) return { status: 200 };
    if (since === undefined) {
      since = origin.now;
      ({ open } = origin);
    }
    const left = since + HOLD_MS - origin.now;
    return left > 0 ? { status: 429, headers: { "retry-after": String(Math.ceil(left / 1000)) } } : { status: 200 };
  };
  await jobs.add(COUNT);
  const common = { concurrency: CONCURRENCY, workers: SLOTS, holds: true };
  await Promise.all(PROCESSES.map((name) => work(name, { ...common, ...setup })));
  const { completed = 0 } = await jobs.finished(COUNT);
  const done = origin.arrivals.filter(({ status }) => status === 200).length;
  const from = since ?? Infinity;
  const arrived = origin.arrivals.filter(({ at }) => at > from && at < from + HOLD_MS).length;
  return { open, arrived, astray: COUNT - completed + Math.abs(COUNT - done) };
}
