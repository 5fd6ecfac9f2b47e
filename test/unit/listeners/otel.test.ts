import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CircuitOpenError } from "../../../src/breaker.ts";
import { DispatcherClosedError, type PoolEvent } from "../../../src/lean.ts";
import { lanes } from "../../../src/lanes.ts";
import { otelListener } from "../../../src/otel.ts";
import { Dial } from "../../support/dial.ts";
import { retry } from "../../../src/retry.ts";
import { type Lab, lab, type LabOptions, request } from "../../support/lab.ts";

let exporter: InMemoryMetricExporter;
let provider: MeterProvider;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  provider = new MeterProvider({ readers: [reader] });
});

afterEach(async () => {
  await provider.shutdown();
});

const listener = (): ReturnType<typeof otelListener> => otelListener({ meter: provider.getMeter("httppool") });

function measured(options: LabOptions = {}): Lab {
  return lab({ name: "hooks", listeners: [listener()], ...options });
}

interface Metric {
  readonly unit: string;
  readonly type: DataPointType;
  readonly isMonotonic: boolean | undefined;
  readonly points: readonly DataPoint<unknown>[];
}

/** What the SDK has of an instrument. */
async function metric(name: string): Promise<Metric> {
  exporter.reset();
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const found = metrics.find(({ descriptor }) => descriptor.name === name);
  if (found === undefined) throw new Error(`Nothing was measured with ${name}`);
  const isMonotonic = found.dataPointType === DataPointType.SUM ? found.isMonotonic : undefined;
  return { unit: found.descriptor.unit, type: found.dataPointType, isMonotonic, points: found.dataPoints };
}

/** The sums of an instrument, by attributes. Histograms give their counts. */
async function sums(name: string): Promise<readonly (readonly [object, number])[]> {
  const { points } = await metric(name);
  return points.map(({ attributes, value }) => [
    { ...attributes },
    typeof value === "number" ? value : (value as Histogram).count,
  ]);
}

async function histogram(name: string): Promise<Histogram> {
  const { points } = await metric(name);
  return points[0]?.value as Histogram;
}

/** What a task that fails with this error is counted as. */
async function typeOf(error: unknown): Promise<unknown> {
  const { pool, handler } = measured();
  pool.offer(() => request());
  handler.call(0).fail(error);
  await pool.close();
  const [attributes] = (await sums("httppool.task.completions"))[0] ?? [];
  return (attributes as Record<string, unknown>)["error.type"];
}

