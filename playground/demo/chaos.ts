import { type Consumer, requestTask, type Task } from "httppool";
import type { Random } from "./random.ts";
import { FAULTS } from "./site/faults.ts";
import { MANNERS } from "./site/manners.ts";
import type { Addresses } from "./site/addresses.ts";
import type { Move, Traffic } from "./traffic.ts";

/** ms that a task may take in chaos: the only end that some faults have. */
export const CHAOS_TIMEOUT_MS = 150;

/** Faults that last until the timeout, and so come up less often. */
const LASTING: ReadonlySet<string> = new Set(["silence", "slow-headers", "slow-body"]);

const ANSWERS = [...Object.keys(FAULTS), ...Object.keys(MANNERS)].map(
  (name) => [LASTING.has(name) ? 1 : 3, name] as const,
);

const never = (): Promise<never> => new Promise(() => undefined);

/** What becomes of a response, if there is one. */
const CONSUMERS: readonly (readonly [weight: number, consumer: Consumer | undefined])[] = [
  [10, (response) => response.text()],
  [8, undefined],
  [2, (response) => void response.body?.getReader()],
  [2, async (response) => (await response.body?.getReader().read())?.value],
  [2, (response) => response.body?.cancel()],
  [2, (response) => response.clone().text()],
  [2, (response) => void response.clone()],
  [2, (response) => response.json()],
  [
    2,
    () => {
      throw new Error("The consumer failed");
    },
  ],
  [1, never],
];

/** Tasks that send nothing. */
const SILENT_TASKS: readonly Task[] = [
  () => null,
  () => undefined,
  () => {
    throw new Error("The task failed");
  },
  () => Promise.reject(new Error("The task failed")),
  never,
];

/** Any fault, through any door, read or not, and given up at any time. */
export const chaos: Traffic = (random, addresses) => {
  const signal = random.chance(0.1) ? abortedAfter(random.whole(0, 60)) : undefined;
  const options = { signal };
  const task = taskOf(random, addresses);
  const url = urlOf(random, addresses);
  // Whatever a call fails with is told as an event too, which is what counts.
  return random.pick<Move>([
    [12, (pool) => pool.send(task, options).catch(forget)],
    [1, (pool) => attempt(() => pool.offer(task, options))],
    [3, (pool) => void pool.run(task, options).catch(forget)],
    // A body that is fetched has no deadline but its reader's.
    [3, (pool) => void readThrough(pool.fetch(url, { signal: signal ?? abortedAfter(CHAOS_TIMEOUT_MS) }))],
  ]);
};

function taskOf(random: Random, addresses: Addresses): Task {
  if (random.chance(0.03)) return random.pick(SILENT_TASKS.map((task) => [1, task]));
  return requestTask(urlOf(random, addresses), { method: random.chance(0.1) ? "HEAD" : "GET" }, random.pick(CONSUMERS));
}

function urlOf(random: Random, { origin, deadOrigin }: Addresses): string {
  const path = `/${random.whole(0, 5)}/${random.pick(ANSWERS)}/${random.whole(0, 1000)}`;
  return `${random.chance(0.03) ? deadOrigin : origin}${path}`;
}

function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

async function readThrough(fetching: Promise<Response>): Promise<void> {
  try {
    await (await fetching).text();
  } catch {
    // As above.
  }
}

function attempt(call: () => unknown): void {
  try {
    call();
  } catch {
    // As above.
  }
}

function forget(): void {}
