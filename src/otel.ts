/* The door `httppool/otel`. */
export type { Listener } from "./events.ts";
export { otelListener, type OtelListenerOptions } from "./listeners/otel.ts";
