/* The door `httppool/breaker`. */
export { CircuitOpenError, isCircuitOpenError } from "./api/errors.ts";
export {
  type Breaker,
  type BreakerEvent,
  breakerHandler,
  type BreakerOptions,
  type CircuitState,
} from "./handlers/breaker/breaker.ts";
export type { Clock } from "./api/clock.ts";
export type { Logger } from "./api/options.ts";
