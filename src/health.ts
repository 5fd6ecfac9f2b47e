/**
 * A listener that counts, for health checks.
 *
 * @module httppool/health
 */
export type { Clock } from "./api/clock.ts";
export type { Listener } from "./api/events.ts";
export {
  healthListener,
  HealthMonitor,
  type HealthMonitorOptions,
  type HealthReport,
  type HealthStat,
  type Monitor,
} from "./listeners/health.ts";
export type { Times } from "./listeners/recent-times.ts";
