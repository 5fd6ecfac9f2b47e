import type { Attributes, Counter, Gauge, Histogram, Meter, MetricOptions, UpDownCounter } from "@opentelemetry/api";
import type { FinishEvent, Listener, PoolEvent, RetryEvent } from "../api/events.ts";
import { isCircuitOpenError, isDispatcherClosedError } from "../api/errors.ts";
import { expect, hasMethods, isObject } from "../lib/checks.ts";

/** What {@link otelListener} needs. */
export interface OtelListenerOptions {
  /** Makes the instruments, as `metrics.getMeter("httppool")` of `@opentelemetry/api` gives it. */
  readonly meter: Meter;
}

/** What the semantic conventions advise for the durations of requests, in seconds. */
const REQUEST_BOUNDARIES: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** The same, and longer ones, since a task may wait in the queue for minutes. */
const TASK_BOUNDARIES: readonly number[] = [...REQUEST_BOUNDARIES, 30, 60, 120, 300];

/** The methods that the semantic conventions know. */
const METHODS: ReadonlySet<string> = new Set("CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE".split(" "));

/** What an error looks like that names its kind, and no more than its kind. */
const KIND = /^[A-Za-z][\w.]{0,63}$/u;

/** How many kinds of errors are told apart. */
const MAX_KINDS = 100;

/** What the semantic conventions call all the others. */
const OTHER = "_OTHER";

/** The names that pools without one of their own have: each is another. */
const GENERATED = /^httppool-\d+$/u;

/**
 * Measures a pool with OpenTelemetry, by its semantic conventions for HTTP clients as of 1.45.
 *
 * | instrument | unit | kind | attributes |
 * |---|---|---|---|
 * | `http.client.request.duration` | `s` | histogram | `http.request.method`, `server.address`, `server.port`, `http.response.status_code`, `error.type`, `http.request.resend_count` |
 * | `httppool.task.submissions` | `{task}` | counter | `httppool.submission.result`: `queued`, `full`, `closed`, `aborted` |
 * | `httppool.task.count` | `{task}` | up-down counter | `httppool.task.state`: `waiting`, `running` |
 * | `httppool.task.completions` | `{task}` | counter | `error.type` |
 * | `httppool.slot.limit` | `{slot}` | gauge, where the number of slots changes; lanes' own are left out | |
 * | `httppool.task.wait_time` | `s` | histogram | |
 * | `httppool.task.time_to_headers` | `s` | histogram | `http.response.status_code` |
 *
 * The duration of a request is from the start of its task to the end of its consumer, which is when the response has been
 * read as far as anybody wants it, or to the error; for `pool.fetch` with `hold: "headers"` to the headers. As the
 * conventions demand, the clean-up of what nobody has read is left out. So are requests that were never sent: what was
 * aborted before it was given to the handler, and what a breaker refused.
 *
 * Each attempt at a task is a request of its own; from the second on it has `http.request.resend_count`, counted from 1.
 *
 * Those of `httppool` carry `httppool.pool.name` too, when the pool was given a name. Nothing of a path, a query, a
 * header or a message is measured: `error.type` is the status from 400 on, or the error's `code`, its cause's `code` or its
 * `name`, of at most 100 kinds.
 *
 * @throws {TypeError} `meter` is no OpenTelemetry meter.
 *
 * @example
 * ```ts
 * import { metrics } from "@opentelemetry/api";
 * const pool = new Client({ listeners: [otelListener({ meter: metrics.getMeter("httppool") })] }).start();
 * ```
 */
