import type { Clock } from "../api/clock.ts";
import type { Listener, PoolEvent } from "../api/events.ts";
import type { Handler } from "../api/handler.ts";
import {
  type ClientOptions,
  DEFAULT_QUEUE_SIZE,
  DEFAULT_WORKERS,
  type DrainOptions,
  type Hold,
} from "../api/options.ts";
import type { Logger } from "../api/logger.ts";
import type { Adaptive } from "../api/limit.ts";
import type { Lanes, Retry } from "../api/policies.ts";
import {
  CLOCK,
  expect,
  hasMethods,
  isArray,
  isBoolean,
  isClock,
  isFinite,
  isFunction,
  isLogger,
  isObject,
  isString,
  isWhole,
  LOGGER,
  optional,
  own,
} from "../lib/checks.ts";
import { quiet } from "../lib/quiet.ts";
import { checkSignal } from "../lib/request.ts";
import { workersOf } from "../lib/workers.ts";
import { consoleLogger } from "../lib/runtime/console-logger.ts";
import { systemClock } from "../lib/runtime/system-clock.ts";

/** The options of a client, made safe: every one present and of its type. */
export interface Settings {
  /** Empty: each pool gets one of its own. */
  readonly name: string;
  readonly handler: Handler;
  readonly listeners: readonly Listener[];
  readonly logger: Logger;
  readonly queueSize: number;
  readonly workers: number | Adaptive;
  /** 0: unpaced. */
  readonly period: number;
  readonly spread: boolean;
  /** 0: none. */
  readonly timeout: number;
  readonly drain: { readonly bytes: number; readonly ms: number };
  readonly hold: Hold;
  readonly lanes: Lanes | undefined;
  readonly retry: Retry | undefined;
  readonly clock: Clock;
}

const DRAIN_BYTES = 65_536;
const DRAIN_MS = 250;

/** Checks the options and fills in the defaults. Types first, then the Go package's rule that ≤ 0 means the default. */
export function settingsOf(options: ClientOptions): Settings {
  const given = own(expect<ClientOptions>(options, "options", "an object", isObject));
  const option = <T>(name: keyof ClientOptions, expected: string, is: (value: unknown) => value is T): T | undefined =>
    optional(given[name], name, expected, is);
  const drain: DrainOptions = own(option("drain", "an object", isObject) ?? {});
  return {
    name: option("name", "a string", isString) ?? "",
    handler: expect(given.handler, "handler", "a function", isFunction) as Handler,
    listeners: (option("listeners", "an array", isArray) ?? []) as readonly Listener[],
    logger: quiet(option("logger", LOGGER, isLogger) ?? consoleLogger),
    queueSize: positive(option("queueSize", "a whole number", isWhole)) ?? DEFAULT_QUEUE_SIZE,
    workers: workersOf(given.workers, "workers") ?? DEFAULT_WORKERS,
    period: positive(option("period", "a finite number of ms", isFinite)) ?? 0,
    spread: option("spread", "a boolean", isBoolean) ?? false,
    timeout: positive(option("timeout", "a finite number of ms", isFinite)) ?? 0,
    drain: {
      bytes: Math.max(0, optional(drain.bytes, "drain.bytes", "a whole number of bytes", isWhole) ?? DRAIN_BYTES),
      ms: Math.max(0, optional(drain.ms, "drain.ms", "a finite number of ms", isFinite) ?? DRAIN_MS),
    },
    hold: checkHold(given.hold) ?? "headers",
    lanes: option("lanes", "what lanes() gives", isLanes),
    retry: option("retry", "what retry() gives", isRetry),
    clock: option("clock", CLOCK, isClock) ?? systemClock,
  };
}

/** The `hold` option, checked. */
export function checkHold(value: unknown): Hold | undefined {
  return optional(value, "hold", '"headers" or "body"', isHold);
}

/** The options of one call, its signal checked. The backlog checks what concerns the task's place. */
export function callOptionsOf<Options extends { readonly signal?: unknown }>(
  options: Options | undefined,
): Options | undefined {
  if (optional(options, "options", "an object", isObject) === undefined) return undefined;
  const given = own(options as Options);
  checkSignal(given.signal);
  return given;
}

/** The listeners of one pool: a copy, each as a function. */
export function listenersOf(listeners: readonly Listener[]): ((event: PoolEvent) => void)[] {
  return listeners.map((listener, index) => {
    if (isFunction(listener)) return listener;
    const named = expect(listener, `listeners[${index}]`, "a function or an object with the method on", hasOn);
    return (event) => named.on(event);
  });
}

const positive = (value: number | undefined): number | undefined => ((value ?? 0) > 0 ? value : undefined);

const isHold = (value: unknown): value is Hold => value === "headers" || value === "body";
const isLanes = (value: unknown): value is Lanes => hasMethods(value, "backlog");
const isRetry = (value: unknown): value is Retry => hasMethods(value, "policy");
const hasOn = (value: unknown): value is { on(event: PoolEvent): void } => hasMethods(value, "on");
