import type { PoolEvents } from "../api/events.ts";
import type { SendOptions } from "../api/options.ts";
import type { Pool } from "../api/pool.ts";
import type { Consumer, Task } from "../api/task.ts";
import { isObject } from "../lib/checks.ts";
import { markTask } from "../lib/task-mark.ts";
import { LONGEST_DELAY } from "./lab-checks.ts";
import type { ServerCounts } from "./server-record.ts";
import { quantilesOf, rounded, type SimulationReport } from "./simulation-report.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How callers call. */
export interface Manners {
  readonly offers: boolean;
  readonly consumer: Consumer;
  request(number: number): string | URL | Request;
  options(number: number): SendOptions | undefined;
}

/** Those who use a pool, and what becomes of their calls. */
export class Callers {
  readonly #pool: Pool;
  readonly #clock: VirtualClock;
  readonly #manners: Manners;
  readonly #offers: Offers | undefined;
  readonly #start: number;
  readonly #answers: Record<number, number> = {};
  readonly #failures: Record<string, number> = {};
  readonly #waits: number[] = [];
  readonly #durations: number[] = [];
  #producers = 0;
  #isStopped = false;
  #calls = 0;
  #refused = 0;
  #over = 0;
  #lastOver: number;

  constructor(pool: Pool, clock: VirtualClock, manners: Manners) {
    this.#pool = pool;
    this.#clock = clock;
    this.#manners = manners;
    this.#offers = manners.offers ? new Offers(pool) : undefined;
    this.#start = clock.now();
    this.#lastOver = this.#start;
  }

  /** So many callers, each of which makes its next call when the last is over, for so many ms. */
  callInTurn(atOnce: number, ms: number): void {
    const loop = async (): Promise<void> => {
      const clock = this.#clock;
      while (!this.#isStopped && clock.now() < this.#start + ms) {
        const before = clock.now();
        await this.#call();
        // Who fails at once would call again and again, and time would never go on.
        if (!this.#isStopped && clock.now() === before) await clock.sleep(1);
      }
    };
    for (let caller = 0; caller < atOnce; caller++) this.#produce(loop());
  }

  /** A call at each of these times, in ms from the start, in order. */
  callAt(times: Iterable<number>): void {
    const loop = async (): Promise<void> => {
      for (const time of times) {
        // Of timers that stray, some are early.
        for (let left = this.#until(time); left > 0; left = this.#until(time)) {
          await this.#clock.sleep(Math.min(left, LONGEST_DELAY));
        }
        if (this.#isStopped) return;
        void this.#call();
      }
    };
    this.#produce(loop());
  }

  /** Whether there are calls that are not over, or still to come. */
  get isBusy(): boolean {
    return this.#producers > 0 || this.unfinished > 0;
  }

  /** No more calls: the pool is about to be closed. Those that are not over go on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** ms until a time that is in ms from the start. */
  #until(time: number): number {
    return this.#start + time - this.#clock.now();
  }

  #produce(loop: Promise<void>): void {
    this.#producers++;
    void loop.then(() => this.#producers--);
  }

  /** Makes a call. @returns Resolves when it is over, however it ended. */
  async #call(): Promise<void> {
    const number = ++this.#calls;
    const calledAt = this.#clock.now();
    let startedAt: number | undefined;
    const onStart = (): void => {
      startedAt ??= this.#clock.now();
    };
    try {
      const status = await this.#send(number, onStart);
      if (status !== undefined) count(this.#answers, status);
    } catch (error) {
      count(this.#failures, isObject(error) && "name" in error ? String(error.name) : typeof error);
    }
    this.#over++;
    this.#lastOver = this.#clock.now();
    if (startedAt === undefined) return;
    this.#waits.push(startedAt - calledAt);
    this.#durations.push(this.#lastOver - startedAt);
  }

  /** Calls that are not over. */
  get unfinished(): number {
    return this.#calls - this.#over;
  }

  report(unfinished: number, server: ServerCounts): SimulationReport {
    const ms = this.#lastOver - this.#start;
    let good = 0;
    for (const [status, times] of Object.entries(this.#answers)) if (Number(status) < 400) good += times;
    return {
      calls: this.#calls,
      answers: { ...this.#answers },
      failures: { ...this.#failures },
      refused: this.#refused,
      unfinished,
      ms: rounded(ms),
      perSecond: rounded(ms > 0 ? (good * 1000) / ms : 0),
      waits: quantilesOf([...this.#waits]),
      durations: quantilesOf([...this.#durations]),
      server,
    };
  }

  /** @returns The status of the answer; undefined: refused. */
  async #send(number: number, onStart: () => void): Promise<number | undefined> {
    const { consumer } = this.#manners;
    const options = this.#manners.options(number);
    const target = this.#manners.request(number);
    const isRequest = isObject(target) && "method" in target;
    let status: number | undefined;
    const task: Task = () => {
      onStart();
      return {
        request: isRequest ? target : new Request(target),
        consumer: (response, request) => {
          ({ status } = response);
          return consumer(response, request);
        },
      };
    };
    markTask(task, isRequest ? target : String(target));
    if (this.#offers === undefined) await this.#pool.run(task, options);
    else if (!(await this.#offers.offer(task, options))) this.#refused++;
    return status;
  }
}

/** Offers tasks to a pool, and waits for what becomes of them. */
class Offers {
  readonly #pool: Pool;
  /** By the number of their tasks. */
  readonly #waiting = new Map<number, PromiseWithResolvers<boolean>>();

  constructor(pool: Pool) {
    this.#pool = pool;
    pool.on("finish", (event) => {
      const offered = this.#waiting.get(event.id);
      this.#waiting.delete(event.id);
      if (event.ok) offered?.resolve(true);
      else offered?.reject(event.error);
    });
  }

  /** @returns Resolves when it has finished; to false when it was refused. */
  offer(task: Task, options: SendOptions | undefined): Promise<boolean> {
    const offered = Promise.withResolvers<boolean>();
    const onQueue = ({ id }: PoolEvents["queue"]): void => void this.#waiting.set(id, offered);
    // It is told before `offer` returns.
    this.#pool.on("queue", onQueue);
    try {
      if (!this.#pool.offer(task, options)) offered.resolve(false);
    } finally {
      this.#pool.off("queue", onQueue);
    }
    return offered.promise;
  }
}

function count(counts: Record<string, number>, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
