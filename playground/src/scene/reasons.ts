/**
 * Why a task waits, from what is nearest to it to what holds all of them back: in line for a place; at rest before it is tried
 * again; for its lane, which is held, has no free slot, or keeps its pace; for the pool, which is paused, has no free slot, or
 * keeps its pace or its spread. Of several at once the first counts, so that a time is put down to the pool's slots only when one
 * more of them would have helped. `late` is what is left: it may start, and the page has not come to it yet.
 */
export const REASONS = [
  "place",
  "rest",
  "hold",
  "laneSlot",
  "lanePace",
  "paused",
  "slot",
  "pace",
  "spread",
  "late",
] as const;

export type Reason = (typeof REASONS)[number];

/** How many ms went to each reason. */
export type Spent = Record<Reason, number>;

/** Nothing yet. */
export function nothingSpent(): Spent {
  return {
    place: 0,
    rest: 0,
    hold: 0,
    laneSlot: 0,
    lanePace: 0,
    paused: 0,
    slot: 0,
    pace: 0,
    spread: 0,
    late: 0,
  };
}

/** Adds to what was spent. */
export function addSpent(sum: Spent, more: Spent): Spent {
  for (const reason of REASONS) sum[reason] += more[reason];
  return sum;
}

/** All of it, in ms. */
export function totalOf(spent: Spent): number {
  return REASONS.reduce((sum, reason) => sum + spent[reason], 0);
}
