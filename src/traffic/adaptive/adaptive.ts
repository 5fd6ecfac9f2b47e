import type { Adaptive } from "../../api/limit.ts";
import { gradient } from "./gradient.ts";
import { type AdaptiveOptions, settingsOf } from "./settings.ts";

/**
 * Slots that tune themselves, given as `workers` of a client or of lanes: each pool, and each lane, finds how many requests at
 * once its server takes, from times to the headers, answers of 429 and 503, timeouts and connections that fail.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const pool = new Client({ workers: adaptive({ max: 50 }) }).start();
 * pool.on("limit", ({ workers }) => console.log(workers));
 * ```
 */
export function adaptive(options: AdaptiveOptions = {}): Adaptive {
  const settings = settingsOf(options);
  return { limit: ({ period }) => gradient(settings, period) };
}
