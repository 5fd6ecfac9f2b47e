import type { CircuitState } from "httppool/breaker";

/** How a lane stands at one moment. */
export interface LaneStanding {
  readonly name: string;
  readonly senders: number;
  readonly waiting: number;
  readonly running: number;
  /** Slots that it has; undefined while it has nothing to do. */
  readonly workers: number | undefined;
  readonly heldMs: number;
  /** Since the scene began. */
  readonly started: number;
  readonly retried: number;
}

/** How the circuits stand at one moment, by host; a host that is not there has a closed one. */
export type Circuits = ReadonlyMap<string, CircuitState>;
