import { getEventListeners } from "node:events";

/** How many listeners for its abort a signal has. */
export function listenerCount(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}
