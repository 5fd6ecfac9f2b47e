import type { Trouble } from "./outcome.ts";

/** How often each thing happened. */
export interface Tally {
  queued: number;
  full: number;
  closed: number;
  aborted: number;
  started: number;
  /** Attempts that were followed by another. */
  retried: number;
  succeeded: number;
  failed: number;
  /** Finished without a start. */
  dropped: number;
}

/** How often each trouble happened. */
export type Troubles = Record<Trouble, number>;

/** Nothing yet. */
export function noTally(): Tally {
  return {
    queued: 0,
    full: 0,
    closed: 0,
    aborted: 0,
    started: 0,
    retried: 0,
    succeeded: 0,
    failed: 0,
    dropped: 0,
  };
}

/** No trouble yet. */
export function noTroubles(): Troubles {
  return { limited: 0, server: 0, timeout: 0, other: 0 };
}
