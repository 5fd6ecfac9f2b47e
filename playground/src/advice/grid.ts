import type { Settings } from "../settings/settings.ts";
import { allowedAtOnce, allowedPerSecond, meanAnswerMs } from "./question.ts";

/** The settings of a pool that the map looks at. */
export interface Point {
  /** Slots: so many, or as many as adaptive() finds. */
  readonly workers: number | "tuned";
  /** ms; 0: unpaced. */
  readonly period: number;
  readonly spread: boolean;
}

/** The points of a map, workers × period, with spread and without it. */
export interface Grid {
  readonly rows: readonly Point["workers"][];
  readonly columns: readonly number[];
  /** Whether there are points with spread. */
  readonly hasSpread: boolean;
  /** In the order in which they are tried: wherever that stops, the map has some of everything. */
  readonly points: readonly Point[];
}

/** The most that the settings can have. */
const MOST_WORKERS = 100;
const LONGEST_PERIOD = 30_000;
/** Numbers of slots around the one that is needed if all answers took the same time. */
const AROUND = [0.12, 0.25, 0.5, 0.7, 0.85, 1, 1.15, 1.4, 1.8, 2.4];
/** Of an answer's time: where the provider has no limit, a pace only slows. */
const PERIODS = [0.5, 1, 2, 4];

/**
 * The points around what a world needs. Where it allows so many a second, each column has the period at which one of the rows
 * starts just as many: the limit runs through the map from corner to corner.
 */
export function gridFor(world: Settings): Grid {
  const allowed = allowedPerSecond(world);
  const numbers = workersFor(world);
  const hasSpread = Number.isFinite(allowed);
  const periods = hasSpread
    ? numbers.map((workers) => Math.ceil((workers * 1000) / allowed))
    : PERIODS.map((share) => Math.ceil(share * meanAnswerMs(world)));
  const columns = [0, ...ascending(periods.filter((period) => period > 0 && period <= LONGEST_PERIOD))];
  const rows = [...numbers, ...(world.capacity > 0 ? (["tuned"] as const) : [])];
  const points = rows.flatMap((workers) =>
    columns.flatMap((period): Point[] => [
      { workers, period, spread: false },
      ...(hasSpread && canSpread({ workers, period }) ? [{ workers, period, spread: true }] : []),
    ]),
  );
  return { rows, columns, hasSpread, points: mixed(points) };
}

/** Whether spread makes a difference. */
export function canSpread({ workers, period }: Pick<Point, "workers" | "period">): boolean {
  return period > 0 && workers !== 1;
}

/** The settings with the pool of a point. */
export function settingsAt(world: Settings, { workers, period, spread }: Point, grid: Grid): Settings {
  if (workers !== "tuned") return { ...world, slots: "fixed", workers, period, spread };
  return { ...world, slots: "tuned", minWorkers: 1, maxWorkers: mostOf(grid), period, spread };
}

/** The most slots that a point may have. */
export function slotsOf({ workers }: Point, grid: Grid): number {
  return workers === "tuned" ? mostOf(grid) : workers;
}

function mostOf({ rows }: Grid): number {
  return Math.max(...rows.filter((workers) => workers !== "tuned"));
}

function workersFor(world: Settings): number[] {
  const byRate = (allowedPerSecond(world) * Math.max(meanAnswerMs(world), 1)) / 1000;
  const most = MOST_WORKERS / Math.max(...AROUND);
  const needed = Math.min(byRate, allowedAtOnce(world), most);
  const found = new Set([1, ...AROUND.slice(1).map((share) => Math.max(1, Math.round(needed * share)))]);
  for (let workers = 1; found.size < AROUND.length; workers++) found.add(workers);
  return ascending(found);
}

function ascending(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].toSorted((one, other) => one - other);
}

/** By steps of about the golden ratio, which never come near a place twice before they have been everywhere. */
function mixed<Item>(items: readonly Item[]): Item[] {
  let step = Math.max(1, Math.round(items.length * 0.618));
  while (divisor(step, items.length) !== 1) step++;
  return items.flatMap((_, index) => items[(index * step) % items.length] ?? []);
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
