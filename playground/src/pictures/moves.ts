import type { Life } from "../scene/life.ts";

/** A cell of one of the stations that tasks travel between. */
export interface Place {
  readonly station: "line" | "queue" | "slot";
  readonly at: number;
}

/** A task has gone from one station to another. */
export interface Move {
  readonly life: Life;
  /** undefined: it has just come. */
  readonly from: Place | undefined;
  readonly to: Place;
}

/**
 * Who has gone to another station between two looks. Those who have moved up in the same one have not, nor have those who are
 * gone.
 *
 * @param most No more than so many: more at once and nobody can follow them. The followed one is always among them.
 */
export function movesBetween(
  before: ReadonlyMap<Life, Place>,
  after: ReadonlyMap<Life, Place>,
  most: number,
  followed?: Life,
): Move[] {
  const moves: Move[] = [];
  let left = most;
  for (const [life, to] of after) {
    const from = before.get(life);
    if (from?.station === to.station) continue;
    if (life !== followed && left-- <= 0) continue;
    moves.push({ life, from, to });
  }
  return moves;
}
