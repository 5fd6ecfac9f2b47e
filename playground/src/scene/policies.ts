import type { ClientOptions, Clock, Logger } from "httppool";
import { type Adaptive, adaptive } from "httppool/adaptive";
import { type Breaker, breakerHandler } from "httppool/breaker";
import type { SimulatedServer } from "httppool/lab";
import { type Lanes, lanes } from "httppool/lanes";
import { type Retry, retry } from "httppool/retry";
import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots } from "../settings/slot-numbers.ts";
import { chance } from "../world/chance.ts";
import type { WaitRules } from "./wait-ledger.ts";

const BREAKER = 9;
const JITTER = 10;

/** The options of the settings' pool, but for its lanes and what is around it: clock, handler, listeners, logger. */
export function poolOptionsOf(settings: Settings): ClientOptions {
  const { name, queueSize, period, spread, timeout, drainBytes, drainMs, hold } = settings;
  return {
    name,
    workers: workersOf(settings),
    queueSize,
    period,
    spread,
    timeout,
    drain: { bytes: drainBytes, ms: drainMs },
    hold,
    ...(settings.retry && { retry: retryOf(settings) }),
  };
}

/** The breaker around a handler. Its luck depends on the seed alone. */
export function breakerOf(
  settings: Settings,
  delegate: SimulatedServer["fetch"] | undefined,
  clock: Clock,
  logger: Logger,
): Breaker {
  const { seed, threshold, breakerTimeout, tripOnStatus } = settings;
  let drawn = 0;
  return breakerHandler({
    delegate,
    threshold,
    timeout: breakerTimeout,
    ...(tripOnStatus && { tripOn: ({ status }: Response) => status >= 500 }),
    logger,
    clock,
    random: () => chance(seed, ++drawn, BREAKER),
  });
}

/** The pool's slots: so many, or what tunes them. */
function workersOf({ slots, workers, minWorkers, maxWorkers }: Settings): number | Adaptive {
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
function retryOf({ seed, retryLimit, retryDelay, retryJitter, retryOnTimeout, retryBudget }: Settings): Retry {
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
