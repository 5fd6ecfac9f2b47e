import type { Clock, DispatchCloser, Task } from "httppool";
import type { Settings } from "../settings/settings.ts";
import { Arrivals } from "./arrivals.ts";
import { read, type Target, targetFor, taskFor } from "./work.ts";

/** More than this in line and nobody joins any more: real callers would have stopped long ago. */
const LONGEST_LINE = 2000;

/** Brings tasks to a pool by the way that the settings name. */
export class Door {
  readonly #pool: DispatchCloser;
  readonly #settings: () => Settings;
  readonly #clock: Clock;
  #piped: Arrivals<Task> | undefined;
  #mapped: Arrivals<Target> | undefined;
  #fetching = 0;

  constructor(pool: DispatchCloser, settings: () => Settings, clock: Clock) {
    this.#pool = pool;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Inputs and tasks that map() and writable() have not pulled yet. */
  get backlog(): number {
    return (this.#piped?.length ?? 0) + (this.#mapped?.length ?? 0);
  }

  /** Callers of fetch() that have not done with their response. */
  get fetching(): number {
    return this.#fetching;
  }

  /** Brings the task of this number. What becomes of it, the events tell. */
  bring(number: number, way = this.#settings().way): void {
    if (this.#pool.senders >= LONGEST_LINE || this.backlog >= LONGEST_LINE) return;
    switch (way) {
      case "send":
        return quietly(this.#pool.send(this.#task(number), this.#options()));
      case "run":
        return quietly(this.#pool.run(this.#task(number), this.#options()));
      case "offer":
        return this.#offer(number);
      case "fetch":
        return quietly(this.#fetch(number));
      case "writable":
        return this.#pipe().push(this.#task(number));
      case "map":
        return this.#map().push(targetFor(number, this.#settings()));
    }
  }

  /** Brings nothing more. */
  close(): void {
    this.#piped?.end();
    this.#mapped?.end();
  }

  #task(number: number): Task {
    return taskFor(number, this.#settings(), this.#clock);
  }

  #options(): { readonly signal?: AbortSignal } {
    const { patience } = this.#settings();
    if (patience === 0) return {};
    const caller = new AbortController();
    const giveUp = (): void => caller.abort(new DOMException("The caller gave up", "AbortError"));
    this.#clock.setTimeout(giveUp, patience);
    return { signal: caller.signal };
  }

  #offer(number: number): void {
    try {
      this.#pool.offer(this.#task(number), this.#options());
    } catch {
      // Closed: there was a reject event.
    }
  }

  async #fetch(number: number): Promise<void> {
    const settings = this.#settings();
    const { url, init } = targetFor(number, settings);
    this.#fetching++;
    try {
      const response = await this.#pool.fetch(url, { ...init, ...this.#options() });
      await read(response, settings.reads);
      // What a caller of fetch leaves is the caller's to release.
      if (settings.reads !== "all") await response.body?.cancel();
    } finally {
      this.#fetching--;
    }
  }

  #pipe(): Arrivals<Task> {
    if (this.#piped !== undefined) return this.#piped;
    const arrivals = new Arrivals<Task>();
    const source = new ReadableStream<Task>(
      {
        pull: async (controller) => {
          const task = await arrivals.next();
          if (task === undefined) controller.close();
          else controller.enqueue(task);
        },
      },
      { highWaterMark: 0 },
    );
    quietly(source.pipeTo(this.#pool.writable()));
    this.#piped = arrivals;
    return arrivals;
  }

  #map(): Arrivals<Target> {
    if (this.#mapped !== undefined) return this.#mapped;
    const arrivals = new Arrivals<Target>();
    quietly(this.#pull(arrivals));
    this.#mapped = arrivals;
    return arrivals;
  }

  async #pull(arrivals: Arrivals<Target>): Promise<void> {
    const results = this.#pool.map(arrivals, toRequest, (response) => read(response, this.#settings().reads), {
      settled: true,
      ...(this.#settings().lanes === "origin" && { lane: ({ url }: Target) => new URL(url).origin }),
    });
    // Whoever reads keeps pace, so that only the pool holds the inputs back.
    for await (const result of results) void result;
  }
}

/** What a call failed with is told by the pool's events. */
function quietly(call: Promise<unknown>): void {
  call.catch(() => undefined);
}

function toRequest({ url, init }: Target): Request {
  return new Request(url, init);
}
