import type * as httppool from "httppool";
import type { ClientOptions, DispatchCloser, PoolEvent } from "httppool";
import type { adaptive } from "httppool/adaptive";
import type { breakerHandler } from "httppool/breaker";
import type * as lab from "httppool/lab";
import type { lanes } from "httppool/lanes";
import type * as lean from "httppool/lean";
import type { retry } from "httppool/retry";
import type { Counts, Site } from "../server.ts";

/** The package as a user sees it: its two doors. */
export interface Doors {
  readonly httppool: typeof httppool;
  readonly lean: typeof lean;
}

/** Which of the doors a run goes through. */
export type Door = keyof Doors;

/** What a runtime can do that others can't. Said by its runner, so that a change is noticed. */
export interface Features {
  /** A stream as a request's body reaches the server. */
  readonly streamedUpload: boolean;
  /** `AsyncLocalStorage` follows a task. */
  readonly asyncContext: boolean;
  /** Garbage is collected when told to: `globalThis.gc()`. */
  readonly collector: boolean;
}

/** What the words of both doors are: everything but `Client`. */
export type Words = Omit<Doors["lean"], "Client">;

/** What the other doors under test give. */
export interface Parts {
  readonly adaptive: typeof adaptive;
  readonly breakerHandler: typeof breakerHandler;
  readonly lab: typeof lab;
  readonly lanes: typeof lanes;
  readonly retry: typeof retry;
}

/** What a case works with. */
export interface Context extends Parts {
  readonly words: Words;
  readonly site: Site;
  readonly features: Features;
  /** Starts a pool through the door under test. It is aborted when the case is over. */
  pool(options?: ClientOptions): DispatchCloser;
  /** Starts a pool that keeps its events. */
  recorded(options?: ClientOptions): { readonly pool: DispatchCloser; readonly events: readonly PoolEvent[] };
  /**
   * The address of one of the server's answers, in this case's own run. Another one each time: browsers send a GET only
   * when the one before it with the same address has its headers, in case these allow to use the answer again.
   */
  url(answer: string): string;
  /** What has come to the server in this run. */
  counts(): Promise<Counts>;
  /** The same, as soon as so many of a kind have come. Fails after half a minute without. */
  reach(kind: "requests" | "aborted", count: number): Promise<Counts>;
  /** Opens the gate of `gate` and `half`. */
  open(): Promise<void>;
}

/** One promise of the package. */
export interface Case {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Where it applies. @default everywhere */
  readonly where?: ((features: Features) => boolean) | undefined;
  run(context: Context): Promise<void>;
}

/** Writes a case down. */
export function promise(name: string, run: Case["run"], where?: Case["where"]): Case {
  return { name, run, where };
}
