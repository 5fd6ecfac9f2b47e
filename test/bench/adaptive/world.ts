import type { LatencyDistribution, ServerBehavior } from "../../../src/lab.ts";

/** ms that a request takes the server, but for its queue. */
export const S = 50;

/** A server, and what becomes of it. Nothing of it is known to the pools. */
export interface World {
  readonly name: string;
  /** Requests that the server works on at once while it is judged. */
  readonly capacity: number;
  /** What it does with more of them. */
  readonly beyond: "wait" | 429 | 503;
  readonly latency: LatencyDistribution;
  /** The share of its answers that are 503, whatever its load. */
  readonly errors?: number;
  /** ms between two starts of the same slot. */
  readonly period?: number;
  /** The best fixed number of slots. @default `capacity` */
  readonly best?: number;
  /** Requests that it works on at once at first. @default `capacity` */
  readonly before?: number;
  /** When it changes, in ms. */
  readonly changesAt?: number;
  /** When each pool starts, in ms. */
  readonly pools: readonly number[];
  /** From when to when there is one request a second only, in ms. */
  readonly idle?: readonly [from: number, until: number];
  /** What is judged, in ms. */
  readonly from: number;
  readonly until: number;
  /** The bars, where the contract sets them: throughput × the best fixed number, p95 / S, share of 429s, share of the smaller pool. */
  readonly bars: Bars;
}

/** What must be reached. */
export interface Bars {
  readonly throughput?: number;
  readonly p95?: number;
  readonly refused?: number;
  readonly share?: number;
}

const EVEN: LatencyDistribution = { median: S, shape: "even", spread: 0.2 };
/** A request in a hundred takes ten times as long as the median, or longer. */
const TAIL: LatencyDistribution = { median: S, shape: "long-tailed", spread: 0.5 };
const HOUR = 3_600_000;

const QUEUES: Bars = { throughput: 0.9, p95: 1.4 };
const REFUSES: Bars = { throughput: 0.9, refused: 0.04 };

/** The behavior of a world's server that takes so many at once. */
export function behaviorOf({ beyond, errors = 0, latency }: World, atOnce: number): ServerBehavior {
  return { latency, body: 0, capacity: { atOnce, beyond }, errors, errorStatuses: [503] };
}

/** All worlds, each with servers of three sizes. */
export const worlds: readonly World[] = [4, 16, 60].flatMap((size): World[] => {
  const base = { capacity: size, beyond: "wait", latency: EVEN, pools: [0], from: 10_000, until: 30_000 } as const;
  const queues = { ...base, bars: QUEUES };
  const refuses = { ...base, beyond: 429, bars: REFUSES } as const;
  const changing = { before: size, changesAt: 15_000, from: 25_000, until: 35_000 };
  const name = (text: string): string => `C = ${size}, ${text}`;
  return [
    { ...queues, name: name("queues") },
    { ...refuses, name: name("says 429") },
    { ...queues, ...changing, name: name("queues, halves"), capacity: size / 2 },
    { ...refuses, ...changing, name: name("says 429, halves"), capacity: size / 2 },
    { ...queues, ...changing, name: name("queues, doubles"), capacity: size * 2 },
    { ...refuses, ...changing, name: name("says 429, doubles"), capacity: size * 2 },
    { ...base, name: name("long-tailed"), latency: TAIL, from: 20_000, until: 60_000, bars: { throughput: 0.9 } },
    { ...queues, name: name("an idle hour"), idle: [15_000, HOUR], from: HOUR + 2000, until: HOUR + 12_000 },
    { ...refuses, name: name("says 503"), beyond: 503 },
    { ...queues, name: name("queues, 1 % are 503 at random"), errors: 0.01, from: 30_000, until: 60_000 },
    {
      ...base,
      name: name("queues, 5 % are 503 at random"),
      errors: 0.05,
      from: 30_000,
      until: 60_000,
      bars: { p95: 1.4 },
    },
    { ...queues, name: name("queues, a period of 2 × S"), period: 2 * S, best: 2 * size, from: 30_000, until: 60_000 },
    {
      ...base,
      name: name("queues, two pools"),
      pools: [0, 10_000],
      from: 30_000,
      until: 50_000,
      bars: { throughput: 0.9, share: 0.35 },
    },
    {
      ...base,
      beyond: 429,
      name: name("says 429, two pools"),
      pools: [0, 10_000],
      from: 30_000,
      until: 50_000,
      bars: { ...REFUSES, share: 0.35 },
    },
  ];
});
