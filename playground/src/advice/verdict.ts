import { type Grid, type Point, slotsOf } from "./grid.ts";
import { allowedAtOnce, allowedPerSecond, type Question, simulatedOf } from "./question.ts";
import type { Finding } from "./survey.ts";
import type { Figures } from "./trial.ts";
import type { Settings } from "../settings/settings.ts";

/** Who is no more than 2 % slower than the fastest counts as fast: the last answers are a matter of luck. */
const AS_FAST = 1.02;
/** So many more failures, of all tasks, are a matter of luck too. */
const AS_SOUND = 0.02;

/** What a map says. */
export interface Verdict {
  readonly best: Finding;
  /** The fewest slots that are done in time, if those are fewer than the best has. */
  readonly smallest: Finding | undefined;
}

/**
 * The best of what was found: without 429, and sure to be so; as sound and nearly as fast as can be; of those the fewest
 * slots, the most even starts, the slowest pace. Where the provider sets no bounds, more slots are always faster: then it is the fewest that are done in time.
 */
export function verdictOn(
  findings: readonly Finding[],
  question: Question,
  world: Settings,
  grid: Grid,
): Verdict | undefined {
  const sound = soundOf(findings, question, world, grid);
  const inTime = sound.filter(({ figures }) => isInTime(figures, question));
  const isBound = Number.isFinite(allowedPerSecond(world)) || Number.isFinite(allowedAtOnce(world));
  const fastest = Math.min(...sound.map(({ figures }) => doneMs(figures, question)));
  const fast = sound.filter(({ figures }) => doneMs(figures, question) <= fastest * AS_FAST);
  const byModesty = (one: Finding, other: Finding): number => modesty(one.point, other.point, grid);
  const fewest = question.seconds > 0 ? inTime.toSorted(byModesty)[0] : undefined;
  const best = isBound || fewest === undefined ? fast.toSorted(byModesty)[0] : fewest;
  if (best === undefined) return undefined;
  const isSmaller = fewest !== undefined && slotsOf(fewest.point, grid) < slotsOf(best.point, grid);
  return { best, smallest: isSmaller ? fewest : undefined };
}

/** ms until all requests of the question are done. What was not simulated goes on at the same rate. */
export function doneMs({ startedBy, doneBy, unfinished }: Figures, question: Question): number {
  if (unfinished > 0) return Number.POSITIVE_INFINITY;
  return doneBy + (question.requests / simulatedOf(question) - 1) * startedBy;
}

/** Whether they are done by the time that was asked for. */
export function isInTime(figures: Figures, question: Question): boolean {
  return question.seconds === 0 || doneMs(figures, question) <= question.seconds * 1000;
}

/** How many a second started: no more than the pace lets, though the first of them start at once. */
export function startedPerSecond({ point, figures }: Finding, question: Question): number {
  const seen = (simulatedOf(question) * 1000) / Math.max(figures.startedBy, 1);
  const { workers, period } = point;
  return workers === "tuned" || period === 0 ? seen : Math.min(seen, (workers * 1000) / period);
}

/** Good answers a second, from the first start to the last end. */
export function goodPerSecond({ failed, unfinished, doneBy }: Figures, question: Question): number {
  return ((simulatedOf(question) - failed - unfinished) * 1000) / Math.max(doneBy, 1);
}

function soundOf(findings: readonly Finding[], question: Question, world: Settings, grid: Grid): Finding[] {
  const fewest = Math.min(...findings.map(({ figures }) => figures.limited));
  const lucky = findings.filter(({ figures }) => figures.limited === fewest);
  const sure = lucky.filter(({ point }) => keepsTo(point, world, grid));
  const polite = sure.length > 0 ? sure : lucky;
  const least = Math.min(...polite.map(({ figures }) => lost(figures)));
  return polite.filter(({ figures }) => lost(figures) <= least + AS_SOUND * simulatedOf(question));
}

/** Whether it can't start more than the provider allows, however fast the answers come. */
function keepsTo(point: Point, world: Settings, grid: Grid): boolean {
  const allowed = allowedPerSecond(world);
  return allowed === Number.POSITIVE_INFINITY || slotsOf(point, grid) * 1000 <= allowed * point.period;
}

function lost({ failed, unfinished }: Figures): number {
  return failed + unfinished;
}

/** Who comes first asks less of the server. */
function modesty(one: Point, other: Point, grid: Grid): number {
  return (
    slotsOf(one, grid) - slotsOf(other, grid) ||
    Number(one.workers === "tuned") - Number(other.workers === "tuned") ||
    Number(other.spread) - Number(one.spread) ||
    other.period - one.period
  );
}
