import type { Settings } from "../settings/settings.ts";
import { chance } from "./chance.ts";

/** What the server will do with one request, before load and limits have their say. */
export interface Fate {
  /** ms to the headers. */
  readonly latency: number;
  readonly status: number;
  /** Bytes of the body; undefined for one without an end. */
  readonly bytes: number | undefined;
  /** Where the connection is reset. */
  readonly reset: "before the headers" | "in the body" | undefined;
}

const BIG = 4 * 1024 * 1024;
const KB = 1024;

const LATENCY = 1;
const ERROR = 2;
const WHICH_ERROR = 3;
const RESET = 4;
const WHERE = 5;
const SIZE = 6;
const LUCK_OF_BODY = 7;

const ABOUTS = 16;

/**
 * Decides, by luck alone, what becomes of the request of this number.
 *
 * @param attempt How often it has come, from 1: a retry has luck of its own.
 */
export function fateOf(request: number, settings: Settings, attempt = 1): Fate {
  const draw = (about: number): number => chance(settings.seed, request, about + ABOUTS * (attempt - 1));
  const isError = draw(ERROR) * 100 < settings.errors;
  const isReset = draw(RESET) * 100 < settings.resets;
  return {
    latency: settings.latency * spread(settings.shape, draw(LATENCY)),
    status: isError ? (draw(WHICH_ERROR) < 0.5 ? 500 : 503) : 200,
    bytes: isError ? KB / 2 : sizeOf(settings, draw(SIZE) * 100, draw(LUCK_OF_BODY)),
    reset: isReset ? (draw(WHERE) < 0.5 ? "before the headers" : "in the body") : undefined,
  };
}

function sizeOf(settings: Settings, luck: number, size: number): number | undefined {
  if (luck < settings.endless) return undefined;
  if (luck < settings.endless + settings.big) return BIG;
  return Math.round(settings.body * KB * (0.5 + size));
}

/** What the median is multiplied with. */
function spread(shape: Settings["shape"], luck: number): number {
  if (shape === "fixed") return 1;
  if (shape === "even") return 0.5 + luck;
  // Log-logistic: half below the median, one in twenty above 2.4 times, one in a hundred above 4.
  const odds = Math.min(luck, 0.999) / (1 - Math.min(luck, 0.999));
  return Math.max(0.2, odds ** 0.3);
}
