import type { Summary } from "./figures.ts";
import type { Tally } from "./site/tally.ts";

/** What became of one part of the run, on both sides. Times in ms. */
export interface Report extends Summary, Tally {
  readonly name: string;
  readonly workers: number;
  /** 0: unpaced. */
  readonly period: number;
  readonly dispatched: number;
  readonly took: number;
}

/** Two readings of a clock may be out by their last digits. */
const ROUNDING_MS = 0.001;

/** What a report shows that must never be, in words. */
export function breaches(report: Report): string[] {
  const { name, workers, period, dispatched, queued, rejected, succeeded, failed, spacing, atOnce } = report;
  const found: string[] = [];
  if (queued !== succeeded + failed) found.push(`queued ${queued}, but finished ${succeeded + failed}`);
  if (dispatched !== queued + rejected) found.push(`dispatched ${dispatched}, but heard of ${queued + rejected}`);
  if (atOnce > workers) found.push(`${atOnce} requests at once with ${workers} workers`);
  if (spacing !== undefined && spacing < period - ROUNDING_MS) {
    found.push(`a slot started again after ${spacing} ms with a period of ${period} ms`);
  }
  return found.map((breach) => `${name}: ${breach}`);
}
