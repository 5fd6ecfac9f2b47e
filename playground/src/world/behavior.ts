import type { Content, ServerBehavior } from "httppool/lab";
import { errorsOf, fromText, type Measured } from "../settings/measured.ts";
import type { Settings } from "../settings/settings.ts";
import { hasErrors, hasLimit, isDown } from "./hosts.ts";

const KB = 1024;
const BIG = 4 * 1024 * KB;
/** ms in which a host that is down resets a connection, at most. */
const DOWN_AFTER = 20;

/** What the settings have a host do to requests. @param isHalved Whether its capacity is half of what it is otherwise. */
export function behaviorFor(host: string, settings: Settings, isHalved: boolean): ServerBehavior {
  const { latency, limit, retryAfter, resets } = settings;
  const measured = measuredOf(settings.measured);
  const upload = settings.upload / perMs(settings);
  const capacity = isHalved ? Math.ceil(settings.capacity / 2) : settings.capacity;
  if (isDown(host, settings)) return { latency: Math.min(latency, DOWN_AFTER), resets: 1 };
  // Half of the resets before the headers, and as many of all in the bodies of what is left; without bodies, all before.
  const hasBodies = measured?.sizes === undefined ? settings.body > 0 : measured.sizes.some((size) => size > 0);
  const half = resets / (hasBodies ? 200 : 100);
  return {
    latency:
      measured === undefined
        ? (random) => Math.round(latency * spread(settings.shape, random()) + upload)
        : measured.times.map((time) => Math.round(time + upload)),
    body: (random) => bodyFor(settings, random, measured?.sizes),
    ...(hasErrors(host, settings) && errorsFor(settings, measured)),
    resets: half,
    brokenBodies: half < 1 ? half / (1 - half) : 0,
    ...(limit > 0 &&
      hasLimit(host, settings) && {
        rateLimit: { requests: limit, per: 1000, lockout: retryAfter * 1000, fields: false },
      }),
    ...(capacity > 0 && { capacity: { atOnce: capacity, beyond: "slow" } }),
  };
}

/** What is measured is read once, and not for each host and each change. */
let known: { readonly text: string; readonly measured: Measured | undefined } = { text: "", measured: undefined };

function measuredOf(text: string): Measured | undefined {
  if (text !== known.text) known = { text, measured: fromText(text) };
  return known.measured;
}

/** Errors as often as the slider says, or of the statuses that were measured, each as often as it came. */
function errorsFor(
  { errors }: Settings,
  measured: Measured | undefined,
): Pick<ServerBehavior, "errors" | "errorStatuses"> {
  if (measured?.statuses === undefined) return { errors: errors / 100 };
  const all = errorsOf(measured);
  if (all === 0) return { errors: 0 };
  // Each of a list is as likely: so each stands there by its share, in a hundredth of them at least.
  const list = [...measured.statuses].flatMap(([status, share]) =>
    Array.from({ length: Math.max(1, Math.round((share / all) * 100)) }, () => status),
  );
  return { errors: all, errorStatuses: list };
}

/** Two draws, so that more big bodies leave the sizes of the others as they are. The time of measured ones is in the latency. */
function bodyFor(settings: Settings, random: () => number, sizes: readonly number[] | undefined): Content {
  const { endless, big, body } = settings;
  const [kind, size] = [random() * 100, random()];
  const speed = perMs(settings) * KB;
  if (kind < endless) return { content: Number.POSITIVE_INFINITY, speed };
  if (kind < endless + big) return { content: BIG, speed };
  if (sizes !== undefined) return sizes[Math.floor(size * sizes.length)] ?? 0;
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
