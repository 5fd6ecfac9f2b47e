import type { Clock } from "httppool";
import type * as Rivals from "./rivals.ts";
import { on } from "./rivals.ts?on-clock";

/** The code of others, which knows the platform's time and its `fetch` alone, on a clock and at a server of the page. */
export function rivalsOn(clock: Clock, fetch: typeof globalThis.fetch): typeof Rivals {
  const now = (): number => Math.floor(clock.date?.() ?? Date.now());
  const realm = {
    fetch,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    ...intervalsOn(clock),
    Date: { now, parse: Date.parse },
  };
  return on(realm) as typeof Rivals; // it is that very module
}

interface Interval {
  timer?: unknown;
}

function intervalsOn(clock: Clock): Readonly<Record<string, unknown>> {
  return {
    setInterval: (callback: () => void, ms: number): Interval => {
      const interval: Interval = {};
      let due = clock.now();
      const next = (): void => {
        due += ms;
        interval.timer = clock.setTimeout(() => {
          next();
          callback();
        }, due - clock.now());
      };
      next();
      return interval;
    },
    clearInterval: (interval: Interval | undefined): void => clock.clearTimeout(interval?.timer),
  };
}
