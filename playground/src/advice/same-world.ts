import { toLink } from "../settings/link.ts";
import type { Settings } from "../settings/settings.ts";

/** Whether what was asked in one world holds in another: they differ in the pool that is sought, and in how it is looked at. */
export function isSameWorld(one: Settings, other: Settings): boolean {
  return linkOf(one, other) === linkOf(other, other);
}

function linkOf(world: Settings, asked: Settings): string {
  const { slots, workers, minWorkers, maxWorkers, period, spread, name, tempo, span, compare, kept, every } = asked;
  const sought = { slots, workers, minWorkers, maxWorkers, period, spread };
  return toLink({ ...world, ...sought, name, tempo, span, compare, kept, every });
}
