import { type Adaptive, adaptive } from "httppool/adaptive";
import { type Lanes, lanes } from "httppool/lanes";
import { type Retry, retry } from "httppool/retry";
import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots } from "../settings/slot-numbers.ts";
import { chance } from "../world/chance.ts";
import type { WaitRules } from "./wait-ledger.ts";

const JITTER = 10;

/** The pool's slots: so many, or what tunes them. */
export function workersOf({ slots, workers, minWorkers, maxWorkers }: Settings): number | Adaptive {
  return slots === "fixed" ? workers : adaptive({ min: minWorkers, max: maxWorkers });
}

/** How the pool's lanes work. */
export function lanesOf(settings: Settings): Lanes {
  const { laneSlots, laneWorkers, lanePeriod, laneSpread, laneQueueSize, laneHolds, laneMaxHold } = settings;
  return lanes({
    workers: laneSlots === "fixed" ? laneWorkers : adaptive({ max: mostLaneSlots(settings) }),
    period: lanePeriod,
    spread: laneSpread,
    queueSize: laneQueueSize,
    maxHold: laneMaxHold,
    ...(!laneHolds && { hold: false }),
  });
}

/** How what fails is tried again. Its luck depends on the seed alone. */
export function retryOf({ seed, retryLimit, retryDelay, retryJitter, retryOnTimeout, retryBudget }: Settings): Retry {
  let drawn = 0;
  return retry({
    limit: retryLimit,
    delay: (retryCount) => retryDelay * 2 ** (retryCount - 1),
    jitter: retryJitter,
    retryOnTimeout,
    ...(!retryBudget && { budget: false }),
    random: () => chance(seed, ++drawn, JITTER),
  });
}

/** What the starts of the pool, and of its lanes, go by. @param isWhole Whether the clock rings at whole ms. */
export function waitRulesOf(settings: Settings, isWhole: boolean): WaitRules {
  const { slots, workers, period, spread, lanes: by, laneSlots, lanePeriod, laneSpread } = settings;
  const isTuned = laneSlots === "tuned";
  const lane = { workers: mostLaneSlots(settings), period: lanePeriod, spread: laneSpread, isTuned };
  // How many tuned ones there are at first, the pool will tell.
  return { workers: slots === "fixed" ? workers : 1, period, spread, lanes: by === "none" ? undefined : lane, isWhole };
}
