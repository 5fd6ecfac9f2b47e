import type { SendOptions } from "../api/options.ts";
import type { Pool } from "../api/pool.ts";
import type { Consumer } from "../api/task.ts";
import type { SimulatedServer } from "./simulated-server.ts";

/** Who calls, and when. */
export type Load =
  | {
      /** So many callers, each of which makes its next call when the last is over. */
      readonly atOnce: number;
    }
  | {
      /** So many calls a second, evenly apart, whatever becomes of them. */
      readonly perSecond: number;
    }
  | {
      /** A call at each of these times, in ms from the start, in order. */
      readonly times: readonly number[];
    };

/** What {@link simulate} is told. */
export interface SimulationOptions {
  /** A client whose `handler` is `server.fetch`, or something around it, and whose `clock` is the server's. */
  readonly client: {
    /** Starts the pool that is called. */
    start(): Pool;
  };
  /** A server on a {@link VirtualClock}. */
  readonly server: SimulatedServer;
  readonly load: Load;
  /** For how many ms calls are made. @default with times: until the last of them */
  readonly for?: number | undefined;
  /** What the call of this number asks for, from 1. A URL is asked for by GET. @default "https://server.test/" */
  readonly request?: string | URL | ((number: number) => string | URL | Request) | undefined;
  /** The options of the call of this number: its lane, priority, signal. @default none */
  readonly options?: ((number: number) => SendOptions) | undefined;
  /** Reads a response. @default reads the body to its end */
  readonly consumer?: Consumer | undefined;
  /** Whether callers give up where the pool is full (`pool.offer`), or wait in line (`pool.run`). @default false: they wait */
  readonly offer?: boolean | undefined;
  /** For how many ms of the clock's time it waits for what is not over when no more calls are made. @default 3,600,000 */
  readonly most?: number | undefined;
}