export function otelListener(options: OtelListenerOptions): Listener {
  expect(options, "options", "an object", isObject);
  const meter = expect(
    Object.hasOwn(options, "meter") ? options.meter : undefined,
    "meter",
    "an OpenTelemetry meter",
    isMeter,
  );
  const instruments = instrumentsOf(meter);
  const kinds = new Set<string>();
  const measure = (event: FinishEvent | RetryEvent, failure: Attributes): void => {
    const request = requestOf(event);
    if (request === undefined || isUnsent(event)) return;
    const resent = event.attempt > 1 && { "http.request.resend_count": event.attempt - 1 };
    const ms = event.durationMs - (event.cleanupMs ?? 0);
    instruments.duration.record(ms / 1000, { ...request, ...resent, ...failure });
  };
  return (event: PoolEvent): void => {
    const pool = GENERATED.test(event.pool) ? {} : { "httppool.pool.name": event.pool };
    const { submissions, count, completions, waitTime, timeToHeaders } = instruments;
    const waiting = { ...pool, "httppool.task.state": "waiting" };
    const running = { ...pool, "httppool.task.state": "running" };
    switch (event.type) {
      case "queue":
        submissions.add(1, { ...pool, "httppool.submission.result": "queued" });
        count.add(1, waiting);
        break;
      case "reject":
        submissions.add(1, { ...pool, "httppool.submission.result": event.reason });
        break;
      case "start":
        count.add(-1, waiting);
        count.add(1, running);
        waitTime.record(event.waitedMs / 1000, pool);
        break;
      case "headers":
        timeToHeaders.record(event.ttfbMs / 1000, { ...pool, "http.response.status_code": event.status });
        break;
      case "retry":
        count.add(-1, running);
        count.add(1, waiting);
        measure(event, event.status === undefined ? { "error.type": kindOf(event.error, kinds) } : {});
        break;
      case "finish": {
        const failure = event.ok ? {} : { "error.type": kindOf(event.error, kinds) };
        completions.add(1, { ...pool, ...failure });
        // A task without a slot was dropped while it waited.
        count.add(-1, event.slot === undefined ? waiting : running);
        measure(event, failure);
        break;
      }
      case "limit":
        // Lanes may be without end.
        if (event.lane === undefined) instruments.limit.record(event.workers, pool);
        break;
      default:
    }
  };
}

interface Instruments {
  readonly duration: Histogram;
  readonly submissions: Counter;
  readonly count: UpDownCounter;
  readonly completions: Counter;
  readonly limit: Gauge;
  readonly waitTime: Histogram;
  readonly timeToHeaders: Histogram;
}

function instrumentsOf(meter: Meter): Instruments {
  const histogram = (name: string, description: string, boundaries: readonly number[]): Histogram =>
    meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: [...boundaries] } });
  return {
    duration: histogram("http.client.request.duration", "Duration of HTTP client requests.", REQUEST_BOUNDARIES),
    submissions: meter.createCounter("httppool.task.submissions", tasks("Tasks brought to the pool, by what it said.")),
    count: meter.createUpDownCounter("httppool.task.count", tasks("Tasks that wait or run now.")),
    completions: meter.createCounter("httppool.task.completions", tasks("Tasks that have finished.")),
    limit: meter.createGauge("httppool.slot.limit", { description: "Slots there are now.", unit: "{slot}" }),
    waitTime: histogram("httppool.task.wait_time", "From acceptance to start.", TASK_BOUNDARIES),
    timeToHeaders: histogram("httppool.task.time_to_headers", "From start to the response's headers.", TASK_BOUNDARIES),
  };
}

const tasks = (description: string): MetricOptions => ({ description, unit: "{task}" });

/** Whether the handler has refused to send: a breaker, or another pool that is closed. */
function isUnsent({ status, error }: { readonly status?: number; readonly error?: unknown }): boolean {
  return status === undefined && (isCircuitOpenError(error) || isDispatcherClosedError(error));
}

/** The attributes of an HTTP request. undefined: there was none. */
function requestOf({ method, origin, status }: FinishEvent | RetryEvent): Attributes | undefined {
  // What is no URL has the origin "null". `URL.parse()` is younger than the rest of what a browser has to have.
  const url = origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined;
  if (method === undefined || url === undefined || !PORTS.has(url.protocol)) return undefined;
  return {
    "http.request.method": METHODS.has(method) ? method : OTHER,
    "server.address": url.hostname.replace(/^\[|\]$/gu, ""),
    "server.port": url.port === "" ? PORTS.get(url.protocol) : Number(url.port),
    ...(status !== undefined && { "http.response.status_code": status }),
    ...(status !== undefined && status >= 400 && { "error.type": String(status) }),
  };
}

/** What kind of error it is, from what no user can make up without end. */
function kindOf(error: unknown, kinds: Set<string>): string {
  const kind = [field(error, "code"), field(field(error, "cause"), "code"), field(error, "name")].find(
    (name): name is string => typeof name === "string" && KIND.test(name),
  );
  if (kind === undefined || (kinds.size >= MAX_KINDS && !kinds.has(kind))) return OTHER;
  kinds.add(kind);
  return kind;
}

/** A property of anything: errors are whatever somebody threw. */
function field(value: unknown, name: string): unknown {
  try {
    return isObject(value) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  } catch {
    return undefined;
  }
}

const PORTS: ReadonlyMap<string, number> = new Map([
  ["http:", 80],
  ["https:", 443],
]);

const isMeter = (value: unknown): value is Meter =>
  hasMethods(value, "createCounter", "createGauge", "createHistogram", "createUpDownCounter");
