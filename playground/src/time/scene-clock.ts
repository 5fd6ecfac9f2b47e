import { VirtualClock } from "httppool/lab";

/** The virtual clock of a scene. Its timers fire at whole ms: what happens within one is one step, and few are enough for thousands of requests. */
export function sceneClock(): VirtualClock {
  return new VirtualClock({ drift: (delay) => Math.ceil(delay) - delay });
}
