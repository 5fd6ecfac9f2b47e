/** The same value, so many times. */
export function repeated<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}
