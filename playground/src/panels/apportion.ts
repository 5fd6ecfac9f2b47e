/**
 * Rounds parts to whole numbers that add up to a whole one: what rounding down leaves goes to those that lost most by it.
 *
 * @param whole What they add up to then. All are 0 when nothing is there to be shared.
 */
export function apportion(parts: readonly number[], whole: number): number[] {
  const sum = parts.reduce((all, part) => all + part, 0);
  if (sum <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part / sum) * whole);
  const rounded = exact.map(Math.floor);
  let left = whole - rounded.reduce((all, part) => all + part, 0);
  const byLoss = [...exact.keys()].toSorted((one, other) => loss(exact[other]) - loss(exact[one]));
  for (const at of byLoss) {
    if (left-- <= 0) break;
    rounded[at] = (rounded[at] ?? 0) + 1;
  }
  return rounded;
}

function loss(exact = 0): number {
  return exact - Math.floor(exact);
}
