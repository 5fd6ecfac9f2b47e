import { same } from "./assert.ts";
import { type Case, type Context, promise } from "./case.ts";

/** A bit of all that servers do, in each of which a runtime's own arithmetic, streams or turns could show. */
async function simulated({ lab, pool, lanes, retry }: Context, read: (response: Response) => unknown): Promise<object> {
  const clock = new lab.VirtualClock({ drift: { early: 0.1, late: 0.1, seed: 7 } });
  const server = new lab.SimulatedServer({
    clock,
    seed: 42,
    latency: { median: 80, shape: "log-normal" },
    body: [0, "{}", 100_000, { content: 40_000, speed: 512 }],
    capacity: { atOnce: 4 },
    errors: 0.05,
    resets: 0.02,
    brokenBodies: 0.02,
    outages: [{ from: 20_000, until: 22_000 }],
    routes: {
      "/limited": { rateLimit: { requests: 4, per: 1000 }, latency: { median: 50, shape: "normal" } },
      "b.test": { latency: { median: 120, shape: "long-tailed" }, capacity: { atOnce: 2, beyond: "slow" } },
    },
  });
  const urls = ["https://a.test/", "https://a.test/limited", "https://b.test/"];
  const options = {
    handler: server.fetch,
    clock,
    workers: 6,
    lanes: lanes({ workers: 3 }),
    retry: retry({ jitter: false }),
  };
  return lab.simulate({
    client: { start: () => pool(options) },
    server,
    load: { perSecond: 20 },
    for: 40_000,
    request: (number) => urls[number % urls.length] ?? "",
    consumer: read,
  });
}

/** The same in every runtime. */
const REPORT = {
  calls: 800,
  answers: { "200": 611, "500": 1 },
  failures: { TypeError: 188 },
  refused: 0,
  unfinished: 0,
  ms: 59663.813,
  perSecond: 10.241,
  waits: { p50: 2564, p95: 15355.25, p99: 18749.5, max: 19751.688 },
  durations: { p50: 92.875, p95: 931.375, p99: 1315.625, max: 2378 },
  server: {
    arrivals: 913,
    atOnce: 0,
    mostAtOnce: 6,
    duringHold: 0,
    resets: 255,
    aborts: 0,
    statuses: { "200": 620, "429": 11, "500": 20, "503": 16 },
    unreadBodies: 0,
  },
};

async function readByHand({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  for (let done = reader === undefined; !done;) ({ done = true } = (await reader?.read()) ?? {});
}

/** Virtual time, and servers that live in it. */
export const inTheLab: readonly Case[] = [
  promise("a simulation gives the same report in every runtime", async (context) => {
    same(await simulated(context, readByHand), REPORT, "the report");
  }),

  promise("a simulation gives the same report when the platform reads the bodies", async (context) => {
    same(await simulated(context, (response) => response.text()), REPORT, "the report");
  }),
];
