import { setTimeout as sleep } from "node:timers/promises";
import {
  Client,
  type ClientOptions,
  type DispatchCloser,
  type Handler,
  type Logger,
  type PoolEvent,
  requestTask,
} from "httppool";
import { breakerHandler } from "httppool/breaker";
import { type Lanes, lanes } from "httppool/lanes";
import { fetchHandler } from "httppool/lean";
import { type Retry, retry } from "httppool/retry";
import { chaos } from "../../../playground/demo/chaos.ts";
import type { Random } from "../../../playground/demo/random.ts";
import type { Addresses } from "../../../playground/demo/site/addresses.ts";

/** Longer than connections are kept open for the next request, and than the timers of the traffic itself, in ms. */
const REST_MS = 1500;

const DEAF_MS = 500;
const MOVES = 50;

type Bout = (addresses: Addresses) => Promise<void>;

/** Listeners fail a hundred times a minute here. */
const SILENT: Logger = { debug: () => undefined, error: () => undefined };

const read = (response: Response): Promise<string> => response.text();

/** Ignores its signal, and gives up at some time of its own. */
const deaf: Handler = (request) => fetch(request, { signal: AbortSignal.timeout(DEAF_MS) });

/** A pool, and whether each of its tasks has finished once. */
interface Watched {
  readonly pool: DispatchCloser;
  readonly unfinished: Set<number>;
}

/** Misuses pools in all ways, one bout after the other. */
export class Mayhem {
  /** What must never be. */
  readonly broken: string[] = [];
  bouts = 0;
  finished = 0;
  retries = 0;
  holds = 0;
  readonly #random: Random;
  /** Shared by calls from beginning to end. */
  readonly #controller = new AbortController();
  readonly #steady: Watched;

