/** One thing measured again and again. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** How much it may grow by before it counts, in its unit. */
  readonly floor: number;
  /** Minutes since the start, and the value. */
  readonly points: readonly (readonly [minute: number, value: number])[];
}

/** Where a series is heading, judged by its second half. */
export interface Trend extends Series {
  /** The line through the second half: from, to. */
  readonly line: readonly [start: readonly [number, number], end: readonly [number, number]];
  readonly isRising: boolean;
  /** In words. */
  readonly summary: string;
}

/** Growth below so many times the scatter around the line is noise. */
const SIGMAS = 3;
/** From the median absolute deviation to a standard deviation. */
const SIGMA_OF_MAD = 1.4826;

/** The line through the medians (Theil and Sen): a few wild samples don't move it. */
export function trendOf(series: Series): Trend {
  const { points, unit, floor } = series;
  const half = points.slice(Math.floor(points.length / 2));
  const slope = median(half.flatMap(([x, y], index) => half.slice(index + 1).map(([x2, y2]) => (y2 - y) / (x2 - x))));
  const offset = median(half.map(([x, y]) => y - slope * x));
  const at = (minute: number): number => slope * minute + offset;
  const start = half[0]?.[0] ?? 0;
  const end = half.at(-1)?.[0] ?? 0;
  const growth = at(end) - at(start);
  const noise = SIGMAS * SIGMA_OF_MAD * median(half.map(([x, y]) => Math.abs(y - at(x))));
  const limit = Math.max(floor, noise);
  return {
    ...series,
    line: [
      [start, at(start)],
      [end, at(end)],
    ],
    isRising: growth > limit,
    summary: `${growth.toFixed(2)} ${unit} in the second half, at most ${limit.toFixed(2)} allowed`,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
