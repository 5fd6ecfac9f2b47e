import { expect, test } from "vitest";
import { breakerHandler } from "../../src/breaker.ts";
import { HealthMonitor } from "../../src/health.ts";
import { kyHandler } from "../../src/index.ts";
import { lanes } from "../../src/lanes.ts";
import { Client, fetchHandler, requestTask } from "../../src/lean.ts";
import { retry } from "../../src/retry.ts";

/* Every number that any door takes. A time or a count that is none would be waited for, or counted to, for ever. */

const NONE = [Number.NaN, Number.NEGATIVE_INFINITY, "5", null, true, 5n];
const ENDLESS = [...NONE, Number.POSITIVE_INFINITY];
const BROKEN = [...ENDLESS, 1.5];

type Make = (value: never) => unknown;

const client = (options: object): Client => new Client({ handler: fetchHandler, ...options });
const inLanes = () => client({ lanes: lanes() }).start();
const limited = (limits: object): unknown =>
  client({ lanes: lanes({ limits: () => limits }) })
    .start()
    .offer(requestTask("data:,"));

const times: Readonly<Record<string, Make>> = {
  "period of a client": (period) => client({ period }),
  "timeout of a client": (timeout) => client({ timeout }),
  "drain.ms of a client": (ms) => client({ drain: { ms } }),
  "period of lanes": (period) => lanes({ period }),
  "maxHold of lanes": (maxHold) => lanes({ maxHold }),
  "period of a lane's limits": (period) => limited({ period }),
  "priority of a call": (priority) => inLanes().offer(requestTask("data:,"), { priority }),
  "priority of a map": (priority) => inLanes().map([], String, String, { priority }),
  "budget.ratio of retries": (ratio) => retry({ budget: { ratio } }),
  "budget.reserve of retries": (reserve) => retry({ budget: { reserve } }),
  "timeout of a breaker": (timeout) => breakerHandler({ timeout }),
  "window of a health monitor": (window) => new HealthMonitor({ window }),
  "timeout of ky": (timeout) => kyHandler({ timeout }),
  "totalTimeout of ky": (totalTimeout) => kyHandler({ totalTimeout }),
};

const counts: Readonly<Record<string, Make>> = {
  "workers of a client": (workers) => client({ workers }),
  "queueSize of a client": (queueSize) => client({ queueSize }),
  "drain.bytes of a client": (bytes) => client({ drain: { bytes } }),
  "workers of lanes": (workers) => lanes({ workers }),
  "queueSize of lanes": (queueSize) => lanes({ queueSize }),
  "workers of a lane's limits": (workers) => limited({ workers }),
  "queueSize of a lane's limits": (queueSize) => limited({ queueSize }),
  "limit of retries": (limit) => retry({ limit }),
  "statusCodes of retries": (status) => retry({ statusCodes: [status] }),
  "afterStatusCodes of retries": (status) => retry({ afterStatusCodes: [status] }),
  "threshold of a breaker": (threshold) => breakerHandler({ threshold }),
  "maxHosts of a breaker": (maxHosts) => breakerHandler({ maxHosts }),
  "retry of ky": (limit) => kyHandler({ retry: limit }),
  "retry.limit of ky": (limit) => kyHandler({ retry: { limit } }),
  "retry.statusCodes of ky": (status) => kyHandler({ retry: { statusCodes: [status] } }),
  "retry.afterStatusCodes of ky": (status) => kyHandler({ retry: { afterStatusCodes: [status] } }),
};

/** Where Infinity says that there is no limit, as with ky. */
const limits: Readonly<Record<string, Make>> = {
  "maxRetryAfter of retries": (maxRetryAfter) => retry({ maxRetryAfter }),
  "backoffLimit of retries": (backoffLimit) => retry({ backoffLimit }),
  "retry.maxRetryAfter of ky": (maxRetryAfter) => kyHandler({ retry: { maxRetryAfter } }),
  "retry.backoffLimit of ky": (backoffLimit) => kyHandler({ retry: { backoffLimit } }),
};

const all = [
  ...Object.entries(times).map(([name, make]) => [name, make, ENDLESS] as const),
  ...Object.entries(counts).map(([name, make]) => [name, make, BROKEN] as const),
  ...Object.entries(limits).map(([name, make]) => [name, make, NONE] as const),
];

test.each(all)("%s that is no such number throws a TypeError that names it", (name, make, values) => {
  const option = /^[\w.]*?(\w+) /.exec(name)?.[1];
  for (const value of values) {
    expect(() => make(value as never)).toThrow(TypeError);
    expect(() => make(value as never)).toThrow(new RegExp(`^Expected \`[\\w.()]*${option}(\\[0\\])?\` to be .+`));
  }
  expect(() => make(5 as never)).not.toThrow();
});
