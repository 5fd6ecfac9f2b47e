import type { Content, ServerBehavior } from "httppool/lab";
import type { Settings } from "../settings/settings.ts";
import { hasErrors, hasLimit, isDown } from "./hosts.ts";

const KB = 1024;
const BIG = 4 * 1024 * KB;
/** ms in which a host that is down resets a connection, at most. */
const DOWN_AFTER = 20;

/** What the settings have a host do to requests. @param isHalved Whether its capacity is half of what it is otherwise. */
export function behaviorFor(host: string, settings: Settings, isHalved: boolean): ServerBehavior {
  const { latency, limit, retryAfter, errors, resets } = settings;
  const capacity = isHalved ? Math.ceil(settings.capacity / 2) : settings.capacity;
  if (isDown(host, settings)) return { latency: Math.min(latency, DOWN_AFTER), resets: 1 };
  // Half of the resets before the headers, and as many of all in the bodies of what is left; without bodies, all before.
  const half = resets / (settings.body === 0 ? 100 : 200);
  return {
    latency: (random) => Math.round(latency * spread(settings.shape, random()) + settings.upload / perMs(settings)),
    body: (random) => bodyFor(settings, random),
    errors: hasErrors(host, settings) ? errors / 100 : 0,
    resets: half,
    brokenBodies: half < 1 ? half / (1 - half) : 0,
    ...(limit > 0 &&
      hasLimit(host, settings) && {
        rateLimit: { requests: limit, per: 1000, lockout: retryAfter * 1000, fields: false },
      }),
    ...(capacity > 0 && { capacity: { atOnce: capacity, beyond: "slow" } }),
  };
}

/** Two draws, so that more big bodies leave the sizes of the others as they are. */
function bodyFor(settings: Settings, random: () => number): Content {
  const { endless, big, body } = settings;
  const [kind, size] = [random() * 100, random()];
  const speed = perMs(settings) * KB;
  if (kind < endless) return { content: Number.POSITIVE_INFINITY, speed };
  if (kind < endless + big) return { content: BIG, speed };
  return { content: Math.round(body * KB * (0.5 + size)), speed };
}

/** What the median is multiplied with. The lab's distributions know no upload that comes before. */
function spread(shape: Settings["shape"], luck: number): number {
  if (shape === "fixed") return 1;
  if (shape === "even") return 0.5 + luck;
  // Log-logistic: half below the median, one in twenty above 2.4 times, one in a hundred above 4.
  const odds = Math.min(luck, 0.999) / (1 - Math.min(luck, 0.999));
  return Math.max(0.2, odds ** 0.3);
}

/** KB per ms. */
function perMs({ speed }: Settings): number {
  return speed / 1000;
}
