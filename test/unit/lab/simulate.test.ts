import { describe, expect, test } from "vitest";
import {
  simulate,
  SimulatedServer,
  type SimulatedServerOptions,
  type SimulationOptions,
  VirtualClock,
} from "../../../src/lab.ts";
import { lanes } from "../../../src/lanes.ts";
import { Client, type LeanClientOptions } from "../../../src/lean.ts";
import { retry } from "../../../src/retry.ts";

type Behavior = Omit<SimulatedServerOptions, "clock">;
type Settings = Omit<LeanClientOptions, "handler" | "clock">;
type Rest = Omit<SimulationOptions, "client" | "server">;

function parts(behavior: Behavior, settings: Settings): Pick<SimulationOptions, "client" | "server"> {
  const clock = new VirtualClock();
  const server = new SimulatedServer({ clock, latency: 100, ...behavior });
  return { server, client: new Client({ handler: server.fetch, clock, ...settings }) };
}

const simulated = (behavior: Behavior, settings: Settings, rest: Rest): ReturnType<typeof simulate> =>
  simulate({ ...parts(behavior, settings), ...rest });

/** A bit of everything. */
function mixed(seed: number): ReturnType<typeof simulate> {
  const clock = new VirtualClock({ drift: { early: 0.1, late: 0.1, seed } });
  const server = new SimulatedServer({ clock, seed, latency: { median: 80 }, errors: 0.1, resets: 0.1 });
  const client = new Client({ handler: server.fetch, clock, workers: 3, period: 200 });
  return simulate({ client, server, load: { perSecond: 10 }, for: 30_000 });
}

const inTurn = (number: number): string => `https://${number % 2 === 0 ? "a" : "b"}.example/`;

const throwing = (): never => {
  // oxlint-disable-next-line typescript/only-throw-error -- it may be anything
  throw "no";
};

const failing = (): never => {
  throw new RangeError("no");
};

