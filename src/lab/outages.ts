import type { Outage } from "./server-options.ts";

/** The outage that a server is in at a moment. */
export function outageAt(outages: readonly Outage[], now: number): Outage | undefined {
  return outages.find((outage) => isIn(outage, now, now));
}

/** Whether a server went down from one moment to another, both included, and took with it what was under way. */
export function breaksWithin(outages: readonly Outage[], start: number, end: number): boolean {
  return outages.some((outage) => (outage.how ?? "refuses") === "refuses" && isIn(outage, start, end));
}

const isIn = ({ from, until }: Outage, start: number, end: number): boolean => from <= end && start < until;
