import type { Options } from "p-queue";
import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots, mostSlots } from "../settings/slot-numbers.ts";
import type { Care } from "./with-care.ts";

/** What who writes p-queue by hand takes over of the settings. */
export function handOptions(settings: Settings): Options {
  const { period, timeout } = settings;
  const concurrency = mostSlots(settings);
  return {
    concurrency,
    ...(period > 0 && { interval: period, intervalCap: concurrency }),
    ...(timeout > 0 && { timeout }),
  };
}

/** What can be had of the settings with p-queue, with care. */
export function careOptions(settings: Settings): Care {
  const { period, spread, timeout, queueSize, lanes, lanePeriod, laneSpread, laneQueueSize, way, expiry } = settings;
  const isPerHost = lanes !== "none";
  const perHost = queueOptions(mostLaneSlots(settings), lanePeriod, laneSpread);
  return {
    all: { ...queueOptions(mostSlots(settings), period, spread), ...(timeout > 0 && { timeout }) },
    ...(isPerHost && { perHost }),
    places: isPerHost ? laneQueueSize || Math.max(Math.floor(queueSize / 2), 1) : queueSize,
    ...(way === "offer" && { refuses: true }),
    ...(expiry > 0 && { expiry }),
    ...(settings.retry && { retries: settings.retryLimit, delay: settings.retryDelay }),
  };
}

/** Of a sliding window, so that the end of one and the beginning of the next don't burst together. */
function queueOptions(concurrency: number, period: number, isSpread: boolean): Options {
  if (period === 0) return { concurrency };
  if (isSpread) return { concurrency, interval: period / concurrency, intervalCap: 1, strict: true };
  return { concurrency, interval: period, intervalCap: concurrency, strict: true };
}
