/**
 * A limit of requests under way that follows what the servers can take.
 *
 * @module httppool/adaptive
 */
export type { Adaptive, Limit, LimitHost, LimitSample } from "./api/limit.ts";
export { adaptive } from "./traffic/adaptive/adaptive.ts";
export type { AdaptiveOptions } from "./traffic/adaptive/settings.ts";