  constructor(random: Random) {
    this.#random = random;
    this.#steady = this.#start({
      workers: 10,
      queueSize: 50,
      timeout: 200,
      // For as long as the soak lasts: hosts come and go, and are forgotten.
      lanes: lanes({ workers: 8, maxHold: 20 }),
      retry: retry({ delay: () => 20, maxRetryAfter: 0 }),
    });
    process.on("unhandledRejection", (reason) => this.broken.push(`unhandledRejection: ${String(reason)}`));
    process.on("uncaughtException", (error) => this.broken.push(`uncaughtException: ${String(error)}`));
  }

  /** The longest-lived signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async bout(addresses: Addresses): Promise<void> {
    this.bouts++;
    await this.#random.pick<Bout>([
      [4, (at) => this.#moves(this.#steady.pool, at)],
      [4, (at) => this.#fresh(at)],
      [2, (at) => this.#mapped(at)],
      [2, (at) => this.#piped(at)],
      [2, (at) => this.#paused(at)],
      [2, (at) => this.#forgotten(at)],
    ])(addresses);
  }

  /** Resolves when nothing runs any more. */
  async rest(): Promise<void> {
    await this.#steady.pool.onIdle();
    this.#expectFinished(this.#steady);
    await sleep(REST_MS);
  }

  async close(): Promise<void> {
    await this.#steady.pool.close();
    this.#expectFinished(this.#steady);
  }

  /** A pool of any make, closed or aborted at any time. */
  async #fresh(addresses: Addresses): Promise<void> {
    const random = this.#random;
    const watched = this.#start({
      workers: random.whole(1, 20),
      queueSize: random.whole(1, 50),
      timeout: random.whole(50, 200),
      ...(random.chance(0.3) && { period: random.whole(1, 20) }),
      ...(random.chance(0.3) && { drain: { bytes: random.whole(0, 1000), ms: random.whole(0, 50) } }),
      ...(random.chance(0.5) && { lanes: this.#lanes() }),
      ...(random.chance(0.5) && { retry: this.#retry() }),
      hold: random.chance(0.5) ? "body" : "headers",
      handler: random.pick([
        [6, undefined],
        [3, fetchHandler],
        [1, deaf],
        [2, breakerHandler({ delegate: fetchHandler, threshold: random.whole(1, 20), timeout: random.whole(20, 200) })],
      ]),
    });
    const { pool } = watched;
    const moving = this.#moves(pool, addresses);
    if (random.chance(0.3)) {
      await sleep(random.whole(0, 50));
      await (random.chance(0.5) ? pool.abort() : pool.close());
    }
    await moving;
    await (random.chance(0.3) ? pool.abort(null) : pool.close());
    this.#expectFinished(watched);
  }

  /** A `map` that is read to its end or left, with or without failures. */
  async #mapped({ origin }: Addresses): Promise<void> {
    const random = this.#random;
    const { pool } = this.#steady;
    const urls = Array.from({ length: 40 }, () => `${origin}/1/${this.#answer()}/0`);
    const left = random.whole(0, 60);
    const options = { ordered: random.chance(0.5), signal: this.signal };
    let count = 0;
    try {
      const results = random.chance(0.7)
        ? pool.map(urls, String, read, { ...options, settled: true })
        : pool.map(urls, String, read, options);
      for await (const _ of results) if (++count > left) break;
    } catch {
      // What the first failure was does not matter here.
    }
  }

  /** A stream of tasks, piped to its end or cut off. */
  async #piped({ origin }: Addresses): Promise<void> {
    const random = this.#random;
    let left = 40;
    const tasks = new ReadableStream({
      pull: (controller) => {
        if (left-- > 0) controller.enqueue(requestTask(`${origin}/1/${this.#answer()}/0`));
        else controller.close();
      },
    });
    const signal = random.chance(0.3) ? AbortSignal.timeout(random.whole(1, 30)) : undefined;
    await tasks.pipeTo(this.#steady.pool.writable(), signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  /** A queue and a line that fill up and are given up in part. */
  async #paused({ origin }: Addresses): Promise<void> {
    const random = this.#random;
    const { pool } = this.#steady;
    const controllers = Array.from({ length: 5 }, () => new AbortController());
    pool.pause();
    const sends = Array.from({ length: 80 }, (_, index) => {
      const { signal } = controllers[index % 8] ?? this.#controller;
      return pool.send(requestTask(`${origin}/1/fast/0`), { signal }).catch(() => undefined);
    });
    for (const controller of controllers) if (random.chance(0.7)) controller.abort(null);
    pool.resume();
    await Promise.all(sends);
  }

  /** Responses that nobody looks at, not even to cancel them. */
  async #forgotten({ origin }: Addresses): Promise<void> {
    const { pool } = this.#steady;
    const fetches = Array.from({ length: 10 }, () =>
      pool.fetch(`${origin}/1/${this.#answer()}/0`, {
        hold: this.#random.chance(0.5) ? "body" : "headers",
        ...(this.#random.chance(0.5) && { signal: this.signal }),
      }),
    );
    await Promise.allSettled(fetches);
  }

  async #moves(pool: DispatchCloser, addresses: Addresses): Promise<void> {
    for (let move = 0; move < MOVES; move++) await chaos(this.#random, addresses)(pool);
  }

  /** Lanes with whatever they may have. What their functions give is nonsense now and then. */
  #lanes(): Lanes {
    const random = this.#random;
    return lanes({
      workers: random.whole(1, 10),
      ...(random.chance(0.3) && { period: random.whole(1, 10), spread: random.chance(0.5) }),
      ...(random.chance(0.3) && { queueSize: random.whole(1, 20) }),
      maxHold: random.whole(1, 50),
      ...(random.chance(0.3) && { gate: async () => this.#ms() }),
      ...(random.chance(0.3) && { hold: () => this.#ms() }),
    });
  }

  #retry(): Retry {
    const random = this.#random;
    return retry({
      limit: random.whole(0, 4),
      delay: () => this.#ms(),
      maxRetryAfter: random.whole(0, 2000),
      retryOnTimeout: random.chance(0.5),
      ...(random.chance(0.3) && { budget: false }),
      ...(random.chance(0.3) && { shouldRetry: () => (random.chance(0.1) ? this.#ms() > 10 : undefined) }),
    });
  }

  /** A few ms. Seldom what is no number of them. */
  #ms(): number {
    const random = this.#random;
    if (random.chance(0.02)) throw new Error("A policy failed");
    return random.pick([
      [50, 0],
      [50, random.whole(0, 20)],
      [1, Number.NaN],
      [1, -1],
    ]);
  }

  #answer(): string {
    return this.#random.pick([
      [10, "fast"],
      [2, "error"],
      [1, "reset"],
      [2, "unread"],
      [1, "large"],
      [1, "short-body"],
      [1, "bad-chunk"],
      [1, "slow-body"],
      [1, "garbage"],
    ]);
  }

  #start(options: ClientOptions): Watched {
    const unfinished = new Set<number>();
    const listener = (event: PoolEvent): void => {
      if (event.type === "queue") unfinished.add(event.id);
      if (event.type === "retry") {
        this.retries++;
        if (!unfinished.has(event.id))
          this.broken.push(`Task ${event.id} of ${event.pool} is retried, and has finished`);
      }
      if (event.type === "hold") this.holds++;
      if (event.type === "finish") {
        this.finished++;
        if (!unfinished.delete(event.id))
          this.broken.push(`Task ${event.id} of ${event.pool} finished without a queue`);
      }
      if (this.#random.chance(0.01)) throw new Error("A listener failed");
    };
    return { pool: new Client({ ...options, logger: SILENT, listeners: [listener] }).start(), unfinished };
  }

  #expectFinished({ pool, unfinished }: Watched): void {
    if (unfinished.size > 0) this.broken.push(`${pool.name} lost ${unfinished.size} tasks`);
    if (pool.running === 0 && pool.lanes().size > 0) this.broken.push(`${pool.name} has lanes when nothing runs`);
    unfinished.clear();
  }
}
