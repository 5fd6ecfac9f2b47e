import { type Clock, systemClock } from "../api/clock.ts";
import type { Listener, PoolEvent } from "../api/events.ts";
import { expect, hasMethods, isFunction, isObject, isSignal, optional, property } from "../lib/checks.ts";
import type { Handler } from "../api/handler.ts";
import { type ClientOptions, DEFAULT_QUEUE_SIZE, DEFAULT_WORKERS, type Hold, type Logger } from "../api/options.ts";

/** The options of a client, made safe: every one present and of its type. */
export interface Settings {
  /** Empty: each pool gets one of its own. */
  readonly name: string;
  readonly handler: Handler;
  readonly listeners: readonly Listener[];
  readonly logger: Logger;
  readonly queueSize: number;
  readonly workers: number;
  /** 0: unpaced. */
  readonly period: number;
  /** 0: none. */
  readonly timeout: number;
  readonly drain: { readonly bytes: number; readonly ms: number };
  readonly hold: Hold;
  readonly clock: Clock;
}

const DRAIN_BYTES = 65_536;
const DRAIN_MS = 250;

/** Checks the options and fills in the defaults. Types first, then the Go package's rule that ≤ 0 means the default. */
export function normalize(options: ClientOptions, defaultHandler?: Handler): Settings {
  expect(options, "options", "an object", isObject);
  const given = own(options);
  const drain = own(optional(given["drain"], "drain", "an object", isObject) ?? {});
  return {
    name: optional(given["name"], "name", "a string", isString) ?? "",
    handler: expect(
      given["handler"] === undefined ? defaultHandler : given["handler"],
      "handler",
      "a function",
      isFunction,
    ) as Handler,
    listeners: (optional(given["listeners"], "listeners", "an array", isArray) ?? []) as readonly Listener[],
    logger: quiet(optional(given["logger"], "logger", "an object with the methods debug and error", isLogger)),
    queueSize: positive(optional(given["queueSize"], "queueSize", "a whole number", isWhole)) ?? DEFAULT_QUEUE_SIZE,
    workers: positive(optional(given["workers"], "workers", "a whole number", isWhole)) ?? DEFAULT_WORKERS,
    period: positive(optional(given["period"], "period", "a finite number of ms", isFinite)) ?? 0,
    timeout: positive(optional(given["timeout"], "timeout", "a finite number of ms", isFinite)) ?? 0,
    drain: {
      bytes: Math.max(0, optional(drain["bytes"], "drain.bytes", "a whole number of bytes", isWhole) ?? DRAIN_BYTES),
      ms: Math.max(0, optional(drain["ms"], "drain.ms", "a finite number of ms", isFinite) ?? DRAIN_MS),
    },
    hold: holdOf(given["hold"]) ?? "headers",
    clock: optional(given["clock"], "clock", CLOCK, isClock) ?? systemClock,
  };
}

/** The `hold` option, checked. */
export function holdOf(value: unknown): Hold | undefined {
  return optional(value, "hold", '"headers" or "body"', isHold);
}

/** The caller's signal of one call, checked. */
export function signalOf(options: unknown): AbortSignal | undefined {
  const given = optional(options, "options", "an object", isObject);
  return given === undefined ? undefined : optional(own(given)["signal"], "signal", "an AbortSignal", isSignal);
}

/** The listeners of one pool: a copy, each as a function. */
export function listenersOf(listeners: readonly Listener[]): ((event: PoolEvent) => void)[] {
  return listeners.map((listener, index) => {
    if (isFunction(listener)) return listener;
    const named = expect(listener, `listeners[${index}]`, "a function or an object with the method on", hasOn);
    return (event) => named.on(event);
  });
}

/** Own properties only, so that a polluted `Object.prototype` sets no option. */
function own(object: object): Readonly<Record<string, unknown>> {
  return { __proto__: null, ...object };
}

const CLOCK = "an object with the methods now, setTimeout, clearTimeout and perhaps date";

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

const isString = (value: unknown): value is string => typeof value === "string";
const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isFinite = (value: unknown): value is number => Number.isFinite(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isHold = (value: unknown): value is Hold => value === "headers" || value === "body";
const hasOn = (value: unknown): value is { on(event: PoolEvent): void } => hasMethods(value, "on");
const isLogger = (value: unknown): value is Logger => hasMethods(value, "debug", "error");
const isClock = (value: unknown): value is Clock =>
  hasMethods(value, "now", "setTimeout", "clearTimeout") &&
  (property(value, "date") === undefined || isFunction(property(value, "date")));

/** A logger that never throws: not even telling of an error may harm a task. */
function quiet(logger: Logger | undefined): Logger {
  const guard =
    (level: "debug" | "error") =>
    (...args: unknown[]): void => {
      try {
        const result: unknown = logger?.[level](...args);
        if (result !== undefined) Promise.resolve(result).catch(() => undefined);
      } catch {
        // There is nobody left to tell.
      }
    };
  return { debug: guard("debug"), error: guard("error") };
}
