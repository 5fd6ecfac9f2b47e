import type { Clock, DispatchCloser, Task } from "httppool";
import type { Settings } from "../settings/settings.ts";
import { Arrivals } from "./arrivals.ts";
import type { Life } from "./life.ts";
import type { Lives } from "./lives.ts";
import { read, type Target, targetFor, taskFor } from "./work.ts";

/** More than this in line and nobody joins any more: real callers would have stopped long ago. */
const LONGEST_LINE = 2000;

/** What waits outside, and whose it is. */
interface Parcel<Content> {
  readonly life: Life;
  readonly content: Content;
}

/** Brings tasks to a pool by the way that the settings name. */
export class Door {
  readonly #pool: DispatchCloser;
  readonly #lives: Lives;
  readonly #settings: () => Settings;
  readonly #clock: Clock;
  #piped: Arrivals<Parcel<Task>> | undefined;
  #mapped: Arrivals<Parcel<Target>> | undefined;
  #fetching = 0;

  /** @param lives Who is told whose task is brought. */
  constructor(pool: DispatchCloser, lives: Lives, settings: () => Settings, clock: Clock) {
    this.#pool = pool;
    this.#lives = lives;
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
    const life = this.#lives.come(number, this.#laneOf(number));
    switch (way) {
      case "send":
        return this.#call(life, (options) => this.#pool.send(this.#task(number), options));
      case "run":
        return this.#call(life, (options) => this.#pool.run(this.#task(number), options));
      case "offer":
        return this.#call(life, (options) => this.#offer(number, options));
      case "fetch":
        return this.#call(life, (options) => this.#fetch(number, options));
      case "writable":
        return this.#pipe().push({ life, content: this.#task(number) });
      case "map":
        return this.#map().push({ life, content: targetFor(number, this.#settings()) });
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

  #laneOf(number: number): string {
    const settings = this.#settings();
    return settings.lanes === "none" ? "" : new URL(targetFor(number, settings).url).origin;
  }

  #call(life: Life, call: (options: CallOptions) => Promise<unknown> | void): void {
    const options = this.#options(life);
    // What becomes of it, the pool's events tell.
    this.#lives.act(life, () => void call(options)?.catch(() => undefined));
  }

  #options(life: Life): CallOptions {
    const { patience } = this.#settings();
    if (patience === 0) return {};
    const caller = new AbortController();
    const giveUp = (): void => caller.abort(new DOMException("The caller gave up", "AbortError"));
    this.#clock.setTimeout(() => this.#lives.act(life, giveUp), patience);
    return { signal: caller.signal };
  }

  #offer(number: number, options: CallOptions): void {
    try {
      this.#pool.offer(this.#task(number), options);
    } catch {
      // Closed: there was a reject event.
    }
  }

  async #fetch(number: number, options: CallOptions): Promise<void> {
    const settings = this.#settings();
    const { url, init } = targetFor(number, settings);
    this.#fetching++;
    try {
      const response = await this.#pool.fetch(url, { ...init, ...options });
      await read(response, settings.reads);
      // What a caller of fetch leaves is the caller's to release.
      if (settings.reads !== "all") await response.body?.cancel();
    } finally {
      this.#fetching--;
    }
  }

  #pipe(): Arrivals<Parcel<Task>> {
    if (this.#piped !== undefined) return this.#piped;
    const arrivals = new Arrivals<Parcel<Task>>();
    const source = new ReadableStream<Task>(
      {
        pull: async (controller) => {
          const next = await arrivals.next();
          if (next === undefined) return controller.close();
          this.#lives.stand(next.life);
          controller.enqueue(next.content);
        },
      },
      { highWaterMark: 0 },
    );
    quietly(source.pipeTo(this.#pool.writable()));
    this.#piped = arrivals;
    return arrivals;
  }

  #map(): Arrivals<Parcel<Target>> {
    if (this.#mapped !== undefined) return this.#mapped;
    const arrivals = new Arrivals<Parcel<Target>>();
    quietly(this.#pull(arrivals));
    this.#mapped = arrivals;
    return arrivals;
  }

  async #pull(arrivals: Arrivals<Parcel<Target>>): Promise<void> {
    const results = this.#pool.map(
      this.#pulled(arrivals),
      toRequest,
      (response) => read(response, this.#settings().reads),
      {
        settled: true,
        ...(this.#settings().lanes === "origin" && { lane: ({ url }: Target) => new URL(url).origin }),
      },
    );
    // Whoever reads keeps pace, so that only the pool holds the inputs back.
    for await (const result of results) void result;
  }

  async *#pulled(arrivals: Arrivals<Parcel<Target>>): AsyncGenerator<Target> {
    for await (const { life, content } of arrivals) {
      this.#lives.stand(life);
      yield content;
    }
  }
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a call failed with is told by the pool's events. */
function quietly(call: Promise<unknown>): void {
  call.catch(() => undefined);
}

function toRequest({ url, init }: Target): Request {
  return new Request(url, init);
}
