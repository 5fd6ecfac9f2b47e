import type { Settings } from "./settings.ts";

/** The most slots that the pool ever has. */
export function mostSlots({ slots, workers, minWorkers, maxWorkers }: Settings): number {
  return slots === "fixed" ? workers : Math.max(minWorkers, maxWorkers);
}

/** The most slots that a lane ever has. Tuned ones are not bound by how many the pool has, but never run more than those. */
export function mostLaneSlots(settings: Settings): number {
  const { lanes, laneWorkers } = settings;
  const most = mostSlots(settings);
  return lanes === "none" || laneWorkers === 0 ? most : Math.min(laneWorkers, most);
}

/** ms between two starts of a pool that has so many slots; 0: they may come at once. */
export function gapOf({ spread, period }: Settings, slots: number): number {
  return spread ? period / slots : 0;
}
