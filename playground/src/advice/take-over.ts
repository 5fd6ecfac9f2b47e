import { type Grid, type Point, settingsAt } from "./grid.ts";
import type { Settings } from "../settings/settings.ts";

/** s between two bursts. A load begins with a burst where more of them follow. */
const EVERY = [10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600];

/**
 * The settings with the pool of a point, in the world of the question, with all its requests at once: again when they have
 * been done for a while. Where requests are real, only the pool is taken over: nobody has asked for a thousand of them.
 *
 * @param doneMs When all of the burst are done.
 */
export function takeOver(settings: Settings, world: Settings, point: Point, grid: Grid, doneMs: number): Settings {
  const { slots, workers, minWorkers, maxWorkers, period, spread } = settingsAt(world, point, grid);
  const pool = { slots, workers, minWorkers, maxWorkers, period, spread };
  if (settings.world === "real") return { ...settings, ...pool };
  const every = EVERY.find((seconds) => seconds * 1000 > doneMs) ?? EVERY.at(-1) ?? 0;
  return { ...world, ...pool, every };
}
