import type { Point } from "./grid.ts";
import type { Figures } from "./trial.ts";

/** What a point of the map came to. */
export interface Finding {
  readonly point: Point;
  readonly figures: Figures;
}

/** Tries one point after the other: a Worker, since that takes seconds. */
export type Trier = (point: Point) => Promise<Figures>;

/** Has all points tried, as many at once as there are triers. @param tell Told of each as it comes. */
export async function survey(
  points: readonly Point[],
  triers: readonly Trier[],
  tell: (finding: Finding) => void,
): Promise<void> {
  const left = points.values();
  const work = async (trier: Trier): Promise<void> => {
    // All of them take from the same list, so that none waits for a slow one.
    for (const point of left) tell({ point, figures: await trier(point) });
  };
  await Promise.all(triers.map(work));
}
