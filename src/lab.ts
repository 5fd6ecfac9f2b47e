/**
 * A virtual clock and simulated servers, to try a pool out without waiting and without a network.
 *
 * @module httppool/lab
 */
export type { Clock } from "./api/clock.ts";
export type { Capacity } from "./lab/capacity.ts";
export type { Drift } from "./lab/drift.ts";
export type { Exchange } from "./lab/exchange.ts";
export type { Latency, LatencyDistribution } from "./lab/latency.ts";
export type { RateLimit } from "./lab/rate-limit.ts";
export type { Content, Outage, ServerBehavior, SimulatedServerOptions } from "./lab/server-options.ts";
export type { ServerCounts } from "./lab/server-record.ts";
export { SimulatedServer } from "./lab/simulated-server.ts";
export { simulate } from "./lab/simulate.ts";
export type { Load, SimulationOptions } from "./lab/simulation-options.ts";
export type { Quantiles, SimulationReport } from "./lab/simulation-report.ts";
export { VirtualClock } from "./lab/virtual-clock.ts";
export type { VirtualClockOptions } from "./lab/virtual-clock-options.ts";
