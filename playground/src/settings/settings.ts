/** The ways into a pool. */
export type Way = "send" | "offer" | "run" | "fetch" | "writable" | "map";

/** What time the scene lives by. */
export type Tempo = "real" | "x1" | "x10" | "step";

/** What a scene is compared with: p-queue by hand, or with care, or settings that were kept. */
export type Compare = "none" | "hand" | "care" | "kept";

/** Everything that makes a scene. A link holds it all. */
export interface Settings {
  readonly name: string;
  readonly slots: "fixed" | "tuned";
  readonly workers: number;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly queueSize: number;
  readonly period: number;
  readonly spread: boolean;
  readonly timeout: number;
  readonly drainBytes: number;
  readonly drainMs: number;
  readonly hold: "headers" | "body";

  readonly breaker: boolean;
  readonly threshold: number;
  readonly breakerTimeout: number;
  readonly tripOnStatus: boolean;

  readonly lanes: "none" | "origin";
  readonly laneSlots: "fixed" | "tuned";
  readonly laneWorkers: number;
  readonly lanePeriod: number;
  readonly laneSpread: boolean;
  readonly laneQueueSize: number;
  readonly laneHolds: boolean;
  readonly laneMaxHold: number;

  readonly retry: boolean;
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryJitter: boolean;
  readonly retryOnTimeout: boolean;
  readonly retryBudget: boolean;

  readonly way: Way;
  readonly rate: number;
  readonly burst: number;
  readonly every: number;
  readonly expiry: number;
  readonly filtered: number;
  readonly patience: number;
  readonly reads: "all" | "some" | "nothing";
  readonly upload: number;

  readonly world: "simulated" | "real";
  readonly hosts: number;
  readonly down: number;
  readonly latency: number;
  readonly shape: "fixed" | "even" | "tail";
  /** Latencies as they were measured, and what else was (measured.ts); empty: none were. */
  readonly measured: string;
  readonly errors: number;
  readonly errorHosts: number;
  readonly resets: number;
  readonly limit: number;
  readonly limitHosts: number;
  readonly retryAfter: number;
  readonly capacity: number;
  readonly halving: number;
  readonly body: number;
  readonly speed: number;
  readonly big: number;
  readonly endless: number;
  readonly url: string;
  readonly method: "GET" | "POST";

  readonly tempo: Tempo;
  readonly seed: number;
  readonly compare: Compare;
  /** The settings of B, as a link. */
  readonly kept: string;
  readonly span: number;
}

/** The scene that opens first: a burst fills the queue and lets senders stand in line, then it drains. */
export const DEFAULTS: Settings = {
  name: "",
  slots: "fixed",
  workers: 4,
  minWorkers: 1,
  maxWorkers: 24,
  queueSize: 12,
  period: 400,
  spread: false,
  timeout: 3000,
  drainBytes: 65_536,
  drainMs: 250,
  hold: "headers",

  breaker: false,
  threshold: 5,
  breakerTimeout: 0,
  tripOnStatus: false,

  lanes: "none",
  laneSlots: "fixed",
  laneWorkers: 2,
  lanePeriod: 0,
  laneSpread: false,
  laneQueueSize: 0,
  laneHolds: true,
  laneMaxHold: 60_000,

  retry: false,
  retryLimit: 2,
  retryDelay: 300,
  retryJitter: true,
  retryOnTimeout: false,
  retryBudget: true,

  way: "send",
  rate: 5,
  burst: 22,
  every: 6,
  expiry: 0,
  filtered: 0,
  patience: 0,
  reads: "all",
  upload: 0,

  world: "simulated",
  hosts: 2,
  down: 0,
  latency: 260,
  shape: "tail",
  measured: "",
  errors: 6,
  errorHosts: 0,
  resets: 2,
  limit: 0,
  limitHosts: 0,
  retryAfter: 2,
  capacity: 0,
  halving: 0,
  body: 24,
  speed: 200,
  big: 0,
  endless: 0,
  url: "",
  method: "GET",

  tempo: "x1",
  seed: 1,
  compare: "none",
  kept: "",
  span: 10,
};

/** The settings whose values are numbers. */
export type NumberKey = KeysOf<number>;
/** The settings that are on or off. */
export type SwitchKey = KeysOf<boolean>;

type KeysOf<Value> = { [Key in keyof Settings]: Settings[Key] extends Value ? Key : never }[keyof Settings];
