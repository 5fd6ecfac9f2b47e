/**
 * Finds lines by what somebody types. A number is looked for as a whole, and not among times and durations, so that 429 finds a
 * status and no 3429 ms; whoever wants a duration types its unit.
 *
 * @returns Tells whether a line is meant. Nothing typed: all are.
 */
export function finder(text: string): (line: string) => boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return () => true;
  const escaped = wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const before = /^\d/.test(wanted) ? "(?<![\\d.])" : "";
  const after = /^\d+$/.test(wanted) ? "(?![\\d.]| ms)" : /\d$/.test(wanted) ? "(?!\\d)" : "";
  const pattern = new RegExp(`${before}${escaped}${after}`);
  return (line) => pattern.test(line.toLowerCase());
}
