/**
 * A handler that stops sending to a host that fails.
 *
 * @module httppool/breaker
 */
export { CircuitOpenError, isCircuitOpenError } from "./api/errors.ts";
export { type Breaker, breakerHandler } from "./handlers/breaker/breaker.ts";
export type { BreakerEvent, CircuitState } from "./handlers/breaker/circuits.ts";
export type { BreakerOptions } from "./handlers/breaker/settings.ts";
export type { Clock } from "./api/clock.ts";
export type { Logger } from "./api/logger.ts";
