import { type Measured, percentileOf } from "../settings/measured.ts";

/** Statuses that are named. */
const NAMED = 3;

/** What was measured, in a line: `312 requests, p50 120 ms, p95 870 ms, 2.1 % 429`. */
export function summaryOf({ requests, times, statuses, sizes }: Measured): string {
  const parts = [
    `${requests.toLocaleString("en")} ${requests === 1 ? "request" : "requests"}`,
    `p50 ${time(percentileOf(times, 0.5))}`,
    `p95 ${time(percentileOf(times, 0.95))}`,
  ];
  const sorted = [...(statuses ?? [])].toSorted(([, one], [, other]) => other - one);
  for (const [status, share] of sorted.slice(0, NAMED)) parts.push(`${percent(share)} ${status}`);
  if (sorted.length > NAMED) {
    parts.push(`${percent(sorted.slice(NAMED).reduce((all, [, share]) => all + share, 0))} other 5xx`);
  }
  if (sizes !== undefined) parts.push(`bodies of ${size(percentileOf(sizes, 0.5))} at the median`);
  return parts.join(", ");
}

function time(ms: number): string {
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms).toLocaleString("en")} ms`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 0.1 ? "< 0.1" : Number(value.toFixed(value < 10 ? 1 : 0))} %`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6
    ? `${Number((bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0))} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}
