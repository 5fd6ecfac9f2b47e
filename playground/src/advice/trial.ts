import { Client, type FinishEvent, type Logger, requestTask, type StartEvent, type Task } from "httppool";
import type { VirtualClock } from "httppool/lab";
import { outcomeOf } from "../scene/outcome.ts";
import { breakerOf, poolOptionsOf } from "../scene/policies.ts";
import { read, targetFor } from "../scene/work.ts";
import type { Settings } from "../settings/settings.ts";
import { sceneClock } from "../time/scene-clock.ts";
import { serverFor } from "../world/server.ts";

/** What a pool of some settings came to. Plain data: it goes from a Worker to the page. */
export interface Figures {
  /** Answers of 429, by the server's count: those that were tried again are among them. */
  readonly limited: number;
  /** Tasks that ended without a good answer. */
  readonly failed: number;
  /** Tasks that were not over when the trial was given up. */
  readonly unfinished: number;
  /** ms until the last of them started, and until the last was over. */
  readonly startedBy: number;
  readonly doneBy: number;
  /** ms from a task's first start to its end: half of them, and 95 % of them, took no longer. */
  readonly p50: number;
  readonly p95: number;
  /** The most requests that the server had at once. */
  readonly atOnce: number;
}

/** How far the clock goes on at a time, in ms of its own time. */
const STEP = 60_000;
/** Gives up after so many ms: thirty days. */
const MOST = 30 * 86_400_000;
const SILENT: Logger = { debug: () => undefined, error: () => undefined };

/**
 * Lets so many tasks come at once to the pool of the settings, by run(), and sees how they fare. Client, server, luck and
 * clock are those of the scene that has the settings. Lanes are left out, and so are filters and expiry.
 */
export async function trial(settings: Settings, tasks: number): Promise<Figures> {
  const clock = sceneClock();
  const server = serverFor(() => settings, clock);
  const { fetch } = server;
  const pool = new Client({
    ...poolOptionsOf(settings),
    handler: settings.breaker ? breakerOf(settings, fetch, clock, SILENT) : fetch,
    logger: SILENT,
    clock,
  }).start();
  const course = new Course(clock.now);
  pool.on("start", course.onStart);
  pool.on("finish", course.onFinish);
  for (let number = 1; number <= tasks; number++) {
    // How each of them ends, its event tells.
    pool.run(taskOf(number, settings)).catch(() => undefined);
  }
  while (course.over < tasks && clock.now() < MOST) await goOn(clock);
  const figures = course.figures(tasks, server.counts.statuses[429] ?? 0, server.counts.mostAtOnce);
  void pool.abort();
  return figures;
}

/** The scene's task, but for the bytes of an upload: the server looks at none, and to make them takes longer than all else. */
function taskOf(number: number, settings: Settings): Task {
  const { url, init } = targetFor(number, settings);
  return requestTask(url, { ...init, body: null }, (response) => read(response, settings.reads));
}

/** How the tasks of a pool fare, by its events. */
class Course {
  readonly #now: () => number;
  /** When each task that runs started first, by its number. */
  readonly #starts = new Map<number, number>();
  readonly #durations: number[] = [];
  #good = 0;
  #over = 0;
  #startedBy = 0;
  #doneBy = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get over(): number {
    return this.#over;
  }

  readonly onStart = ({ id }: StartEvent): void => {
    if (this.#starts.has(id)) return;
    this.#startedBy = this.#now();
    this.#starts.set(id, this.#startedBy);
  };

  readonly onFinish = (event: FinishEvent): void => {
    this.#doneBy = this.#now();
    this.#over++;
    if (outcomeOf(event) === "ok") this.#good++;
    const startedAt = this.#starts.get(event.id);
    if (startedAt !== undefined) this.#durations.push(this.#doneBy - startedAt);
  };

  figures(tasks: number, limited: number, atOnce: number): Figures {
    const sorted = this.#durations.toSorted((one, other) => one - other);
    // By the nearest rank.
    const at = (share: number): number => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? 0;
    return {
      limited,
      failed: this.#over - this.#good,
      unfinished: tasks - this.#over,
      startedBy: this.#startedBy,
      doneBy: this.#doneBy,
      p50: at(0.5),
      p95: at(0.95),
      atOnce,
    };
  }
}

/** Lets some time go by. */
async function goOn(clock: VirtualClock): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { yield?(): Promise<void> } };
  if (scheduler?.yield === undefined) return clock.advance(STEP);
  // Where browsers have this turn of the event loop, it is cheaper than the clock's own, and a trial takes thousands.
  const end = clock.now() + STEP;
  await scheduler.yield();
  for (let { next } = clock; next !== undefined && next <= end; { next } = clock) {
    clock.fireNext();
    await scheduler.yield();
  }
  clock.jump(end - clock.now());
}
