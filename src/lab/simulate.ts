import {
  expect,
  hasMethods,
  isArray,
  isBoolean,
  isFunction,
  isObject,
  isString,
  optional,
  own,
  property,
} from "../lib/checks.ts";
import type { Pool } from "../api/pool.ts";
import { Callers, type Manners } from "./callers.ts";
import { COUNT, expectObject, expectTime, isCount, isPositive, isTime, TIME } from "./lab-checks.ts";
import type { SimulatedServer } from "./simulated-server.ts";
import type { Load, SimulationOptions } from "./simulation-options.ts";
import type { SimulationReport } from "./simulation-report.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const LOAD = "{ atOnce }, { perSecond } or { times }";
/** Waits for so long for what is not over: an hour. */
const MOST = 3_600_000;
/** How far it goes on at a time while it waits for that, in ms. */
const STEP = 1000;

/**
 * Starts a pool, puts a load on it, lets the time go by that this takes, closes the pool, and tells what came of it. An hour
 * is over in a moment.
 *
 * @throws {TypeError} An option is of a wrong type, or the server's clock is no {@link VirtualClock}.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const server = new SimulatedServer({ clock, rateLimit: { requests: 4, per: 1000 } });
 * const client = new Client({ handler: server.fetch, clock, workers: 2, period: 500 });
 * const report = await simulate({ client, server, load: { atOnce: 20 }, for: 60_000 });
 * assert.equal(report.answers[429], undefined);
 * ```
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { client, server, load, most, ...given } = own(options);
  expect(client, "client", "an object with the method start", isClient);
  const { clock } = expect(server, "server", "a SimulatedServer on a VirtualClock", isServer);
  const manners = mannersOf(given);
  const waitFor = optional(most, "most", TIME, isTime) ?? MOST;
  const { end, call } = loadOf(load, given.for);
  const pool = client.start();
  const callers = new Callers(pool, clock, manners);
  call(callers);
  await finish(callers, clock, end + waitFor);
  const { unfinished } = callers;
  callers.stop();
  void (unfinished > 0 ? pool.abort() : pool.close());
  // Bodies that don't let themselves be cancelled are given up for lost after a while.
  await finish(callers, clock, STEP);
  return callers.report(unfinished, server.counts);
}

/** Lets the time go by until all calls are over, as long as something will still happen. */
async function finish(callers: Callers, clock: VirtualClock, most: number): Promise<void> {
  const end = clock.now() + most;
  await clock.settle();
  for (let { next } = clock; callers.isBusy && next !== undefined && next <= end; { next } = clock) {
    await clock.advance(Math.max(next - clock.now(), Math.min(STEP, end - clock.now())));
  }
}

const isClient = (value: unknown): value is { start(): Pool } => hasMethods(value, "start");

/** By shape, so that those of another copy of this package count. */
const isServer = (value: unknown): value is SimulatedServer & { readonly clock: VirtualClock } =>
  hasMethods(value, "fetch", "change") && hasMethods(property(value, "clock"), "advance", "settle");

type Target = NonNullable<SimulationOptions["request"]>;

const isTarget = (value: unknown): value is Target => isString(value) || isFunction(value) || value instanceof URL;

function mannersOf(given: Omit<SimulationOptions, "client" | "server" | "load">): Manners {
  const { request = "https://server.test/", options, consumer, offer } = given;
  const target = expect(request, "request", "a URL or a function", isTarget);
  optional(options, "options", "a function", isFunction);
  optional(consumer, "consumer", "a function", isFunction);
  return {
    offers: optional(offer, "offer", "a boolean", isBoolean) ?? false,
    consumer: consumer ?? readToEnd,
    request: isFunction(target) ? target : () => target,
    options: options ?? (() => undefined),
  };
}

async function readToEnd({ body }: Response): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  while (!(await reader.read()).done);
}

/** When the calls of a load end, in ms from its start, and what makes them. */
interface Calls {
  readonly end: number;
  call(callers: Callers): void;
}

function loadOf(load: Load, duration: number | undefined): Calls {
  expect(load, "load", LOAD, isObject);
  if ("times" in load) {
    const most = duration === undefined ? Infinity : expectTime(duration, "for");
    const times = expect(load.times, "load.times", "a list of times", isArray)
      .map((time, index) => expectTime(time, `load.times[${index}]`))
      .filter((time) => time < most)
      .toSorted((a, b) => a - b);
    return { end: times.at(-1) ?? 0, call: (callers) => callers.callAt(times) };
  }
  const end = expectTime(duration, "for");
  if ("perSecond" in load) {
    const perSecond = expect(load.perSecond, "load.perSecond", "a number that is more than 0", isPositive);
    return { end, call: (callers) => callers.callAt(evenly(1000 / perSecond, end)) };
  }
  const atOnce = expect(expectObject(load, "load", LOAD).atOnce, "load.atOnce", COUNT, isCount);
  return { end, call: (callers) => callers.callInTurn(atOnce, end) };
}

/** Times that are evenly apart, from 0 to the end, itself not included. */
function* evenly(apart: number, end: number): Generator<number> {
  for (let number = 0; number * apart < end; number++) yield number * apart;
}
