import type { Clock } from "../api/clock.ts";
import { systemClock } from "../lib/runtime/system-clock.ts";
import type { Listener, PoolEvent } from "../api/events.ts";
import { expect, hasMethods, isFinite, isObject, optional, own } from "../lib/checks.ts";
import { RecentTimes, type Times } from "./recent-times.ts";

export type { Times } from "./recent-times.ts";

/** What is counted, by the names that the Go package gives them. A task that sent no request has succeeded. */
export type HealthStat =
  | "TotalNotificationsQueued"
  | "TotalNotificationsRejected"
  | "TotalNotificationsSucceeded"
  | "TotalNotificationsFailed";

/** Where {@link healthListener} puts what it hears: a {@link HealthMonitor}, or a few lines before a metrics client of yours. */
export interface Monitor {
  /** One more. */
  count(stat: HealthStat): void;
  /** One task more, or less, waits or runs. */
  level?(level: "waiting" | "running", change: 1 | -1): void;
  /** A pool has so many slots now. Those of lanes are not told. */
  limit?(workers: number): void;
  /** How long a task waited, when it starts, and took from there, when it has finished: with retries, of its last attempt. */
  time?(time: "wait" | "duration", ms: number): void;
}

/** How things stand. */
export interface HealthReport extends Readonly<Record<HealthStat, number>> {
  /** Tasks in the queue, and at rest before they are tried again. */
  readonly waiting: number;
  /** Tasks that have started and not finished. */
  readonly running: number;
  /** Slots, where their number changes: since it last did. With several pools, those of the last that changed. */
  readonly workers?: number;
  /** ms from acceptance to start, of late. */
  readonly waitMs: Times;
  /** ms from start to finish, of late. */
  readonly durationMs: Times;
}

/** How a {@link HealthMonitor} looks back. */
export interface HealthMonitorOptions {
  /** The times are those of the last one to two windows of so many ms. ≤ 0 means the default. @default 60_000 */
  readonly window?: number | undefined;
  /** The time to live by. @default the platform's */
  readonly clock?: Pick<Clock, "now"> | undefined;
}

const WINDOW_MS = 60_000;

/**
 * Tells a monitor what happens in a pool. Several pools may share a monitor. What failed tasks failed with is not looked at.
 *
 * @throws {TypeError} `monitor` has no method `count`.
 *
 * @example
 * ```ts
 * const monitor = new HealthMonitor();
 * const pool = new Client({ listeners: [healthListener(monitor)] }).start();
 * Deno.serve(monitor.fetch);
 * ```
 */
export function healthListener(monitor: Monitor): Listener {
  expect(monitor, "monitor", "an object with the method count", isMonitor);
  return (event: PoolEvent): void => {
    switch (event.type) {
      case "queue":
        monitor.count("TotalNotificationsQueued");
        monitor.level?.("waiting", 1);
        break;
      case "reject":
        monitor.count("TotalNotificationsRejected");
        break;
      case "start":
        monitor.level?.("waiting", -1);
        monitor.level?.("running", 1);
        monitor.time?.("wait", event.waitedMs);
        break;
      case "retry":
        monitor.level?.("running", -1);
        monitor.level?.("waiting", 1);
        break;
      case "finish":
        monitor.count(event.ok ? "TotalNotificationsSucceeded" : "TotalNotificationsFailed");
        // A task without a slot was dropped while it waited.
        monitor.level?.(event.slot === undefined ? "waiting" : "running", -1);
        if (event.slot !== undefined) monitor.time?.("duration", event.durationMs);
        break;
      case "limit":
        if (event.lane === undefined) monitor.limit?.(event.workers);
        break;
      default:
    }
  };
}

/** Keeps the four stats, what waits and runs now, and how long that takes of late, in some 50 kB. */
export class HealthMonitor implements Monitor {
  readonly #stats: Record<HealthStat, number> = {
    TotalNotificationsQueued: 0,
    TotalNotificationsRejected: 0,
    TotalNotificationsSucceeded: 0,
    TotalNotificationsFailed: 0,
  };
  readonly #levels: { waiting: number; running: number; workers?: number } = { waiting: 0, running: 0 };
  readonly #times: Readonly<Record<"wait" | "duration", RecentTimes>>;
  readonly #clock: Pick<Clock, "now">;

  /** @throws {TypeError} An option is of a wrong type. */
  constructor(options: HealthMonitorOptions = {}) {
    expect(options, "options", "an object", isObject);
    const given = own(options);
    const window = optional(given.window, "window", "a finite number of ms", isFinite) ?? 0;
    this.#clock = optional(given.clock, "clock", "an object with the method now", hasNow) ?? systemClock;
    const length = window > 0 ? window : WINDOW_MS;
    const now = this.#clock.now();
    this.#times = { wait: new RecentTimes(length, now), duration: new RecentTimes(length, now) };
  }

  count(stat: HealthStat): void {
    this.#stats[stat]++;
  }

  level(level: "waiting" | "running", change: 1 | -1): void {
    this.#levels[level] += change;
  }

  limit(workers: number): void {
    this.#levels.workers = workers;
  }

  time(time: "wait" | "duration", ms: number): void {
    this.#times[time].record(ms, this.#clock.now());
  }

  /** How things stand now. */
  report(): HealthReport {
    const now = this.#clock.now();
    const { wait, duration } = this.#times;
    return { ...this.#stats, ...this.#levels, waitMs: wait.summary(now), durationMs: duration.summary(now) };
  }

  /**
   * Answers `GET` and `HEAD` with the report as JSON, on any path: mount it where only those can come who may know.
   * Bound, so that it may be passed around.
   */
  readonly fetch = (request: Request): Response => {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD")
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return new Response(method === "HEAD" ? null : JSON.stringify(this.report()), { headers });
  };
}

const isMonitor = (value: unknown): value is Monitor => hasMethods(value, "count");
const hasNow = (value: unknown): value is Pick<Clock, "now"> => hasMethods(value, "now");