describe("http.client.request.duration", () => {
  const name = "http.client.request.duration";
  const server = { "server.address": "example.com", "server.port": 443 };

  test("is a histogram of seconds with the boundaries that the conventions advise", async () => {
    const { pool, handler, clock } = measured();
    pool.offer(() => request());
    await clock.advance(250);
    handler.call(0).respond();
    await pool.close();
    expect(await metric(name)).toMatchObject({ unit: "s", type: DataPointType.HISTOGRAM });
    expect(await histogram(name)).toMatchObject({
      sum: 0.25,
      buckets: { boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
    });
  });

  test("has method, server and status, and nothing of the path", async () => {
    const { pool, handler } = measured();
    pool.offer(() => request("/users/1?token=secret", { method: "POST" }));
    handler.call(0).respond(new Response(null, { status: 201 }));
    await pool.close();
    expect(await sums(name)).toEqual([
      [{ "http.request.method": "POST", ...server, "http.response.status_code": 201 }, 1],
    ]);
  });

  test("85 has each attempt as a request of its own, with how often it was sent again", async () => {
    const { pool, handler, clock } = measured({ retry: retry({ jitter: false }) });
    pool.offer(() => request());
    await clock.advance(20);
    handler.call(0).respond(new Response(null, { status: 503 }));
    await clock.advance(300);
    handler.call(1).fail(new TypeError("fetch failed"));
    await clock.advance(600);
    handler.call(2).respond();
    await pool.close();
    const sent = { "http.request.method": "GET", ...server };
    expect(await sums(name)).toEqual([
      [{ ...sent, "http.response.status_code": 503, "error.type": "503" }, 1],
      [{ ...sent, "http.request.resend_count": 1, "error.type": "TypeError" }, 1],
      [{ ...sent, "http.request.resend_count": 2, "http.response.status_code": 204 }, 1],
    ]);
    expect(await sums("httppool.task.completions")).toEqual([[{ "httppool.pool.name": "hooks" }, 1]]);
  });

  test.each([
    ["http://example.com/", "example.com", 80],
    ["http://example.com:8080/", "example.com", 8080],
    ["https://[2001:db8::1]:8443/", "2001:db8::1", 8443],
  ])("of %s has address and port", async (url, address, port) => {
    const { pool, handler } = measured();
    pool.offer(() => new Request(url));
    handler.call(0).respond();
    await pool.close();
    expect((await sums(name))[0]?.[0]).toMatchObject({ "server.address": address, "server.port": port });
  });

  test.each([400, 404, 503])("has the status of %s as its error.type", async (status) => {
    const { pool, handler } = measured();
    pool.offer(() => request());
    handler.call(0).respond(new Response(null, { status }));
    await pool.close();
    expect((await sums(name))[0]?.[0]).toMatchObject({ "error.type": String(status) });
  });

  test("has the error as its error.type when the task failed after the headers", async () => {
    const { pool, handler } = measured();
    pool.offer(() => ({ request: request(), consumer: () => Promise.reject(new RangeError("no")) }));
    handler.call(0).respond(new Response(null, { status: 500 }));
    await pool.close();
    expect((await sums(name))[0]?.[0]).toMatchObject({ "error.type": "RangeError", "http.response.status_code": 500 });
  });

  test("knows the methods of the conventions only", async () => {
    const { pool, handler } = measured();
    pool.offer(() => request("/", { method: "QUERY" }));
    pool.offer(() => request("/", { method: "BREW" }));
    handler.call(0).respond();
    handler.call(1).respond();
    await pool.close();
    expect((await sums(name)).map(([attributes]) => attributes)).toMatchObject([
      { "http.request.method": "QUERY" },
      { "http.request.method": "_OTHER" },
    ]);
  });

  test.each<[body: string, response: () => Response, cleanupMs: number]>([
    ["no body", () => new Response(null), 0],
    ["a body that is drained for as long as may be", () => new Response(new ReadableStream()), 250],
  ])("ends with the consumer, of a response with %s", async (_, response, cleanupMs) => {
    const { pool, handler, clock } = measured();
    const durations: number[] = [];
    pool.on("finish", ({ durationMs }) => void durations.push(durationMs));
    pool.offer(() => ({
      request: request(),
      consumer: () => new Promise((resolve) => clock.setTimeout(() => resolve(0), 50)),
    }));
    await clock.advance(100);
    handler.call(0).respond(response());
    await clock.advance(1000);
    expect(durations).toEqual([150 + cleanupMs]);
    expect((await histogram(name)).sum).toBeCloseTo(0.15);
  });

  test("is not measured of a request that was aborted before it was given to the handler", async () => {
    const { pool, handler } = measured();
    pool.offer(() => ({ request: request(), signal: AbortSignal.abort() }));
    pool.offer(() => new Request("https://example.com/", { signal: AbortSignal.abort() }));
    await pool.close();
    expect(handler.calls).toHaveLength(0);
    expect((await sums("httppool.task.completions"))[0]?.[1]).toBe(2);
    await expect(sums(name)).rejects.toThrow("Nothing was measured");
  });

  test.each<[string, Error]>([
    ["a breaker", new CircuitOpenError("example.com:443", 1)],
    ["a pool that is closed", new DispatcherClosedError()],
  ])("is not measured of a request that %s refused to send", async (_, error) => {
    const { pool, handler } = measured();
    pool.offer(() => request());
    handler.call(0).fail(error);
    await pool.close();
    await expect(sums(name)).rejects.toThrow("Nothing was measured");
    expect((await sums("httppool.task.completions"))[0]?.[0]).toMatchObject({
      "error.type": expect.stringMatching(/^ERR_/),
    });
  });

  test("is measured of a request whose consumer was refused another by a breaker", async () => {
    const { pool, handler } = measured();
    pool.offer(() => ({
      request: request(),
      consumer: () => Promise.reject(new CircuitOpenError("b.example:443", 1)),
    }));
    handler.call(0).respond();
    await pool.close();
    expect((await sums(name))[0]?.[0]).toMatchObject({ "error.type": "ERR_CIRCUIT_OPEN" });
  });

  test("leaves out tasks without a request over HTTP", async () => {
    const { pool, handler } = measured();
    pool.offer(() => null);
    pool.offer(() => new Request("data:text/plain,x"));
    pool.offer(() => new Request("ftp://example.com/"));
    handler.call(0).respond();
    handler.call(1).respond();
    await pool.close();
    await expect(sums(name)).rejects.toThrow("Nothing was measured");
  });
});

describe("error.type", () => {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const hostile = {
    get code(): never {
      throw new Error("no");
    },
  };

  test.each<[string, unknown, string]>([
    ["a code", new CircuitOpenError("example.com", 1), "ERR_CIRCUIT_OPEN"],
    ["a cause with a code", new TypeError("fetch failed", { cause }), "ECONNREFUSED"],
    ["a name", new RangeError("secret"), "RangeError"],
    ["a number for a code", new DOMException("secret", "AbortError"), "AbortError"],
    ["a name made up of a message", Object.assign(new Error("x"), { name: "GET /secret failed" }), "_OTHER"],
    ["a name too long", Object.assign(new Error("x"), { name: "x".repeat(65) }), "_OTHER"],
    ["nothing at all", undefined, "_OTHER"],
    ["text", "secret", "_OTHER"],
    ["a getter that throws", hostile, "_OTHER"],
  ])("of an error with %s is that, or _OTHER", async (_, error, type) => {
    expect(await typeOf(error)).toBe(type);
  });

  test("is one of a hundred kinds at most", async () => {
    const { pool, handler } = measured({ queueSize: 200 });
    for (let i = 0; i < 103; i++) pool.offer(() => request());
    pool.offer(() => request());
    for (let i = 0; i < 104; i++) {
      await vi.waitFor(() => handler.call(i), { interval: 1 });
      handler.call(i).fail(Object.assign(new Error("x"), { code: `E${i === 103 ? 0 : i}` }));
    }
    await pool.close();
    const byType = new Map(
      (await sums("httppool.task.completions")).map(([attributes, sum]) => [JSON.stringify(attributes), sum]),
    );
    expect(byType.size).toBe(101);
    expect(byType.get('{"httppool.pool.name":"hooks","error.type":"_OTHER"}')).toBe(3);
    expect(byType.get('{"httppool.pool.name":"hooks","error.type":"E0"}')).toBe(2);
  });
});

describe("what the pool says of itself", () => {
  const pool = { "httppool.pool.name": "hooks" };

  test("submissions are counted by their results", async () => {
    const { pool: dispatcher } = measured({ workers: 1, queueSize: 1 });
    for (let i = 0; i < 3; i++) dispatcher.offer(() => request());
    await dispatcher.send(() => request(), { signal: AbortSignal.abort() }).catch(() => undefined);
    await dispatcher.abort();
    expect(() => dispatcher.offer(() => request())).toThrow();
    expect(await metric("httppool.task.submissions")).toMatchObject({ unit: "{task}", isMonotonic: true });
    expect(await sums("httppool.task.submissions")).toEqual([
      [{ ...pool, "httppool.submission.result": "queued" }, 2],
      [{ ...pool, "httppool.submission.result": "full" }, 1],
      [{ ...pool, "httppool.submission.result": "aborted" }, 1],
      [{ ...pool, "httppool.submission.result": "closed" }, 1],
    ]);
  });

  test("tasks that wait and run go up and down, those that are dropped too", async () => {
    const { pool: dispatcher } = measured({ workers: 1 });
    for (let i = 0; i < 3; i++) dispatcher.offer(() => request());
    const name = "httppool.task.count";
    expect(await metric(name)).toMatchObject({ unit: "{task}", type: DataPointType.SUM, isMonotonic: false });
    expect(await sums(name)).toEqual([
      [{ ...pool, "httppool.task.state": "waiting" }, 2],
      [{ ...pool, "httppool.task.state": "running" }, 1],
    ]);
    await dispatcher.abort();
    expect((await sums(name)).map(([, sum]) => sum)).toEqual([0, 0]);
  });

  test("completions are counted, failures by their kind, a status of 500 being none", async () => {
    const { pool: dispatcher, handler } = measured();
    for (let i = 0; i < 3; i++) dispatcher.offer(() => request());
    handler.call(0).respond();
    handler.call(1).respond(new Response(null, { status: 500 }));
    handler.call(2).fail(new TypeError("fetch failed"));
    await dispatcher.close();
    expect(await metric("httppool.task.completions")).toMatchObject({ unit: "{task}", isMonotonic: true });
    expect(await sums("httppool.task.completions")).toEqual([
      [pool, 2],
      [{ ...pool, "error.type": "TypeError" }, 1],
    ]);
  });

  test("waits and times to headers are measured in seconds, up to minutes", async () => {
    const { pool: dispatcher, handler, clock } = measured({ workers: 1 });
    dispatcher.offer(() => request());
    dispatcher.offer(() => request());
    await clock.advance(2000);
    handler.call(0).respond(new Response(null, { status: 200 }));
    await clock.advance(500);
    handler.call(1).respond(new Response(null, { status: 200 }));
    await dispatcher.close();
    for (const [name, sum] of [
      ["httppool.task.wait_time", 2],
      ["httppool.task.time_to_headers", 2.5],
    ] as const) {
      expect((await metric(name)).unit).toBe("s");
      expect(await histogram(name)).toMatchObject({ sum, count: 2 });
      expect((await histogram(name)).buckets.boundaries.at(-1)).toBe(300);
    }
    expect(await sums("httppool.task.wait_time")).toEqual([[pool, 2]]);
    expect(await sums("httppool.task.time_to_headers")).toEqual([[{ ...pool, "http.response.status_code": 200 }, 2]]);
  });

  test("pools without a name of their own share a series", async () => {
    for (let i = 0; i < 3; i++) await measured({ name: undefined }).pool.run(() => null);
    expect(await sums("httppool.task.completions")).toEqual([[{}, 3]]);
  });
});

describe("options", () => {
  test.each([undefined, null, {}, "meter", { createCounter() {} }])("a meter of %s is a TypeError", (meter) => {
    expect(() => otelListener({ meter: meter as never })).toThrow("Expected `meter` to be an OpenTelemetry meter");
  });

  test.each([undefined, null, 5])("%s instead of them is a TypeError", (options) => {
    expect(() => otelListener(options as never)).toThrow("Expected `options` to be an object");
  });

  test("a meter that a polluted prototype brings is ignored", () => {
    Object.assign(Object.prototype, { meter: provider.getMeter("polluted") });
    try {
      expect(() => otelListener({} as never)).toThrow("Expected `meter`");
    } finally {
      Reflect.deleteProperty(Object.prototype, "meter");
    }
  });

  test("events of a kind that is not known yet are ignored", () => {
    const hear = listener() as (event: PoolEvent) => void;
    expect(() => hear({ type: "retry", pool: "p" } as never)).not.toThrow();
  });
});

describe("httppool.slot.limit", () => {
  test("is the number of slots of a pool, since it last changed; lanes' own are left out", async () => {
    const dial = new Dial(3);
    measured({ workers: dial, lanes: lanes({ workers: new Dial(1) }) });
    dial.turn(5);
    dial.turn(4);
    const hear = listener() as (event: PoolEvent) => void;
    hear({ type: "limit", pool: "hooks", lane: "a", workers: 77 });
    expect(await metric("httppool.slot.limit")).toMatchObject({ unit: "{slot}", type: DataPointType.GAUGE });
    expect(await sums("httppool.slot.limit")).toEqual([[{ "httppool.pool.name": "hooks" }, 4]]);
  });
});

describe("Prometheus", () => {
  test("can scrape it all", async () => {
    const prometheus = new PrometheusExporter({ preventServerStart: true });
    const scraped = new MeterProvider({ readers: [prometheus] });
    const server = createServer((incoming, outgoing) => prometheus.getMetricsRequestHandler(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { pool, handler } = measured({ listeners: [otelListener({ meter: scraped.getMeter("httppool") })] });
    pool.offer(() => request());
    pool.offer(() => request());
    handler.call(0).respond();
    const { port } = server.address() as AddressInfo;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(/^# TYPE http_client_request_duration histogram$/m);
    expect(text).toMatch(/^http_client_request_duration_count\{.*server_address="example.com".*\} 1$/m);
    expect(text).toMatch(/^httppool_task_submissions_total\{.*httppool_submission_result="queued".*\} 2$/m);
    expect(text).toMatch(/^# TYPE httppool_task_count gauge$/m);
    expect(text).toMatch(/^httppool_task_count\{.*httppool_task_state="running".*\} 1$/m);
    expect(text).toMatch(/^httppool_task_completions_total\{.*httppool_pool_name="hooks".*\} 1$/m);
    expect(text).toMatch(/^httppool_task_wait_time_count\{.*\} 2$/m);
    await pool.abort();
    await scraped.shutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
