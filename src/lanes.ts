/**
 * Queues of their own for hosts, tenants, or whatever else must not hold up each other.
 *
 * @module httppool/lanes
 */
export type { Lanes, LaneState } from "./api/policies.ts";
export { holdOf } from "./traffic/lanes/hold-of.ts";
export { lanes } from "./traffic/lanes/lanes.ts";
export type { LaneLimits, LanesOptions } from "./traffic/lanes/settings.ts";
