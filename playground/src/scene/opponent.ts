import type { OpenHistory } from "./open-history.ts";
import type { Measures } from "./measures.ts";

/** How many connections a side has open, to be drawn. */
export interface OpenView {
  readonly history: OpenHistory;
  /** Connections that there should be at most, and that there have been at most. */
  readonly limit: number;
  readonly most: number;
}

/** B, the other side of a comparison. */
export interface Opponent {
  readonly measures: Measures;
  readonly view: OpenView;
  /** Brings the task of this number. */
  bring(number: number): void;
  /** Looks at what nobody tells: how many wait. */
  sample(): void;
  pause(): void;
  resume(): void;
  dispose(): void;
}
