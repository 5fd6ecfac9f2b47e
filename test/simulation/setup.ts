import { type LanesSetup, randomLanes } from "./lanes-setup.ts";
import type { Random } from "./random.ts";
import { randomRetry, type RetrySetup } from "./retry-setup.ts";

/** How a breaker around the handler is. */
export interface BreakerSetup {
  /** 0: never opens. */
  readonly threshold: number;
  /** 0: none. */
  readonly timeout: number;
  readonly maxHosts: number;
  /** Whether a status of 500 counts as a failure. */
  readonly tripsOn500: boolean;
}

/** How one pool and the world around it are. */
export interface Setup {
  /** Slots: the most there are, if their number changes. */
  readonly workers: number;
  /** Whether the number of slots changes. */
  readonly isLimited: boolean;
  readonly queueSize: number;
  /** 0: unpaced. */
  readonly period: number;
  /** Whether the starts of all slots are spread over the period. */
  readonly spread: boolean;
  /** 0: none. */
  readonly timeout: number;
  readonly drain: { readonly bytes: number; readonly ms: number };
  readonly hold: "headers" | "body";
  readonly breaker: BreakerSetup | undefined;
  readonly lanes: LanesSetup | undefined;
  readonly retry: RetrySetup | undefined;
  /** The chance that a timer is early. */
  readonly early: number;
  /** The chance that a timer is late. */
  readonly late: number;
  /** Callbacks take their time: the clock goes on while they run. Never together with {@link isReentrant}. */
  readonly isJumpy: boolean;
  /** Listeners call back into the pool. */
  readonly isReentrant: boolean;
  /** The chance that a callback does something to the pool, or takes its time. */
  readonly mischief: number;
  /** The chance that something takes for ever. */
  readonly never: number;
  /** The chance that a call has a signal. */
  readonly signals: number;
  /** The chance that a step is a call, not the next thing in time. */
  readonly pressure: number;
  /** Senders in line that are enough. */
  readonly crowd: number;
  /** The chance that a step is followed by rest, in which all promises settle. */
  readonly rest: number;
  /** ms that things take at most. */
  readonly pace: number;
  /** Whether there are failing listeners, and such that come and go. */
  readonly hasListeners: boolean;
}

/** Whether nothing delays the pool but itself. */
export function isCalm({ late, isJumpy }: Setup): boolean {
  return late === 0 && !isJumpy;
}

/** Tasks that may wait at most: those that come back from a rest keep a place where none is free. */
export function mostWaiting({ queueSize, retry, workers }: Setup): number {
  return queueSize + (retry === undefined ? 0 : workers);
}

/** ms between two starts of any slots, where there are so many. */
export function gapOf({ spread, period }: Setup, workers: number): number {
  return spread ? period / workers : 0;
}

/** A random setup. */
export function randomSetup(random: Random): Setup {
  const isReentrant = random.chance(0.3);
  const workers = random.pick([1, 1, 2, 2, 3, 4, 5, 8, 20]);
  const spread = random.chance(0.4);
  const period = random.pick([0, 0, 0, 1, 5.5, 20, 100, 2 ** 31 + 10]);
  const isLimited = random.chance(0.5);
  const lanes = random.chance(0.5) ? randomLanes(random, isLimited) : undefined;
  return {
    workers,
    isLimited,
    queueSize: random.pick([1, 1, 2, 3, 5, 10, 100]),
    // A slot's share of it is a multiple of 1/8 ms too.
    period: spread ? (Math.ceil((period * 8) / workers) * workers) / 8 : period,
    spread,
    timeout: random.pick([0, 0, 5, 30, 100.25, 2 ** 32]),
    drain: { bytes: random.pick([65_536, 65_536, 1000, 0]), ms: random.pick([250, 250, 10, 0]) },
    hold: random.pick(["headers", "body"]),
    breaker: random.chance(0.35) ? randomBreaker(random) : undefined,
    lanes,
    retry: random.chance(0.5) ? randomRetry(random) : undefined,
    early: random.pick([0, 0.3]),
    late: random.pick([0, 0, 0.2]),
    isReentrant,
    isJumpy: !isReentrant && random.chance(0.25),
    mischief: random.pick([0, 0.02, 0.1]),
    never: random.pick([0, 0.01, 0.05]),
    signals: random.pick([0, 0.2, 0.8]),
    pressure: random.pick([0.2, 0.5, 0.8]),
    crowd: random.pick([1, 3, 10]),
    rest: random.pick([0.6, 0.9, 1]),
    pace: random.pick([0, 2, 10, 50]),
    hasListeners: random.chance(0.6),
  };
}

function randomBreaker(random: Random): BreakerSetup {
  return {
    threshold: random.pick([0, 1, 1, 2, 3]),
    timeout: random.pick([0, 0, 5, 30]),
    maxHosts: random.pick([256, 256, 256, 2, 1]),
    tripsOn500: random.chance(0.5),
  };
}
