import { laneLabel } from "../scene/lane-history.ts";
import { addSpent, nothingSpent, type Reason, REASONS, type Spent, totalOf } from "../scene/reasons.ts";
import type { Settings } from "../settings/settings.ts";
import { apportion } from "./apportion.ts";

/** What each reason is called, as an answer to "What does it wait for?". */
export const WAITS_FOR: Readonly<Record<Reason, string>> = {
  place: "in line, for a place",
  rest: "at rest before another try",
  hold: "for a lane that is held",
  laneSlot: "for a slot of its lane",
  lanePace: "for the pace of its lane",
  paused: "while paused",
  slot: "for a slot",
  pace: "for the pace",
  spread: "for the spread",
  late: "for this page to catch up",
};

/** A reason that is another one's by so many points is the main one from then on: less, and they would take turns. */
const CLEARLY = 5;

/** What tasks waited for over some time. */
export interface Waits {
  /** How many tasks waited, in the mean. */
  readonly mean: number;
  /** Whole percentages, which add up to 100, or all 0. */
  readonly shares: Readonly<Record<Reason, number>>;
  /** Of what the main lane waited for most. */
  readonly lanes: Readonly<Partial<Record<Reason, string>>>;
}

/** Makes shares of what was waited for, by lane, in so many ms. */
export function waitsOf(byLane: ReadonlyMap<string, Spent>, ms: number): Waits {
  const sum = nothingSpent();
  const lanes: Partial<Record<Reason, string>> = {};
  const most = nothingSpent();
  for (const [lane, spent] of byLane) {
    addSpent(sum, spent);
    for (const reason of REASONS) {
      if (spent[reason] <= most[reason]) continue;
      most[reason] = spent[reason];
      lanes[reason] = lane;
    }
  }
  const percents = apportion(
    REASONS.map((reason) => sum[reason]),
    100,
  );
  const shares = nothingSpent();
  for (const [at, reason] of REASONS.entries()) shares[reason] = percents[at] ?? 0;
  return { mean: ms > 0 ? totalOf(sum) / ms : 0, shares, lanes };
}

/** The reasons that there can be with these settings. */
export function reasonsFor({
  way,
  retry,
  lanes,
  laneHolds,
  lanePeriod,
  period,
  spread,
  tempo,
  world,
}: Settings): Reason[] {
  const isReal = tempo === "real" || world === "real";
  const can: Readonly<Record<Reason, boolean>> = {
    place: way !== "offer",
    rest: retry,
    hold: lanes !== "none" && laneHolds,
    laneSlot: lanes !== "none",
    lanePace: lanes !== "none" && lanePeriod > 0,
    paused: true,
    slot: true,
    pace: period > 0,
    spread: spread && period > 0,
    late: isReal,
  };
  return REASONS.filter((reason) => can[reason]);
}

/** The main reason; undefined: nothing waited. @param before The one so far. */
export function mainReason({ shares }: Waits, before?: Reason): Reason | undefined {
  const [first] = REASONS.toSorted((one, other) => shares[other] - shares[one]);
  if (first === undefined || shares[first] === 0) return undefined;
  return before !== undefined && shares[before] > 0 && shares[first] < shares[before] + CLEARLY ? before : first;
}

/** What the pool is at, besides. */
export interface PoolState {
  readonly isPaused: boolean;
  /** Closed, and all has finished. */
  readonly isOver: boolean;
  readonly workers: number;
}

/** Says why tasks wait: what stands for all of some seconds, and changes no more often than the main reason does. */
export function whyIn(
  main: Reason | undefined,
  { lanes }: Waits,
  { isPaused, isOver, workers }: PoolState,
  settings: Settings,
): string {
  const { queueSize, period, spread } = settings;
  if (isOver) return "The pool is closed and everything has finished. Restart begins anew.";
  if (isPaused) return "The pool is paused: what runs goes on, but nothing starts.";
  if (main === undefined) return "Nothing has had to wait.";
  const lane = laneLabel(lanes[main] ?? "");
  const gap = Math.round(spread ? period / workers : 0);
  const words: Readonly<Record<Reason, string>> = {
    place: `in line: all ${queueSize} places of the queue are taken`,
    rest: "at rest: what has failed is tried again after a while",
    hold: `for ${lane}, which is held: it has said that it wants no more for now`,
    laneSlot: `for a slot of their lane: ${lane} has all of its own busy`,
    lanePace: `for the pace of their lane, ${lane}`,
    paused: "for the pool, which was paused",
    slot: `for a slot: ${workers === 1 ? "the only one is" : `all ${workers} are`} busy`,
    pace: `for the pace: slots are free, but started less than ${period} ms ago`,
    spread: `for the spread: no two start within ${gap} ms of each other`,
    late: "for this page, which is late: more might start than it has come to",
  };
  return `Mainly ${words[main]}.`;
}
