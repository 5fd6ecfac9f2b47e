import type { Random } from "./random.ts";

/** What one lane may have. */
export interface LimitsSetup {
  readonly workers: number;
  readonly period: number;
  readonly spread: boolean;
  /** 0: half of the pool's. */
  readonly queueSize: number;
}

/** How the lanes of a pool are. */
export interface LanesSetup {
  /** How many names there are. */
  readonly names: number;
  readonly priorities: number;
  /** Whether each lane's number of slots changes, whatever the pool's is. */
  readonly isTuned: boolean;
  readonly common: LimitsSetup;
  /** What some lanes have instead. */
  readonly special: LimitsSetup | undefined;
  readonly hold: "by headers" | "by function" | "never";
  readonly maxHold: number;
  /** Whether there is a gate. */
  readonly isGated: boolean;
  /** The chance that the gate holds a lane. */
  readonly strictness: number;
}

/**
 * Random lanes.
 *
 * @param isLimited Whether the number of slots changes. Which slot of a lane rests is not known then: none has a pace.
 */
export function randomLanes(random: Random, isLimited: boolean): LanesSetup {
  const common = randomLimits(random, isLimited);
  return {
    names: random.pick([1, 2, 3, 8, 40]),
    priorities: random.pick([1, 1, 3, 20]),
    isTuned: isLimited && random.chance(0.5),
    common,
    special: random.chance(0.4) ? randomLimits(random, isLimited) : undefined,
    hold: random.pick(["by headers", "by function", "never"]),
    maxHold: random.pick([60_000, 60_000, 500.125]),
    isGated: random.chance(0.35),
    strictness: random.pick([0, 0.2, 0.6]),
  };
}

/** The limits that are given for a lane. */
export function limitsFor({ special }: LanesSetup, lane: string): LimitsSetup | undefined {
  return lane.length % 2 === 0 ? special : undefined;
}

function randomLimits(random: Random, isLimited: boolean): LimitsSetup {
  const workers = random.pick([1, 1, 2, 4, 8]);
  return {
    workers,
    // A slot's share of it is a multiple of 1/8 ms, whatever the pool's workers are.
    period: isLimited ? 0 : random.pick([0, 0, 0, 15, 30, 120]),
    spread: random.chance(0.4),
    queueSize: random.pick([0, 0, 1, 3, 10]),
  };
}
