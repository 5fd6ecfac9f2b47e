import { expect, isArray, isBoolean, isObject, optional, own } from "../lib/checks.ts";
import type { Capacity } from "./capacity.ts";
import { bodyOf, type Made } from "./content.ts";
import {
  CHANCE,
  COUNT,
  expectObject,
  expectTime,
  isChance,
  isCount,
  isPositive,
  isStatus,
  isTime,
  oneOf,
  STATUS,
  TIME,
} from "./lab-checks.ts";
import { type Draw, latencyOf } from "./latency.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { Outage, ServerBehavior } from "./server-options.ts";

/** What a server does to a request, every option checked and there. */
export interface Behavior {
  readonly latency: Draw;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (random: () => number, request: () => Request) => Made;
  readonly capacity: Capacity | undefined;
  readonly rateLimit: RateLimit | undefined;
  readonly errors: number;
  readonly errorStatuses: readonly number[];
  readonly resets: number;
  readonly brokenBodies: number;
  readonly outages: readonly Outage[];
}

/** Each option that is given, checked. What is not given is not there, so that what is common stands. */
export function behaviorOf(options: ServerBehavior, name = ""): Partial<Behavior> {
  const given = own(options);
  const made: Partial<Record<keyof Behavior, unknown>> = {};
  const take = <Key extends keyof Behavior>(
    key: Key,
    of: (value: NonNullable<ServerBehavior[Key]>, name: string) => Behavior[Key],
  ): void => {
    const value = given[key];
    if (value !== undefined) made[key] = of(value, name + key);
  };
  take("latency", latencyOf);
  take("status", (value, key) => expect(value, key, STATUS, isStatus));
  // By one spelling, so that they take the place of those that an answer has anyway.
  take("headers", (value, key) => {
    expect(value, key, "an object", isObject);
    return Object.fromEntries(new Headers(value));
  });
  take("body", bodyOf);
  take("capacity", capacityOf);
  take("rateLimit", rateLimitOf);
  take("errors", share);
  take("errorStatuses", (value, key) => {
    const statuses = expect(value, key, "a list of statuses", isArray);
    if (statuses.length === 0) throw new TypeError(`Expected \`${key}\` to have a status at least, got an empty list`);
    return statuses.map((status, index) => expect(status, `${key}[${index}]`, STATUS, isStatus));
  });
  take("resets", share);
  take("brokenBodies", share);
  take("outages", (value, key) =>
    expect(value, key, "a list of outages", isArray).map((outage, index) =>
      outageOf(outage as Outage, `${key}[${index}]`),
    ),
  );
  return made as Partial<Behavior>;
}

const share = (value: number, name: string): number => expect(value, name, CHANCE, isChance);

/** What a server does unless told otherwise. */
export const DEFAULTS: Behavior = {
  latency: () => 50,
  status: 200,
  headers: {},
  // JSON too.
  body: bodyOf("{}", "body"),
  capacity: undefined,
  rateLimit: undefined,
  errors: 0,
  errorStatuses: [500, 503],
  resets: 0,
  brokenBodies: 0,
  outages: [],
};

function capacityOf(capacity: Capacity, name: string): Capacity {
  const { atOnce, beyond, retryAfter } = expectObject(capacity, name, "an object with atOnce");
  return {
    atOnce: expect(atOnce, `${name}.atOnce`, COUNT, isCount),
    beyond: oneOf(beyond, `${name}.beyond`, ["wait", "slow", 429, 503]),
    retryAfter: optional(retryAfter, `${name}.retryAfter`, TIME, isTime),
  };
}

function rateLimitOf(limit: RateLimit, name: string): RateLimit {
  const given = expectObject(limit, name, "an object with requests and per");
  return {
    requests: expect(given.requests, `${name}.requests`, COUNT, isCount),
    per: expect(given.per, `${name}.per`, "a number of ms that is more than 0", isPositive),
    kind: oneOf(given.kind, `${name}.kind`, ["token bucket", "fixed window", "sliding window"]),
    burst: optional(given.burst, `${name}.burst`, COUNT, isCount),
    lockout: optional(given.lockout, `${name}.lockout`, TIME, isTime),
    fields: optional(given.fields, `${name}.fields`, "a boolean", isBoolean),
  };
}

function outageOf(outage: Outage, name: string): Outage {
  const { from, until, how } = expectObject(outage, name, "an object with from and until");
  return {
    from: expectTime(from, `${name}.from`),
    until: until === Infinity ? until : expectTime(until, `${name}.until`),
    how: isStatus(how) ? how : oneOf(how, `${name}.how`, ["refuses", "hangs"]),
  };
}
