import type { Settings } from "./settings.ts";

/** How many requests a second the settings let start, and how many of them a server takes. */
export interface Bounds {
  /** The pool's pace, or that of its lanes; Infinity when it is unpaced. */
  readonly most: number;
  /** All hosts together; Infinity when one of them has no limit, or nobody knows. */
  readonly limit: number;
}

/** The most starts a second by the paces, and by the server's limit. */
export function boundsOf(settings: Settings): Bounds {
  const { world, hosts, limit, limitHosts } = settings;
  const isLimited = world === "simulated" && limit > 0 && (limitHosts === 0 || limitHosts >= hosts);
  const lanes = laneMost(settings) * (world === "simulated" ? hosts : 1);
  return { most: Math.min(poolMost(settings), lanes), limit: isLimited ? limit * hosts : Number.POSITIVE_INFINITY };
}

/** What the settings mean for a server, in sentences. */
export function meaningOf(settings: Settings): string {
  return [poolMeans(settings), laneMeans(settings), limitMeans(settings)].filter((words) => words !== "").join(" ");
}

function poolMeans(settings: Settings): string {
  const { workers, period } = settings;
  if (period === 0) return `Unpaced: at most ${workers} at once, and each slot starts again as soon as it is free.`;
  return `Starts at most ${workers} × 1000 ÷ ${period} = ${figure(poolMost(settings))} a second, and ${workers} at once at each beat.`;
}

function laneMeans(settings: Settings): string {
  const { lanes, lanePeriod } = settings;
  if (lanes === "none") return "";
  const slots = laneSlots(settings);
  const pace = lanePeriod > 0 ? `, ${slots} × 1000 ÷ ${lanePeriod} = ${figure(laneMost(settings))} a second` : "";
  return `Each lane: at most ${slots} at once${pace}.`;
}

function limitMeans(settings: Settings): string {
  const { world, hosts, limit, limitHosts } = settings;
  if (world === "real" || limit === 0) return "";
  const limited = limitHosts === 0 ? hosts : Math.min(limitHosts, hosts);
  const who = hosts === 1 ? "The server takes" : limited === 1 ? "a.example takes" : `Each of ${limited} hosts takes`;
  const takes = `${who} ${limit} a second`;
  const most = Math.min(poolMost(settings) / hosts, laneMost(settings));
  const atOnce = Math.min(Math.ceil(settings.workers / hosts), laneSlots(settings));
  if (most > limit) {
    const come = most === Number.POSITIVE_INFINITY ? "more" : figure(most);
    return `${takes}, and ${come} may come: expect 429.`;
  }
  if (atOnce > limit) return `${takes}, and ${atOnce} may come at once: expect 429.`;
  return `${takes}: these settings keep to that.`;
}

function poolMost({ workers, period }: Settings): number {
  return period === 0 ? Number.POSITIVE_INFINITY : (workers * 1000) / period;
}

/** Of one lane. */
function laneMost(settings: Settings): number {
  const { lanes, lanePeriod } = settings;
  if (lanes === "none" || lanePeriod === 0) return Number.POSITIVE_INFINITY;
  return (laneSlots(settings) * 1000) / lanePeriod;
}

function laneSlots({ lanes, workers, laneWorkers }: Settings): number {
  return lanes === "none" || laneWorkers === 0 ? workers : Math.min(laneWorkers, workers);
}

function figure(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 1)));
}
