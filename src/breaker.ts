/* The door `httppool/breaker`. */
export { CircuitOpenError, isCircuitOpenError } from "./errors.ts";
export {
  type Breaker,
  type BreakerEvent,
  breakerHandler,
  type BreakerOptions,
  type CircuitState,
} from "./handlers/breaker.ts";
export type { Clock } from "./clock.ts";
export type { Logger } from "./options.ts";
