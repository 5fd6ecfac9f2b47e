import type { Outcome } from "./outcome.ts";
import { addSpent, nothingSpent, type Spent, totalOf } from "./reasons.ts";
import type { Span } from "./track.ts";
import type { Waiting, WaitLedger } from "./wait-ledger.ts";

/** One try: the waiting for it, and the attempt. */
export interface Stage {
  readonly waiting: Waiting;
  /** undefined: it has not started. */
  span: Span | undefined;
}

/** What there is to tell of a task, from when its caller came. Times are in ms of the scene. */
export interface Life {
  /** The number that the load gave it. 0: it came from elsewhere. */
  readonly number: number;
  readonly lane: string;
  readonly cameAt: number;
  /** The pool's number; undefined before it was taken in. */
  id: number | undefined;
  queuedAt: number | undefined;
  readonly stages: Stage[];
  /** How it ended; undefined: it has not. */
  end: LifeEnd | undefined;
}

/** How a task ended. */
export interface LifeEnd {
  readonly at: number;
  /** `refused` before it was taken in. */
  readonly outcome: Outcome | "refused";
  readonly word: string;
}

/** Where a task is. */
export type Station = "line" | "queue" | "slot" | "over";

/** Where a task is now. */
export function stationOf({ end, queuedAt, stages }: Life): Station {
  if (end !== undefined) return "over";
  if (queuedAt === undefined) return "line";
  return stages.at(-1)?.span === undefined ? "queue" : "slot";
}

/** ms that a task stood in line. */
export function lineOf({ cameAt, queuedAt, end }: Life, now: number): number {
  return (queuedAt ?? end?.at ?? now) - cameAt;
}

/** What a task has waited for so far, in line, in the queue and at rest. It adds up to how long it has waited. */
export function waitedFor(life: Life, ledger: WaitLedger, now: number): Spent {
  const sum = nothingSpent();
  sum.place = lineOf(life, now);
  for (const { waiting } of life.stages) addSpent(sum, ledger.spentBy(waiting, now));
  return sum;
}

/** How long a task has waited so far, in ms. */
export function waited(life: Life, ledger: WaitLedger, now: number): number {
  return totalOf(waitedFor(life, ledger, now));
}
