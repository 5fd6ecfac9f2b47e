/* The door `httppool/health`. */
export type { Clock } from "./clock.ts";
export type { Listener } from "./events.ts";
export {
  healthListener,
  HealthMonitor,
  type HealthMonitorOptions,
  type HealthReport,
  type HealthStat,
  type Monitor,
  type Times,
} from "./listeners/health.ts";
