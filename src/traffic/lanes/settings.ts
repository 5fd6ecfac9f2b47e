import type { Adaptive } from "../../api/limit.ts";
import {
  expect,
  ignore,
  isBoolean,
  isFinite,
  isFunction,
  isObject,
  isString,
  isThenable,
  isWhole,
  optional,
  own,
} from "../../lib/checks.ts";
import { workersOf } from "../../lib/workers.ts";
import { holdOf } from "./hold-of.ts";

/** What one lane may have of its pool. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface LaneLimits {
  /**
   * Slots of the pool that a lane may have at once, a whole number; ≤ 0 means the default. Or a number that changes, each lane's
   * its own and forgotten with it: `adaptive()` of `httppool/adaptive`, or a limit of your own.
   * @default the pool's
   */
  readonly workers?: number | Adaptive | undefined;
  /** ms between two starts of the same slot of a lane. ≤ 0 means unpaced. @default unpaced */
  readonly period?: number | undefined;
  /** Whether two starts of a lane are also never closer than its `period / workers`. @default false */
  readonly spread?: boolean | undefined;
  /**
   * Waiting places of the pool that a lane may take, a whole number. ≤ 0 means the default.
   * @default half of the pool's, at least 1
   */
  readonly queueSize?: number | undefined;
}

/** How the lanes of a pool work. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface LanesOptions extends LaneLimits {
  /**
   * What a lane may have, over what all of them may. Asked once, when a lane comes up. What it throws, and a `TypeError` for
   * what it gives of a wrong type, the call that brought the task throws or rejects with; the next one asks again.
   * @default none
   */
  readonly limits?: ((lane: string) => LaneLimits | undefined) | undefined;
  /**
   * For how many ms a response holds its lane: nothing of it starts meanwhile. undefined or 0 for not at all, `false` for never.
   * What it throws, and what is no finite number of 0 or more, is logged and holds nothing.
   * @default `holdOf`
   */
  readonly hold?: ((response: Response) => number | undefined) | false | undefined;
  /** ms. A response that asks for a longer hold gets this one. ≤ 0 means the default. @default 60,000 */
  readonly maxHold?: number | undefined;
  /**
   * Asked before each start, when a task of the lane could start but for it: for how many ms the lane is held, 1 at least. 0 or
   * less lets one task start. One question for a lane at a time; the other lanes go on meanwhile. What it throws, and what is no finite
   * number, is logged, and it is asked again after 1000 ms. A limit that many processes share lives here.
   * @default none
   *
   * @example
   * ```ts
   * lanes({ gate: async (lane) => (await redis.take(lane)) ? 0 : 250 });
   * ```
   */
  readonly gate?: ((lane: string) => number | PromiseLike<number>) | undefined;
}

/** {@link LaneLimits} made safe. */
export interface Limits {
  /** Infinity: the pool's. */
  readonly workers: number | Adaptive;
  readonly period: number;
  readonly spread: boolean;
  /** 0: half of the pool's. */
  readonly queueSize: number;
}

/** {@link LanesOptions} made safe. */
export interface Settings {
  /** Those of all lanes. */
  readonly common: Limits;
  /**
   * Those of one lane. undefined: it has the common ones.
   *
   * @throws What `limits` throws, and a `TypeError` for what it gives of a wrong type.
   */
  readonly limits: (lane: string) => Limits | undefined;
  readonly hold: (response: Response, now: number) => unknown;
  readonly maxHold: number;
  readonly gate: ((lane: string) => unknown) | undefined;
}
const NO_LIMITS: Limits = { workers: Infinity, period: 0, spread: false, queueSize: 0 };
const MAX_HOLD = 60_000;

/** Checks the options and fills in the defaults. */
export function settingsOf(options: LanesOptions): Settings {
  const given = own<LanesOptions>(expect(options, "options", "an object", isObject));
  const common = limitsOf(given, "", NO_LIMITS);
  const limits = optional(given.limits, "limits", "a function", isFunction) as LanesOptions["limits"];
  const hold = optional(given.hold, "hold", "a function or false", isHold) as LanesOptions["hold"];
  return {
    common,
    limits: (lane) => {
      const answer = limits?.(lane);
      ignore(answer);
      const its = optional(answer, "limits()", "an object", isPlain);
      return its && limitsOf(own(its), "limits().", common);
    },
    hold: hold === undefined ? holdOf : (response) => (hold ? hold(response) : 0),
    maxHold: positive(optional(given.maxHold, "maxHold", "a finite number of ms", isFinite)) ?? MAX_HOLD,
    gate: optional(given.gate, "gate", "a function", isFunction) as Settings["gate"],
  };
}

function limitsOf(given: LaneLimits, of: string, common: Limits): Limits {
  const period = optional(given.period, `${of}period`, "a finite number of ms", isFinite);
  return {
    workers: workersOf(given.workers, `${of}workers`) ?? common.workers,
    period: Math.max(0, period ?? common.period),
    spread: optional(given.spread, `${of}spread`, "a boolean", isBoolean) ?? common.spread,
    queueSize: positive(optional(given.queueSize, `${of}queueSize`, "a whole number", isWhole)) ?? common.queueSize,
  };
}

const positive = (value: number | undefined): number | undefined => ((value ?? 0) > 0 ? value : undefined);

const isHold = (value: unknown): value is unknown => value === false || isFunction(value);
const isPlain = (value: unknown): value is object => isObject(value) && !isThenable(value);

/** Limits, within a pool of so many places. */
export function within(queueSize: number, limits: Limits): Limits {
  return { ...limits, queueSize: limits.queueSize || Math.max(1, Math.floor(queueSize / 2)) };
}

/** Whether the value may name a lane. */
export function isName(value: unknown): value is string {
  if (isString(value)) return true;
  // The function of a `map` may have given a promise.
  ignore(value);
  return false;
}
