import { MOST_SIZES, MOST_STATUSES, MOST_TIMES, type Measured } from "../settings/measured.ts";

/** What was found in a file, or in what somebody pasted. */
export interface Sample {
  /** ms until the answer was there, in any order. */
  readonly times: readonly number[];
  /** How many answers had each status that says no; undefined: nothing is known of statuses. */
  readonly statuses?: ReadonlyMap<number, number>;
  /** Bytes of bodies; undefined: nothing is known of bodies. */
  readonly sizes?: readonly number[];
  /** What was not taken in, and why, in words. */
  readonly leftOut: readonly string[];
}

/** What those who look at times look at: these are kept exactly. */
const EXACT = [0.5, 0.95, 0.99];

/** As few numbers as go into a link. */
export function measuredIn({ times, statuses, sizes }: Sample): Measured {
  return {
    requests: times.length,
    times: fewOf(times, MOST_TIMES),
    ...(statuses !== undefined && { statuses: sharesOf(statuses, times.length) }),
    ...(sizes !== undefined && sizes.length > 0 && { sizes: fewOf(sizes, MOST_SIZES) }),
  };
}

/** So many values at even shares, in order: of each part of them the one in the middle, or the percentile that is looked at. */
export function fewOf(values: readonly number[], most: number): number[] {
  const sorted = Array.from(Float64Array.from(values).toSorted());
  if (sorted.length <= most) return sorted;
  return Array.from({ length: most }, (_, part) => {
    const exact = EXACT.find((share) => share > part / most && share <= (part + 1) / most);
    const share = exact ?? (part + 0.5) / most;
    return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  });
}

/** The share of each. Where there are many, the rare ones count as 500. */
function sharesOf(statuses: ReadonlyMap<number, number>, all: number): Map<number, number> {
  const sorted = [...statuses].toSorted(([, one], [, other]) => other - one);
  const shares = new Map(sorted.slice(0, MOST_STATUSES - 1).map(([status, count]) => [status, count / all]));
  for (const [, count] of sorted.slice(MOST_STATUSES - 1)) shares.set(500, (shares.get(500) ?? 0) + count / all);
  return shares;
}
