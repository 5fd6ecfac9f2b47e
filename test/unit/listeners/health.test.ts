import { describe, expect, test, vi } from "vitest";
import { healthListener, HealthMonitor, type Monitor } from "../../../src/health.ts";
import type { PoolEvent } from "../../../src/lean.ts";
import { retry } from "../../../src/retry.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { Dial } from "../../support/dial.ts";
import { settled } from "../../support/settled.ts";
import { type Lab, lab, type LabOptions, request } from "../../support/lab.ts";

const NONE = { count: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

const ramp = (length: number, ms: (i: number) => number): number[] => Array.from({ length }, (_, i) => ms(i + 1));

function watched(options: LabOptions = {}): Lab & { readonly monitor: HealthMonitor } {
  const clock = new VirtualClock({ start: 1000 });
  const monitor = new HealthMonitor({ clock });
  return { ...lab({ listeners: [healthListener(monitor)], ...options, clock }), clock, monitor };
}

describe("the four stats", () => {
  test("37 queued, rejected, succeeded and failed are counted", async () => {
    const { pool, handler, monitor } = watched({ workers: 1, queueSize: 1 });
    pool.offer(() => request());
    pool.offer(() => request());
    pool.offer(() => request());
    handler.call(0).respond();
    await vi.waitFor(() => handler.call(1).fail(new Error("down")));
    await pool.close();
    expect(() => pool.offer(() => request())).toThrow();
    expect(monitor.report()).toMatchObject({
      TotalNotificationsQueued: 2,
      TotalNotificationsRejected: 2,
      TotalNotificationsSucceeded: 1,
      TotalNotificationsFailed: 1,
    });
  });

  test("37 a task without a request has succeeded", async () => {
    const { pool, monitor } = watched();
    await pool.run(() => null);
    expect(monitor.report()).toMatchObject({ TotalNotificationsSucceeded: 1, TotalNotificationsFailed: 0 });
  });

  test("a status of 500 is a success, as it is for the pool", async () => {
    const { pool, handler, monitor } = watched();
    pool.offer(() => request());
    handler.call(0).respond(new Response(null, { status: 500 }));
    await pool.close();
    expect(monitor.report()).toMatchObject({ TotalNotificationsSucceeded: 1, TotalNotificationsFailed: 0 });
  });

  test("go to any monitor that counts", async () => {
    const count = vi.fn<Monitor["count"]>();
    const { pool } = watched({ listeners: [healthListener({ count })] });
    await pool.run(() => null);
    expect(count.mock.calls).toEqual([["TotalNotificationsQueued"], ["TotalNotificationsSucceeded"]]);
  });

  test("of several pools go to one monitor", async () => {
    const monitor = new HealthMonitor();
    const listeners = [healthListener(monitor)];
    await Promise.all([1, 2, 3].map(() => lab({ listeners }).pool.run(() => null)));
    expect(monitor.report().TotalNotificationsSucceeded).toBe(3);
  });
});

describe("what waits and runs now", () => {
  test("85 counts a task that rests among those that wait, and its attempts as one task", async () => {
    const { pool, handler, clock, monitor } = watched({ workers: 1, retry: retry({ jitter: false }) });
    pool.offer(() => request());
    expect(monitor.report()).toMatchObject({ waiting: 0, running: 1 });
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    expect(monitor.report()).toMatchObject({ waiting: 1, running: 0, waitMs: { count: 1 }, durationMs: { count: 0 } });
    await clock.advance(300);
    expect(monitor.report()).toMatchObject({ waiting: 0, running: 1, waitMs: { count: 2 } });
    handler.call(1).respond();
    await pool.close();
    expect(monitor.report()).toMatchObject({ waiting: 0, running: 0, TotalNotificationsQueued: 1 });
    expect(monitor.report()).toMatchObject({ TotalNotificationsSucceeded: 1, durationMs: { count: 1 } });
  });

  test("85 counts a rest no more that was ended by an abort", async () => {
    const { pool, handler, monitor } = watched({ workers: 1, retry: retry() });
    pool.offer(() => request());
    handler.call(0).respond(new Response(null, { status: 503 }));
    await settled();
    await pool.abort();
    expect(monitor.report()).toMatchObject({ waiting: 0, running: 0, TotalNotificationsFailed: 1 });
  });

  test("follows the tasks, those that are dropped too", async () => {
    const { pool, handler, monitor } = watched({ workers: 1 });
    pool.offer(() => request());
    pool.offer(() => request());
    pool.offer(() => request());
    expect(monitor.report()).toMatchObject({ waiting: 2, running: 1 });
    handler.call(0).respond();
    await vi.waitFor(() => handler.call(1));
    expect(monitor.report()).toMatchObject({ waiting: 1, running: 1 });
    await pool.abort();
    expect(monitor.report()).toMatchObject({ waiting: 0, running: 0, TotalNotificationsFailed: 2 });
  });
});

describe("times", () => {
  test("are those of waits and of transactions", async () => {
    const { pool, handler, clock, monitor } = watched({ workers: 1 });
    pool.offer(() => request());
    pool.offer(() => request());
    await clock.advance(100);
    handler.call(0).respond();
    await clock.advance(50);
    handler.call(1).respond();
    await pool.close();
    const { waitMs, durationMs } = monitor.report();
    expect(waitMs).toMatchObject({ count: 2, mean: 50, max: 100 });
    expect(durationMs).toMatchObject({ count: 2, mean: 75, max: 100 });
  });

  test("leave out tasks that were dropped while they waited", async () => {
    const { pool, monitor } = watched({ workers: 1 });
    pool.pause();
    pool.offer(() => request());
    await pool.abort();
    expect(monitor.report()).toMatchObject({ waitMs: NONE, durationMs: NONE });
  });

  test.each([
    ["the same", ramp(100, () => 42)],
    ["even", ramp(1000, (i) => i)],
    ["tiny", ramp(1000, (i) => i / 1000)],
    ["skewed", ramp(1000, (i) => 1.02 ** i)],
    ["few", [3, 1, 2]],
    ["one at the lower end of its bucket", [1]],
    ["hours", ramp(50, (i) => i * 3_600_000)],
  ])("have quantiles right to 1.1 %% when they are %s", (_, times) => {
    const monitor = new HealthMonitor();
    for (const ms of times) monitor.time("duration", ms);
    const sorted = times.toSorted((one, other) => one - other);
    const { durationMs } = monitor.report();
    for (const [name, share] of [
      ["p50", 0.5],
      ["p95", 0.95],
      ["p99", 0.99],
    ] as const) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
      expect(Math.abs(durationMs[name] - exact) / exact).toBeLessThan(0.0115);
    }
    expect(durationMs.max).toBe(sorted.at(-1));
    expect(durationMs.p99).toBeLessThanOrEqual(durationMs.max);
  });

  test("of nothing, or beyond all bounds, still count", () => {
    const monitor = new HealthMonitor();
    monitor.time("wait", 0);
    monitor.time("wait", 1e15);
    const { waitMs } = monitor.report();
    expect(waitMs).toMatchObject({ count: 2, max: 1e15 });
    expect(waitMs.p50).toBeLessThan(0.001);
    expect(waitMs.p99).toBeGreaterThan(4e9);
  });

  test("are those of late: what is older than two windows is forgotten", async () => {
    const clock = new VirtualClock({ start: 1000 });
    const monitor = new HealthMonitor({ window: 1000, clock });
    monitor.time("duration", 500);
    await clock.advance(1000);
    monitor.time("duration", 100);
    expect(monitor.report().durationMs).toMatchObject({ count: 2, max: 500, mean: 300 });
    await clock.advance(1000);
    expect(monitor.report().durationMs).toMatchObject({ count: 1, max: 100, mean: 100 });
    await clock.advance(1000);
    expect(monitor.report().durationMs).toEqual(NONE);
  });

  test.each([
    [119_999, 1],
    [120_000, 0],
  ])("after a silence of %s ms are those of %s", async (silence, count) => {
    const clock = new VirtualClock({ start: 1000 });
    const monitor = new HealthMonitor({ clock });
    monitor.time("duration", 500);
    await clock.advance(silence);
    expect(monitor.report().durationMs.count).toBe(count);
  });

  test("count from anew after a long silence", async () => {
    const clock = new VirtualClock({ start: 1000 });
    const monitor = new HealthMonitor({ clock });
    await clock.advance(1_000_000);
    for (const ms of [1, 2, 3, 4]) monitor.time("duration", ms);
    await clock.advance(119_999);
    expect(monitor.report().durationMs.count).toBe(4);
    await clock.advance(1);
    expect(monitor.report().durationMs.count).toBe(0);
  });
});

