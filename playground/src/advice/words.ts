import type { Settings } from "../settings/settings.ts";
import { type Grid, type Point, slotsOf } from "./grid.ts";
import { allowedAtOnce, allowedPerSecond, meanAnswerMs, type Question, simulatedOf } from "./question.ts";
import type { Finding } from "./survey.ts";
import type { Figures } from "./trial.ts";
import { doneMs, goodPerSecond, isInTime, startedPerSecond, type Verdict } from "./verdict.ts";

/** Starts come as often as the provider allows, or nearly. */
const USED_UP = 0.95;

/** Why no settings can help; undefined when they can. */
export function obstacleTo({ endless, timeout, reads, hosts, down }: Settings): string | undefined {
  if (endless > 0 && timeout === 0 && reads === "all") {
    return "Some bodies have no end and the pool has no timeout, so it would never be done. Set a timeout first.";
  }
  return down >= hosts ? "Every host is down: no settings can help." : undefined;
}

/** The advice, in sentences. */
export function adviceIn(
  { best, smallest }: Verdict,
  findings: readonly Finding[],
  question: Question,
  world: Settings,
  grid: Grid,
): string {
  const { point, figures } = best;
  return [
    figures.limited > 0 ? "No setting of the map is without 429. The fewest come with these:" : "",
    `${poolIn(point)}: ${courseIn(best, question)}.`,
    boundIn(best, question, world, grid),
    deadlineIn(best, question, world),
    smallest === undefined
      ? ""
      : `In time as well: ${poolIn(smallest.point)}, done after ${timeIn(doneMs(smallest.figures, question))}.`,
    spreadIn(point, findings, question),
    question.requests > simulatedOf(question) ? `Reckoned from the first ${count(simulatedOf(question))}.` : "",
  ]
    .filter((words) => words !== "")
    .join(" ");
}

/** A point and its figures, in words. */
export function findingIn(finding: Finding, question: Question): string {
  return `${poolIn(finding.point)}: ${courseIn(finding, question)}, ${failuresIn(finding.figures, question)}`;
}

/** The pool of a point, in words. */
export function poolIn({ workers, period, spread }: Point): string {
  const slots = workers === "tuned" ? "tuned workers" : workers === 1 ? "1 worker" : `${workers} workers`;
  if (period === 0) return `${slots}, unpaced`;
  return `${slots}, a start per slot every ${count(period)} ms${spread ? ", spread" : ""}`;
}

/** A time, as one says it. */
export function timeIn(ms: number): string {
  if (!Number.isFinite(ms)) return "for ever";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${figure(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** A number with two digits that count. */
export function figure(value: number): string {
  return count(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}

/** A number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

function courseIn(finding: Finding, question: Question): string {
  const { figures } = finding;
  const { limited, p50, p95, unfinished } = figures;
  const done = unfinished > 0 ? "never done" : `done after ${timeIn(doneMs(figures, question))}`;
  return [
    `${figure(startedPerSecond(finding, question))} a second`,
    limited === 0 ? "no 429" : `${count(limited)} answers of 429`,
    done,
    `half of the answers within ${timeIn(p50)}, 95 % within ${timeIn(p95)}`,
  ].join(", ");
}

function failuresIn(figures: Figures, question: Question): string {
  const good = figure(goodPerSecond(figures, question));
  return `${good} good answers a second, ${count(figures.failed)} of ${count(simulatedOf(question))} without one`;
}

/** What keeps it from being faster. */
function boundIn(finding: Finding, question: Question, world: Settings, grid: Grid): string {
  const allowed = allowedPerSecond(world);
  const atOnce = allowedAtOnce(world);
  if (startedPerSecond(finding, question) >= USED_UP * allowed) {
    return `More workers would only wait: the ${count(allowed)} a second that the provider allows are used up.`;
  }
  if (slotsOf(finding.point, grid) >= atOnce) {
    return `More workers would only make answers slower: the provider works on ${count(atOnce)} at once.`;
  }
  if (Number.isFinite(allowed) || Number.isFinite(atOnce)) return "";
  return "Nothing bounds this server: more workers would be faster still. Say what yours allows.";
}

function deadlineIn({ figures }: Finding, question: Question, world: Settings): string {
  const { seconds, requests } = question;
  if (seconds === 0) return "";
  const wished = timeIn(seconds * 1000);
  if (isInTime(figures, question)) return `That is in time for ${wished}.`;
  const byRate = (requests / allowedPerSecond(world)) * 1000;
  const byCapacity = (requests / allowedAtOnce(world)) * meanAnswerMs(world);
  const least = Math.max(byRate, byCapacity);
  if (least < seconds * 1000) return `That is not in time for ${wished}, and nothing on the map is.`;
  const why =
    byRate >= byCapacity
      ? `${count(requests)} requests at ${count(allowedPerSecond(world))} a second`
      : `${count(requests)} requests, ${count(allowedAtOnce(world))} at once,`;
  return `${wished[0]?.toUpperCase()}${wished.slice(1)} can't be met by any settings: ${why} take ${timeIn(least)} by themselves.`;
}

/** What spread is good for here. */
function spreadIn(point: Point, findings: readonly Finding[], question: Question): string {
  if (!point.spread) return "";
  const { workers, period } = point;
  const other = findings.find(
    (each) => each.point.workers === workers && each.point.period === period && !each.point.spread,
  );
  const limited = other?.figures.limited ?? 0;
  if (limited === 0) return "";
  return `Without spread they would start all at once, and ${count(limited)} of ${count(simulatedOf(question))} answers be 429.`;
}
