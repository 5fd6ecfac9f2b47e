/* The door `httppool/adaptive`. */
export type { Adaptive, Limit, LimitHost, LimitSample } from "./api/limit.ts";
export { adaptive } from "./traffic/adaptive/adaptive.ts";
export type { AdaptiveOptions } from "./traffic/adaptive/settings.ts";
