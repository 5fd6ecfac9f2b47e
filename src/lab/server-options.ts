import type { Clock } from "../api/clock.ts";
import type { Capacity } from "./capacity.ts";
import type { Exchange } from "./exchange.ts";
import type { Latency } from "./latency.ts";
import type { RateLimit } from "./rate-limit.ts";

/** What a server does to requests. */
export interface ServerBehavior {
  /** ms from a request's arrival, or from when its turn has come, to the headers. @default 50 */
  readonly latency?: Latency | undefined;
  /** The status of what goes well: 200 to 599. @default 200 */
  readonly status?: number | undefined;
  /** More headers of what goes well. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body of what goes well; a list: one of them, each as likely; a function: made for the request. @default "{}" */
  readonly body?: Content | readonly Content[] | ((random: () => number, request: Request) => Content) | undefined;
  /** How many requests a host serves at once, and what becomes of the others. @default as many as come */
  readonly capacity?: Capacity | undefined;
  /** How many requests a host takes in a time. @default as many as come */
  readonly rateLimit?: RateLimit | undefined;
  /** The share of answers that are errors, from 0 to 1. @default 0 */
  readonly errors?: number | undefined;
  /** The statuses of errors, each as likely. @default [500, 503] */
  readonly errorStatuses?: readonly number[] | undefined;
  /** The share of connections reset before the headers: as with `fetch`, a TypeError. @default 0 */
  readonly resets?: number | undefined;
  /** The share of connections reset halfway through the body; an endless one's after 64 KiB. @default 0 */
  readonly brokenBodies?: number | undefined;
  /** When it is down. @default never */
  readonly outages?: readonly Outage[] | undefined;
}

/** A body: text, a number of bytes (Infinity: without an end), or either with how it is sent. */
export type Content =
  | string
  | number
  | {
      readonly content: string | number;
      /** Bytes a ms. @default all at once, when it is read */
      readonly speed?: number | undefined;
      /** Whether Content-Length tells how long it is, if it has an end. @default true */
      readonly declared?: boolean | undefined;
    };

/** A time in which a server is down, in ms on its clock. */
export interface Outage {
  readonly from: number;
  /** Itself not included. Infinity: for good. */
  readonly until: number;
  /**
   * - `"refuses"`: requests fail with a TypeError, and so does what is under way, when its next bytes would come
   * - `"hangs"`: requests get no answer, ever
   * - a status: they get that
   *
   * @default "refuses"
   */
  readonly how?: "refuses" | "hangs" | number | undefined;
}

/** What a {@link SimulatedServer} is made of. */
export interface SimulatedServerOptions extends ServerBehavior {
  /** Its time: a `VirtualClock`, or any other. */
  readonly clock: Clock;
  /** A whole number: the same one gives the same run. @default 1 */
  readonly seed?: number | undefined;
  /**
   * What is different for some requests, over what is common. By a map: from a host (`"a.example"`), a path (`"/slow"`), or both
   * (`"a.example/slow"`), where the longest start of a path wins, a host over none. By a function: asked at each
   * arrival, and what it gives must not be changed afterwards; give another object instead.
   *
   * Each host has a capacity and a rate limit to itself; in a map, so has each entry that gives one.
   */
  readonly routes?:
    | Readonly<Record<string, ServerBehavior>>
    | ((request: Request) => ServerBehavior | undefined)
    | undefined;
  /** What a request's luck is drawn by: a whole number. @default its number in order of arrival, from 1 */
  readonly numberOf?: ((request: Request) => number) | undefined;
  /** How many exchanges are kept to be looked at, the latest; all are counted. @default Infinity */
  readonly keep?: number | undefined;
  /**
   * Told when a request arrives, gets its headers, and is over. What it throws before the headers fails the request; what it
   * throws in the end, which nobody waits for, goes to `console.error`.
   */
  readonly onExchange?: ((exchange: Exchange, stage: "arrival" | "headers" | "end") => void) | undefined;
}
