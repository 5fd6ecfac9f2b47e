import type { Clock } from "../api/clock.ts";
import { CLOCK, expect, isClock, isFunction, isWhole, optional, own } from "../lib/checks.ts";
import { isRequest, signalOf } from "../lib/request.ts";
import { type Behavior, behaviorOf, DEFAULTS } from "./behavior.ts";
import { type Capacity, SharingStation, type Station, WaitingStation } from "./capacity.ts";
import type { Exchange } from "./exchange.ts";
import { isSize } from "./lab-checks.ts";
import { RateLimiter } from "./rate-limit.ts";
import { RouteTable } from "./routes.ts";
import type { ServerBehavior, SimulatedServerOptions } from "./server-options.ts";
import { type ServerCounts, ServerRecord } from "./server-record.ts";
import { Upload } from "./upload.ts";
import { type Surroundings, Visit } from "./visit.ts";

/**
 * A server that does to requests what servers do, on a clock of one's own and without a network. The same seed gives the same
 * run, in every runtime: a request's luck depends on the seed and its number alone.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const server = new SimulatedServer({ clock, latency: { median: 80 }, rateLimit: { requests: 4, per: 1000 } });
 * const pool = new Client({ clock, handler: server.fetch, workers: 2, period: 500 }).start();
 * ```
 */
export class SimulatedServer {
  /** The time that it lives by. */
  readonly clock: Clock;
  readonly #routes: RouteTable;
  readonly #record: ServerRecord;
  readonly #stations = new Map<string, Station>();
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #surroundings: Surroundings;
  #common: Partial<Behavior>;

  /** @throws {TypeError} An option is of a wrong type. */
  constructor(options: SimulatedServerOptions) {
    const { clock, seed, routes, numberOf, keep, onExchange, ...common } = own(options);
    this.clock = expect(clock, "clock", CLOCK, isClock);
    this.#common = behaviorOf(common);
    this.#routes = new RouteTable({ ...DEFAULTS, ...this.#common }, routes);
    this.#record = new ServerRecord(optional(keep, "keep", "a whole number or Infinity", isSize) ?? Infinity);
    const told = optional(onExchange, "onExchange", "a function", isFunction) as typeof onExchange;
    const number = optional(numberOf, "numberOf", "a function", isFunction) as typeof numberOf;
    this.#surroundings = {
      clock: this.clock,
      record: this.#record,
      seed: optional(seed, "seed", "a whole number", isWhole) ?? 1,
      tell: told ?? ((): void => undefined),
      numberOf: number,
      find: (host, path, request) => this.#routes.find(host, path, request),
      limiter: (key) => got(this.#limiters, key, () => new RateLimiter()),
      station: (key, capacity) => this.#station(key, capacity),
    };
  }

  /**
   * Shaped like `fetch`: a handler for a pool, and a `fetch` for whoever has none. May be called unbound. The body of a
   * request is read as it comes, and holds up no answer.
   *
   * @returns Rejects as `fetch` does: with the signal's reason, or with a TypeError when the connection breaks. A body breaks
   * likewise.
   */
  readonly fetch = (
    input: string | URL | Request,
    init?: { readonly method?: string | undefined; readonly signal?: AbortSignal | null | undefined },
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      const signal = signalOf(input, init);
      if (signal?.aborted === true) {
        if (isRequest(input)) new Upload(input, this.clock).cancel(signal.reason);
        return reject(signal.reason as Error);
      }
      const request = isRequest(input) ? input : new Request(input, init as RequestInit);
      new Visit(this.#surroundings, request, signal, resolve, reject).begin();
    });

  /** What it has counted since it was made. */
  get counts(): ServerCounts {
    return this.#record.counts;
  }

  /** The requests that came, in order of arrival: the latest `keep`. */
  get exchanges(): readonly Exchange[] {
    return this.#record.exchanges;
  }

  /**
   * Changes what is common to all requests, from now on: what waits is served by the new capacity too. Options that are
   * not given stay as they are.
   *
   * @throws {TypeError} An option is of a wrong type; nothing is changed then.
   */
  change(behavior: ServerBehavior): void {
    const before = this.#common.capacity;
    this.#common = { ...this.#common, ...behaviorOf(behavior) };
    this.#routes.common = { ...DEFAULTS, ...this.#common };
    const { capacity } = this.#common;
    if (capacity === undefined || before === undefined) return;
    for (const key of this.#stations.keys()) if (!key.includes(" ")) this.#station(key, capacity);
  }

  #station(key: string, { atOnce, beyond }: Capacity): Station {
    const isSharing = beyond === "slow";
    let station = this.#stations.get(key);
    if (station === undefined || station instanceof SharingStation !== isSharing) {
      // What it has already, it serves to the end.
      if (station !== undefined) station.atOnce = atOnce;
      station = isSharing ? new SharingStation(this.clock) : new WaitingStation(this.clock);
      this.#stations.set(key, station);
    }
    if (station.atOnce !== atOnce) station.atOnce = atOnce;
    return station;
  }
}

function got<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
