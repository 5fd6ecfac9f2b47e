/** The middle of the values; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of the ratios of what was measured in the same round. */
export function medianRatio(values: readonly number[], peers: readonly number[]): number {
  return median(values.map((value, round) => value / (peers[round] ?? Number.NaN)));
}

/** How the time grows with the number of things: 1 is linear, 2 quadratic. */
export function exponent(few: number, timeForFew: number, many: number, timeForMany: number): number {
  return Math.log(timeForMany / timeForFew) / Math.log(many / few);
}

/** The most times that fall into any window of this width. `times` ascend. */
export function mostWithin(times: readonly number[], width: number): number {
  let most = 0;
  let first = 0;
  times.forEach((time, last) => {
    while (time - (times[first] ?? time) >= width) first++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
