import { expect, isArray, isFunction, isObject, optional, own } from "../lib/checks.ts";
import { exp, ln, normalQuantile } from "./exact.ts";
import { isTime, TIME } from "./lab-checks.ts";

/**
 * How long something takes, in ms: a fixed time; a list of measured ones, of which each is as likely; a distribution; or a
 * function of one's own, which draws by `random` alone to be the same in each run.
 */
export type Latency =
  | number
  | readonly number[]
  | LatencyDistribution
  | ((random: () => number, request: Request) => number);

/**
 * Times around a median, in steps of 1/8 ms. `spread` is a share of the median, by default what stands there:
 *
 * - `"even"`: as likely anywhere from median × (1 - spread) to median × (1 + spread); 0.5
 * - `"normal"`: with a standard deviation of median × spread, and not below 0; 0.2
 * - `"log-normal"`: the logarithm has a standard deviation of `spread`; 0.5
 * - `"long-tailed"`: log-logistic with a shape of 1 / spread; 0.3: one in twenty above 2.4 medians, one in a hundred above 4
 */
export interface LatencyDistribution {
  /** Half of the times are below it, in ms. */
  readonly median: number;
  /** @default "log-normal" */
  readonly shape?: "even" | "normal" | "log-normal" | "long-tailed" | undefined;
  readonly spread?: number | undefined;
}

/** Draws a time. `random` gives at least 0, less than 1. */
export type Draw = (random: () => number, request: () => Request) => number;

const SHAPES: Readonly<Record<string, { readonly spread: number; factor(luck: number, spread: number): number }>> = {
  even: { spread: 0.5, factor: (luck, spread) => 1 + spread * (2 * luck - 1) },
  normal: { spread: 0.2, factor: (luck, spread) => 1 + spread * normalQuantile(luck) },
  "log-normal": { spread: 0.5, factor: (luck, spread) => exp(spread * normalQuantile(luck)) },
  "long-tailed": { spread: 0.3, factor: (luck, spread) => exp(spread * ln(luck / (1 - luck))) },
};

/** What a server's latency is. @throws {TypeError} It is none. */
export function latencyOf(latency: Latency, name: string): Draw {
  if (isFunction(latency)) {
    return (random, request) => expect(latency(random, request()), `what \`${name}\` gives`, TIME, isTime);
  }
  if (isArray(latency)) {
    const times = latency.map((time, index) => expect(time, `${name}[${index}]`, TIME, isTime));
    if (times.length === 0) throw new TypeError(`Expected \`${name}\` to have a time at least, got an empty list`);
    return (random) => times[Math.floor(random() * times.length)] ?? 0;
  }
  if (isObject(latency)) return distributed(own(latency), name);
  const fixed = expect(latency, name, `${TIME}, a list, a distribution or a function`, isTime);
  return () => fixed;
}

function distributed(latency: LatencyDistribution, name: string): Draw {
  const median = expect(latency.median, `${name}.median`, TIME, isTime);
  const isShape = (value: unknown): value is string => typeof value === "string" && Object.hasOwn(SHAPES, value);
  const names = Object.keys(SHAPES).map((key) => JSON.stringify(key));
  const shape = SHAPES[optional(latency.shape, `${name}.shape`, names.join(" or "), isShape) ?? "log-normal"];
  if (shape === undefined) throw new TypeError(name);
  const spread = optional(latency.spread, `${name}.spread`, "a number that is 0 or more", isTime) ?? shape.spread;
  return (random) => {
    // Neither of the ends, where the tails go on for ever.
    const luck = Math.min(Math.max(random(), 2 ** -33), 1 - 2 ** -33);
    return Math.round(Math.max(median * shape.factor(luck, spread), 0) * 8) / 8;
  };
}
