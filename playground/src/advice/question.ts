import type { NumberKey, Settings } from "../settings/settings.ts";

/** What somebody wants to know the best settings for. */
export interface Question {
  /** How many requests there are. */
  readonly requests: number;
  /** ms that an answer takes, from its request to the last byte: the median. */
  readonly answerMs: number;
  /** How many a second a host of the provider allows; 0: as many as come. */
  readonly perSecond: number;
  /** How many at once it works on before it slows down; 0: as many as come. */
  readonly atOnce: number;
  /** Seconds by which they should be done; 0: it does not matter. */
  readonly seconds: number;
}

/** More requests than these are reckoned from the first ones: a map is to be drawn in seconds. */
export const MOST_SIMULATED = 1000;

/** The question that the settings' own server poses. */
export function questionOf(settings: Settings): Question {
  return {
    requests: MOST_SIMULATED,
    answerMs: Math.round(settings.latency + transferMs(settings)),
    perSecond: settings.limit,
    atOnce: settings.capacity,
    seconds: 0,
  };
}

/**
 * The settings, but with the server and the load of the question: all requests come at once, by run(), to a pool without
 * lanes. Those would help one host that waits for another; all that is asked for here is one provider.
 */
export function worldOf(settings: Settings, question: Question): Settings {
  return {
    ...settings,
    ...serverOf(settings, question),
    world: "simulated",
    lanes: "none",
    way: "run",
    rate: 0,
    burst: simulatedOf(question),
    every: 0,
    expiry: 0,
    filtered: 0,
    patience: 0,
  };
}

/** How many of the requests are simulated. */
export function simulatedOf({ requests }: Question): number {
  return Math.min(requests, MOST_SIMULATED);
}

/** How many a second all hosts of a world allow; Infinity: as many as come. Requests go to them in turn. */
export function allowedPerSecond({ limit, hosts }: Settings): number {
  return limit > 0 ? limit * hosts : Number.POSITIVE_INFINITY;
}

/** How many at once all hosts of a world work on without slowing down; Infinity: as many as come. */
export function allowedAtOnce({ capacity, hosts }: Settings): number {
  return capacity > 0 ? capacity * hosts : Number.POSITIVE_INFINITY;
}

/** ms that an answer takes on average. */
export function meanAnswerMs(settings: Settings): number {
  return settings.latency * (settings.shape === "tail" ? LONG_TAIL : 1) + transferMs(settings);
}

/** The mean of the page's long tail over its median: of a log-logistic distribution with the exponent 0.3. */
const LONG_TAIL = (0.3 * Math.PI) / Math.sin(0.3 * Math.PI);

type Server = Pick<Settings, Extract<NumberKey, "latency" | "speed" | "limit" | "capacity">>;

/** A slower answer has a longer latency; one that is faster than its bytes has a faster line. */
function serverOf(settings: Settings, { answerMs, perSecond, atOnce }: Question): Server {
  const transfer = transferMs(settings);
  const left = Math.round(answerMs - transfer);
  return {
    limit: perSecond,
    capacity: atOnce,
    latency: Math.max(left, 0),
    speed: left < 0 ? Math.ceil((settings.speed * transfer) / Math.max(answerMs, 1)) : settings.speed,
  };
}

/** ms that upload and body take on the line. */
function transferMs({ upload, body, speed }: Settings): number {
  return ((upload + body) * 1000) / speed;
}