describe("simulate", () => {
  test("counts calls, answers and times of callers that take turns", async () => {
    const report = await simulated({}, { workers: 2 }, { load: { atOnce: 3 }, for: 1000 });
    expect(report).toEqual({
      calls: 21,
      answers: { 200: 21 },
      failures: {},
      refused: 0,
      unfinished: 0,
      ms: 1100,
      perSecond: 19.091,
      waits: { p50: 0, p95: 100, p99: 100, max: 100 },
      durations: { p50: 100, p95: 100, p99: 100, max: 100 },
      server: {
        arrivals: 21,
        atOnce: 0,
        mostAtOnce: 2,
        statuses: { 200: 21 },
        duringHold: 0,
        unreadBodies: 0,
        resets: 0,
        aborts: 0,
      },
    });
  });

  test("makes so many calls a second, whatever becomes of them", async () => {
    const { calls, waits, server } = await simulated({}, { workers: 1 }, { load: { perSecond: 20 }, for: 1000 });
    expect([calls, server.mostAtOnce, waits.max]).toEqual([20, 1, 19 * 50]);
  });

  test("makes calls at the times it is given, in order, as far as they are in its time", async () => {
    const [all, some] = await Promise.all([
      simulated({ latency: 1 }, {}, { load: { times: [70, 0, 50] } }),
      simulated({ latency: 1 }, {}, { load: { times: [70, 0, 50] }, for: 70 }),
    ]);
    expect([all.calls, all.ms, some.calls, some.ms]).toEqual([3, 71, 2, 51]);
  });

  test("makes calls from when the clock stands on", async () => {
    const options = parts({}, {});
    await (options.server.clock as VirtualClock).advance(5000);
    const { ms } = await simulate({ ...options, load: { times: [10] } });
    expect([ms, options.server.exchanges.map(({ at }) => at)]).toEqual([110, [5010]]);
  });

  test("asks for what it is told, with what options", async () => {
    const options = parts({}, { workers: 1, lanes: lanes() });
    await simulate({
      ...options,
      load: { times: [0, 0, 0] },
      request: (number) =>
        number === 2 ? new Request("https://b.example/", { method: "PUT" }) : `https://a.example/${number}`,
      options: (number) => ({ priority: number }),
    });
    const { exchanges } = options.server;
    expect(exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://a.example/1",
      "GET https://a.example/3",
      "PUT https://b.example/",
    ]);
  });

  test("knows the lane of what it asks for", async () => {
    const settings = { workers: 4, lanes: lanes({ workers: 1 }) };
    const { server } = await simulated({}, settings, { load: { times: [0, 0, 0, 0] }, request: inTurn });
    expect(server.mostAtOnce).toBe(2);
  });

  test("counts what callers got in the end, and what the server had of it", async () => {
    const behavior = { seed: 2, errors: 0.5, errorStatuses: [503] };
    const settings = { workers: 10, retry: retry({ limit: 10, budget: false, jitter: false }) };
    const { answers, calls, server, durations } = await simulated(behavior, settings, {
      load: { perSecond: 10 },
      for: 10_000,
    });
    expect([calls, answers]).toEqual([100, { 200: 100 }]);
    expect(server.statuses[503]).toBeGreaterThan(50);
    expect(server.arrivals).toBe(100 + (server.statuses[503] ?? 0));
    expect(durations.p50).toBeGreaterThanOrEqual(100);
  });

  test("tells what was sent while the server had asked for quiet: nothing, where lanes heed it", async () => {
    const behavior = { rateLimit: { requests: 5, per: 1000 } };
    const rest = { load: { perSecond: 20 }, for: 5000 };
    const heedless = await simulated(behavior, { workers: 4 }, rest);
    const heeding = await simulated(behavior, { workers: 4, lanes: lanes() }, rest);
    expect(heedless.server.duringHold).toBeGreaterThan(50);
    expect(heeding.server.duringHold).toBe(0);
  });

  test("counts failures by the names of their errors", async () => {
    const { failures, answers } = await simulated({ resets: 1 }, {}, { load: { atOnce: 2 }, for: 1000 });
    expect([failures, answers]).toEqual([{ TypeError: 20 }, {}]);
    expect((await simulated({}, {}, { load: { times: [0] }, request: throwing })).failures).toEqual({ string: 1 });
  });

  test("lets time go on where callers fail at once", async () => {
    const { calls, failures } = await simulated(
      { latency: 0 },
      {},
      { load: { atOnce: 1 }, for: 50, consumer: failing },
    );
    expect([calls, failures]).toEqual([50, { RangeError: 50 }]);
  });

  test("offers, where it is told to: a full pool refuses", async () => {
    const { calls, refused, answers, waits } = await simulated(
      {},
      { workers: 1, queueSize: 1 },
      { load: { times: [0, 0, 0, 0] }, offer: true },
    );
    expect([calls, refused, answers, waits.max]).toEqual([4, 2, { 200: 2 }, 100]);
    const broken = await simulated({ resets: 1 }, {}, { load: { times: [0] }, offer: true });
    expect(broken.failures).toEqual({ TypeError: 1 });
  });

  test("waits for what is late, and aborts what will never end", async () => {
    const behavior = { outages: [{ from: 50, until: 60, how: "hangs" as const }] };
    const options = parts(behavior, {});
    const report = await simulate({ ...options, load: { times: [0, 55, 70] } });
    expect([report.calls, report.answers, report.unfinished, report.failures]).toEqual([
      3,
      { 200: 2 },
      1,
      { AbortError: 1 },
    ]);
    expect(report.server.atOnce).toBe(0);
  });

  test("makes no more calls when nothing more will happen", async () => {
    const behavior = { outages: [{ from: 150, until: Infinity, how: "hangs" as const }] };
    const { server, client } = parts(behavior, {});
    const report = await simulate({ server, client, load: { atOnce: 5 }, for: 60_000 });
    expect([report.calls, report.answers, report.unfinished, report.failures]).toEqual([
      15,
      { 200: 10 },
      5,
      { AbortError: 5 },
    ]);
    expect((server.clock as VirtualClock).timers).toBe(0);
  });

  test("waits no longer than it is told", async () => {
    const slow = await simulated({ latency: 10_000 }, {}, { load: { times: [0] }, most: 9000 });
    const patient = await simulated({ latency: 10_000 }, {}, { load: { times: [0] }, most: 10_000 });
    expect([slow.unfinished, patient.unfinished]).toEqual([1, 0]);
  });

  test("reads bodies to the end, or what its consumer does", async () => {
    const body = { content: 100_000, speed: 1000 };
    const read = await simulated({ body }, {}, { load: { times: [0] } });
    const unread = await simulated({ body }, { drain: { bytes: 0 } }, { load: { times: [0] }, consumer: () => 1 });
    expect([read.server.unreadBodies, unread.server.unreadBodies]).toEqual([0, 1]);
    expect([read.ms, unread.ms]).toEqual([200, 100]);
  });

  test("gives the same report for the same seed, with a clock that strays too", async () => {
    expect(await mixed(1)).toEqual(await mixed(1));
    expect(await mixed(1)).not.toEqual(await mixed(2));
  });
});

describe("options of a wrong type", () => {
  const good = { load: { atOnce: 1 }, for: 100 };

  test.each([
    [{ client: {} }, "Expected `client` to be an object with the method start"],
    [{ server: { fetch } }, "Expected `server` to be a SimulatedServer on a VirtualClock"],
    [{ load: 4 }, "Expected `load` to be { atOnce }, { perSecond } or { times }, got 4 (number)"],
    [{ load: {} }, "Expected `load.atOnce` to be a whole number that is 1 or more"],
    [{ load: { perSecond: 0 } }, "Expected `load.perSecond` to be a number that is more than 0"],
    [{ load: { perSecond: Infinity } }, "Expected `load.perSecond` to be a number that is more than 0"],
    [{ load: { times: [-1] } }, "Expected `load.times[0]` to be a number of ms that is 0 or more"],
    [{ for: undefined }, "Expected `for` to be a number of ms that is 0 or more, got undefined"],
    [{ request: 4 }, "Expected `request` to be a URL or a function"],
    [{ options: {} }, "Expected `options` to be a function"],
    [{ consumer: {} }, "Expected `consumer` to be a function"],
    [{ offer: 1 }, "Expected `offer` to be a boolean"],
    [{ most: -1 }, "Expected `most` to be a number of ms that is 0 or more"],
  ])("%j is refused", async (options, message) => {
    const simulating = simulate({ ...parts({}, {}), ...good, ...options } as never);
    await expect(simulating).rejects.toThrow(TypeError);
    await expect(simulating).rejects.toThrow(message);
  });
});
