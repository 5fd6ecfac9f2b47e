/**
 * A listener that measures, with OpenTelemetry.
 *
 * @module httppool/otel
 */
export type { Listener } from "./api/events.ts";
export { otelListener, type OtelListenerOptions } from "./listeners/otel.ts";
