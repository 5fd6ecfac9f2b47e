import type { Settings } from "./settings.ts";
import { gapOf, mostLaneSlots, mostSlots } from "./slot-numbers.ts";

/** How many requests a second the settings let start, and how many of them a server takes. */
export interface Bounds {
  /** The pool's pace, or that of its lanes; Infinity when it is unpaced. */
  readonly most: number;
  /** All hosts together; Infinity when one of them has no limit, or nobody knows. */
  readonly limit: number;
}

/** The most starts a second by the paces, and by the server's limit. @param slots How many the pool has now. */
export function boundsOf(settings: Settings, slots = mostSlots(settings)): Bounds {
  const { world, hosts, limit, limitHosts } = settings;
  const isLimited = world === "simulated" && limit > 0 && (limitHosts === 0 || limitHosts >= hosts);
  const lanes = laneMost(settings) * (world === "simulated" ? hosts : 1);
  return {
    most: Math.min(poolMost(settings, slots), lanes),
    limit: isLimited ? limit * hosts : Number.POSITIVE_INFINITY,
  };
}

/** What the settings mean for a server, in sentences. */
export function meaningOf(settings: Settings): string {
  return [poolMeans(settings), laneMeans(settings), limitMeans(settings)].filter((words) => words !== "").join(" ");
}

function poolMeans(settings: Settings): string {
  const { slots, minWorkers, period } = settings;
  const most = mostSlots(settings);
  const isTuned = slots === "tuned" && minWorkers < most;
  const who = isTuned ? `Tuned: from ${minWorkers} to ${most} at once, as many as the server takes. ` : "";
  if (period === 0) {
    if (isTuned) return `${who}Unpaced: each slot starts again as soon as it is free.`;
    return `Unpaced: at most ${most} at once, and each slot starts again as soon as it is free.`;
  }
  const starts = `${isTuned ? "With all of them, starts" : "Starts"} at most ${rate(most, period)}`;
  return `${who}${starts}, ${gatherMeans(most, period, gapOf(settings, most))}.`;
}

function laneMeans(settings: Settings): string {
  const { lanes, laneSlots, lanePeriod, laneSpread } = settings;
  if (lanes === "none") return "";
  const most = mostLaneSlots(settings);
  const tuned = laneSlots === "tuned" && most > 1 ? ", as many as its host takes" : "";
  const gap = gapOf({ ...settings, spread: laneSpread, period: lanePeriod }, most);
  const evenly = gap > 0 ? `, ${gatherMeans(most, lanePeriod, gap)}` : "";
  const pace = lanePeriod > 0 ? `, ${rate(most, lanePeriod)}${evenly}` : "";
  return `Each lane: at most ${most} at once${tuned}${pace}.`;
}

/** How starts come: a beat of all, or one by one. */
function gatherMeans(slots: number, period: number, gap: number): string {
  if (gap === 0) return `and ${slots} at once at each beat`;
  return `never two closer than ${period} ÷ ${slots} = ${figure(gap)} ms`;
}

function rate(slots: number, period: number): string {
  return `${slots} × 1000 ÷ ${period} = ${figure((slots * 1000) / period)} a second`;
}

function limitMeans(settings: Settings): string {
  const { world, hosts, limit, limitHosts } = settings;
  if (world === "real" || limit === 0) return "";
  const limited = limitHosts === 0 ? hosts : Math.min(limitHosts, hosts);
  const who = hosts === 1 ? "The server takes" : limited === 1 ? "a.example takes" : `Each of ${limited} hosts takes`;
  const takes = `${who} ${limit} a second`;
  const most = Math.min(poolMost(settings, mostSlots(settings)) / hosts, laneMost(settings));
  const atOnce = mostAtOnce(settings);
  if (most > limit) {
    const come = most === Number.POSITIVE_INFINITY ? "more" : figure(most);
    return `${takes}, and ${come} may come: expect 429.`;
  }
  if (atOnce > limit) return `${takes}, and ${atOnce} may come at once: expect 429.`;
  return `${takes}: these settings keep to that.`;
}

/** How many come to one host at the same moment. */
function mostAtOnce(settings: Settings): number {
  const { hosts, lanePeriod, laneSpread } = settings;
  const pool = gapOf(settings, 1) > 0 ? 1 : Math.ceil(mostSlots(settings) / hosts);
  const isSpread = settings.lanes !== "none" && laneSpread && lanePeriod > 0;
  return Math.min(pool, isSpread ? 1 : mostLaneSlots(settings));
}

function poolMost({ period }: Settings, slots: number): number {
  return period === 0 ? Number.POSITIVE_INFINITY : (slots * 1000) / period;
}

/** Of one lane. */
function laneMost(settings: Settings): number {
  const { lanes, lanePeriod } = settings;
  if (lanes === "none" || lanePeriod === 0) return Number.POSITIVE_INFINITY;
  return (mostLaneSlots(settings) * 1000) / lanePeriod;
}

function figure(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 1)));
}
