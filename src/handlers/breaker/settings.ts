import { Alarms } from "../../lib/alarms.ts";
import type { Clock } from "../../api/clock.ts";
import { systemClock } from "../../lib/runtime/system-clock.ts";
import {
  CLOCK,
  expect,
  isClock,
  isFinite,
  isFunction,
  isLogger,
  isObject,
  isWhole,
  LOGGER,
  optional,
  own,
} from "../../lib/checks.ts";
import { guard } from "../../lib/guard.ts";
import type { Logger } from "../../api/logger.ts";
import { fetchHandler } from "../fetch.ts";
import type { Delegate } from "./call.ts";
import type { BreakerEvent, CircuitRules } from "./circuits.ts";
import type { Judge } from "./outcome.ts";
import type { Limits } from "./let-through.ts";

/** How a breaker works. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface BreakerOptions<Answer extends Response | null | undefined = Response> {
  /** Sends what is let through. @default the platform's `fetch`, looked up at each request */
  readonly delegate?: Delegate<Answer> | undefined;
  /**
   * ms until the headers. Longer counts as a failure, aborts the request and rejects with a `TimeoutError`. ≤ 0 means
   * none: then a probe counts as failed after 60,000 ms, but goes on, and still closes the circuit when it succeeds.
   * @default none
   */
  readonly timeout?: number | undefined;
  /** Failures in a row that open a host's circuit, a whole number. 0 never opens. @default 5 */
  readonly threshold?: number | undefined;
  /** Whether a response counts as a failure. It is delivered all the same. @default none does, whatever its status */
  readonly tripOn?: ((response: Response) => boolean) | undefined;
  /**
   * Whether what the delegate failed with is a failure of the host. Only `false` says that it is not: then the request has
   * shown nothing, as if its caller had aborted it. For errors of your own making, like those of a hook of the delegate, of
   * a response that `integrity` refuses, or of a broken upload.
   *
   * It is not asked about timeouts of the breaker and of the pool, which always count, nor about what never counts: the
   * caller's abort, a `CircuitOpenError` or `DispatcherClosedError` of the delegate, and an upload whose stream has failed by
   * its own source, where the platform tells (Node and Bun do).
   *
   * @default every error is one
   */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
  /**
   * Hosts to remember, a whole number. Only hosts that failed take a place; those that are not open are forgotten first.
   * Less than 1 means 256. @default 256
   */
  readonly maxHosts?: number | undefined;
  /** Hears when a circuit opens (`error`), is half-open or closes (`debug`), and of errors in what is given here. */
  readonly logger?: Logger | undefined;
  /** Hears of every change, when it is done. What it throws goes to the logger. */
  readonly onEvent?: ((event: BreakerEvent) => void) | undefined;
  /** The time to live by. @default the platform's */
  readonly clock?: Clock | undefined;
  /**
   * Numbers from 0 to 1, for the jitter of the back-off. What throws or gives anything else is logged, and counts as 0.5.
   * @default `Math.random()`
   */
  readonly random?: (() => number) | undefined;
}

/** The options of a breaker, made safe. What the user gave may fail without harm to a request. */
export interface Settings<Answer> {
  readonly delegate: Delegate<Answer>;
  /** Whether the delegate is the platform's `fetch`, whatever that is by then. */
  readonly isPlatform: boolean;
  readonly judge: Judge;
  readonly rules: CircuitRules;
  readonly limits: Limits;
}

const THRESHOLD = 5;
const MAX_HOSTS = 256;

/** Checks the options and fills in the defaults. Starts no timer. */
export function settingsOf<Answer extends Response | null | undefined>(
  options: BreakerOptions<Answer>,
): Settings<Answer> {
  expect(options, "options", "an object", isObject);
  const given = own(options);
  const delegate = callable(given.delegate, "delegate");
  const timeout = optional(given.timeout, "timeout", "a finite number of ms", isFinite) ?? 0;
  const threshold = optional(given.threshold, "threshold", "a whole number of 0 or more", isThreshold) ?? THRESHOLD;
  const tripOn = callable(given.tripOn, "tripOn");
  const isFailure = callable(given.isFailure, "isFailure");
  const maxHosts = optional(given.maxHosts, "maxHosts", "a whole number", isWhole) ?? MAX_HOSTS;
  const logger = optional(given.logger, "logger", LOGGER, isLogger);
  const onEvent = callable(given.onEvent, "onEvent");
  const clock = optional(given.clock, "clock", CLOCK, isClock) ?? systemClock;
  const random = callable(given.random, "random") ?? (() => Math.random());
  // Without jitter is better than without a back-off.
  const chance = (): number => {
    try {
      const number = random();
      if (number >= 0 && number <= 1) return number;
      log("error", "`random` gave no number from 0 to 1");
    } catch (error) {
      log("error", "`random` failed", error);
    }
    return 0.5;
  };

  const log = guard(
    (level: "debug" | "error", ...args: unknown[]) => logger?.[level](...args),
    () => undefined,
  );
  const told = { error: (...args: readonly unknown[]) => log("error", ...args) };
  /** What a function of the user's says. undefined when it has failed. */
  const ask = <Subject>(name: string, fn: ((subject: Subject) => unknown) | undefined, subject: Subject): unknown => {
    try {
      return fn?.(subject);
    } catch (error) {
      log("error", `\`${name}\` failed`, error);
      return undefined;
    }
  };
  const hear = guard(
    (event: BreakerEvent) => onEvent?.(Object.freeze(event)),
    (error) => log("error", "`onEvent` failed", error),
  );
  return {
    delegate: delegate ?? (fetchHandler as Delegate<Answer>), // `fetch` always answers
    isPlatform: delegate === undefined,
    judge: {
      // Not what is truthy: a promise, of untyped code, would open every circuit.
      trips: (answer) => isObject(answer) && ask("tripOn", tripOn, answer as Response) === true,
      fails: (error) => ask("isFailure", isFailure, error) !== false,
    },
    rules: {
      threshold,
      maxHosts: maxHosts < 1 ? MAX_HOSTS : maxHosts,
      clock,
      random: chance,
      tell: (event) => {
        log(event.type === "tripped" ? "error" : "debug", lineOf(event));
        hear(event);
      },
    },
    limits: {
      timeout,
      clock,
      deadlines: new Alarms(clock, told),
      bounds: new Alarms(clock, told),
      onLateBody: (error) => log("debug", "A late body could not be cancelled", error),
    },
  };
}

function lineOf(event: BreakerEvent): string {
  const { type, host } = event;
  if (type === "half-open") return `The circuit to ${host} is half-open: one request tries the host`;
  if (type === "reset") return `The circuit to ${host} closed`;
  const { failures, retryAfterMs } = event;
  return `The circuit to ${host} opened for ${Math.ceil(retryAfterMs)} ms after ${failures} failures in a row`;
}

function callable<F>(value: F | undefined, name: string): F | undefined {
  optional(value, name, "a function", isFunction);
  return value;
}

const isThreshold = (value: unknown): value is number => isWhole(value) && value >= 0;