describe("fetch", () => {
  const url = "https://health.example/any/path";

  test("answers with the report as JSON that nobody keeps", async () => {
    const { monitor } = watched();
    monitor.count("TotalNotificationsQueued");
    const response = monitor.fetch(new Request(url));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      TotalNotificationsQueued: 1,
      TotalNotificationsRejected: 0,
      TotalNotificationsSucceeded: 0,
      TotalNotificationsFailed: 0,
      waiting: 0,
      running: 0,
      waitMs: NONE,
      durationMs: NONE,
    });
  });

  test("is bound", () => {
    const { fetch } = new HealthMonitor();
    expect(fetch(new Request(url)).ok).toBe(true);
  });

  test("answers HEAD without a body", async () => {
    const response = new HealthMonitor().fetch(new Request(url, { method: "HEAD" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.text()).toBe("");
  });

  test.each(["POST", "PUT", "DELETE"])("refuses %s", (method) => {
    const response = new HealthMonitor().fetch(new Request(url, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test("says nothing of what tasks failed with, or where they went", async () => {
    const { pool, handler, monitor } = watched();
    pool.offer(() => request("/secret-path?token=secret-token"));
    handler.call(0).fail(new Error("secret-error"));
    await pool.close();
    expect(await monitor.fetch(new Request(url)).text()).not.toMatch(/secret|example/);
  });
});

describe("options", () => {
  test.each([
    ["window", "60"],
    ["window", Number.NaN],
    ["window", Number.POSITIVE_INFINITY],
    ["window", null],
    ["clock", {}],
    ["clock", null],
  ])("%s of %s is a TypeError that names it", (name, value) => {
    const make = (): unknown => new HealthMonitor({ [name]: value });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`Expected \`${name}\` to be `);
  });

  test("null instead of them is a TypeError", () => {
    expect(() => new HealthMonitor(null as never)).toThrow("Expected `options` to be an object, got null");
  });

  test.each([undefined, null, {}, "monitor"])("a monitor of %s is a TypeError", (monitor) => {
    expect(() => healthListener(monitor as never)).toThrow("Expected `monitor` to be an object with the method count");
  });

  test.each([0, -1])("a window of %s is a minute", async (window) => {
    const clock = new VirtualClock({ start: 1000 });
    const monitor = new HealthMonitor({ window, clock });
    monitor.time("wait", 5);
    await clock.advance(60_000);
    expect(monitor.report().waitMs.count).toBe(1);
  });

  test("that a polluted prototype brings are ignored", async () => {
    Object.assign(Object.prototype, { window: 1 });
    try {
      const clock = new VirtualClock({ start: 1000 });
      const monitor = new HealthMonitor({ clock });
      monitor.time("wait", 5);
      await clock.advance(1000);
      expect(monitor.report().waitMs.count).toBe(1);
    } finally {
      Reflect.deleteProperty(Object.prototype, "window");
    }
  });
});

describe("slots whose number changes", () => {
  test("are reported since they last did, those of lanes left out; before, there are none to tell of", () => {
    const monitor = new HealthMonitor();
    const dial = new Dial(3);
    lab({ workers: dial, listeners: [healthListener(monitor)] });
    expect("workers" in monitor.report()).toBe(false);
    dial.turn(5);
    const hear = healthListener(monitor) as (event: PoolEvent) => void;
    hear({ type: "limit", pool: "p", lane: "a", workers: 77 });
    expect(monitor.report().workers).toBe(5);
  });

  test("a monitor that does not ask for them is told nothing", () => {
    const hear = healthListener({ count: () => undefined }) as (event: PoolEvent) => void;
    expect(() => hear({ type: "limit", pool: "p", workers: 5 })).not.toThrow();
  });
});
