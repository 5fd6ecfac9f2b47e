import { describe, expect, test, vi } from "vitest";
import { type Exchange, SimulatedServer, type SimulatedServerOptions, VirtualClock } from "../../../src/lab.ts";

type Options = Omit<SimulatedServerOptions, "clock">;

interface Outcome {
  readonly at: number;
  readonly status?: number;
  readonly text?: string;
  readonly error?: unknown;
  readonly retryAfter?: string | null;
}

/** A server on a clock, and what those get who ask it. */
class Stand {
  readonly clock = new VirtualClock();
  readonly server: SimulatedServer;
  readonly outcomes: Outcome[] = [];

  constructor(options: Options = {}) {
    this.server = new SimulatedServer({ clock: this.clock, latency: 100, ...options });
  }

  ask(path = "/", signal?: AbortSignal): void {
    const url = path.startsWith("/") ? `https://a.example${path}` : path;
    void this.#outcome(url, signal).then((outcome) => this.outcomes.push(outcome));
  }

  async asked(paths: readonly string[]): Promise<Outcome[]> {
    for (const path of paths) this.ask(path);
    await this.clock.runUntilIdle();
    return this.outcomes;
  }

  get statuses(): (number | undefined)[] {
    return this.outcomes.map(({ status }) => status);
  }

  async #outcome(url: string, signal: AbortSignal | undefined): Promise<Outcome> {
    try {
      const response = await this.server.fetch(new Request(url), { signal });
      const { status } = response;
      const retryAfter = response.headers.get("retry-after");
      const text = await response.text();
      return { at: this.clock.now(), status, text, retryAfter };
    } catch (error) {
      return { at: this.clock.now(), error };
    }
  }
}

/** So many requests, at once. */
const many = (count: number, path = "/"): string[] => Array.from({ length: count }, () => path);

describe("a simulated server", () => {
  test("answers after its latency, with its status, headers and body", async () => {
    const { clock, server } = new Stand({ status: 201, headers: { "x-a": "1" }, body: "hello" });
    const answering = server.fetch("https://a.example/x", { method: "POST" });
    await clock.advance(100);
    const response = await answering;
    const { status, headers } = response;
    expect([status, headers.get("x-a"), headers.get("content-length"), await response.text()]).toEqual([
      201,
      "1",
      "5",
      "hello",
    ]);
    expect(server.exchanges).toMatchObject([
      { number: 1, method: "POST", url: "https://a.example/x", at: 0, headersAt: 100, endedAt: 100, end: "complete" },
    ]);
  });

  test("has its own headers in the place of others, however they are spelt", async () => {
    const { clock, server } = new Stand({
      headers: { "Content-Type": "application/json", "Content-Length": "7" },
      rateLimit: { requests: 1, per: 1000 },
    });
    const answering = server.fetch("https://a.example/");
    await clock.advance(100);
    const { headers } = await answering;
    expect([headers.get("content-type"), headers.get("content-length")]).toEqual(["application/json", "7"]);
    server.change({ headers: new Headers({ RateLimit: "none", "x-a": "1" }) as never });
    const next = server.fetch("https://b.example/");
    await clock.advance(100);
    expect([(await next).headers.get("ratelimit"), (await next).headers.get("x-a")]).toEqual([
      '"default";r=0;t=1',
      "1",
    ]);
  });

  test("is asked by strings, URLs and requests, unbound", async () => {
    const { clock, server } = new Stand({ body: 0 });
    const { fetch } = server;
    void fetch("https://a.example/1");
    void fetch(new URL("https://a.example/2"));
    void fetch(new Request("https://a.example/3", { method: "PUT" }));
    await clock.runUntilIdle();
    expect(server.exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://a.example/1",
      "GET https://a.example/2",
      "PUT https://a.example/3",
    ]);
    expect(server.counts).toEqual({
      arrivals: 3,
      atOnce: 0,
      mostAtOnce: 3,
      statuses: { 200: 3 },
      duringHold: 0,
      unreadBodies: 0,
      resets: 0,
      aborts: 0,
    });
  });

  test("obeys a signal as fetch does: before, while it waits for headers, while the body comes", async () => {
    const stand = new Stand({ body: { content: 1000, speed: 1 } });
    stand.ask("/1", AbortSignal.abort("before"));
    const early = new AbortController();
    const late = new AbortController();
    stand.ask("/2", early.signal);
    stand.ask("/3", late.signal);
    await stand.clock.advance(50);
    early.abort("early");
    await stand.clock.advance(60);
    late.abort("late");
    await stand.clock.runUntilIdle();
    expect(stand.outcomes).toEqual([
      { at: 0, error: "before" },
      { at: 50, error: "early" },
      { at: 110, error: "late" },
    ]);
    expect(stand.server.exchanges.map(({ end, endedAt }) => [end, endedAt])).toEqual([
      ["aborted", 50],
      ["aborted", 110],
    ]);
    expect(stand.server.counts).toMatchObject({ arrivals: 2, atOnce: 0, aborts: 2, unreadBodies: 1 });
  });

  test("tells who watches of arrivals, headers and ends", async () => {
    const told: string[] = [];
    const onExchange = ({ number, status }: Exchange, stage: string): void => {
      told.push(`${number} ${stage} ${status}`);
    };
    await new Stand({ onExchange }).asked(["/1"]);
    expect(told).toEqual(["1 arrival undefined", "1 headers 200", "1 end 200"]);
  });

  test("keeps as many exchanges as it is told, and counts all", async () => {
    const stand = new Stand({ keep: 2 });
    await stand.asked(many(5));
    expect(stand.server.exchanges.map(({ number }) => number)).toEqual([4, 5]);
    expect(stand.server.counts.arrivals).toBe(5);
    const none = new Stand({ keep: 0 });
    await none.asked(many(5));
    expect(none.server.exchanges).toEqual([]);
  });
});

describe("capacity", () => {
  test("lets those wait who are beyond, in order", async () => {
    const stand = new Stand({ capacity: { atOnce: 2 } });
    const outcomes = await stand.asked(many(5));
    expect(outcomes.map(({ at }) => at)).toEqual([100, 100, 200, 200, 300]);
  });

  test("gives the place of one who has left to the next", async () => {
    const stand = new Stand({ capacity: { atOnce: 1 } });
    const [running, waiting] = [new AbortController(), new AbortController()];
    stand.ask("/1", running.signal);
    stand.ask("/2", waiting.signal);
    stand.ask("/3");
    await stand.clock.advance(10);
    waiting.abort("waiting");
    await stand.clock.advance(10);
    running.abort("running");
    await stand.clock.runUntilIdle();
    expect(stand.outcomes.map(({ at, error, status }) => [at, error ?? status])).toEqual([
      [10, "waiting"],
      [20, "running"],
      [120, 200],
    ]);
  });

  test("slows all down who are beyond, in equal parts", async () => {
    const stand = new Stand({ capacity: { atOnce: 2, beyond: "slow" } });
    // Four of 100 ms each at a pace of a half; one that comes at 100, when each has had 50, at two fifths.
    for (const path of many(4)) stand.ask(path);
    await stand.clock.advance(100);
    stand.ask("/late");
    await stand.clock.runUntilIdle();
    // 50 / 0.4 = 125 ms more for the four; the last has had 50 then, and the rest alone.
    expect(stand.outcomes.map(({ at }) => at)).toEqual([225, 225, 225, 225, 275]);
  });

  test.each([429, 503] as const)("refuses with %i who is beyond, soon", async (beyond) => {
    const stand = new Stand({ capacity: { atOnce: 1, beyond, retryAfter: 1500 } });
    const outcomes = await stand.asked(many(2));
    expect(outcomes).toMatchObject([
      { at: 10, status: beyond, retryAfter: "2" },
      { at: 100, status: 200, retryAfter: null },
    ]);
  });

  test("can be changed while it is in use: what waits is served by the new one", async () => {
    const stand = new Stand({ capacity: { atOnce: 1 } });
    for (const path of many(4)) stand.ask(path);
    await stand.clock.advance(50);
    stand.server.change({ capacity: { atOnce: 3 } });
    await stand.clock.runUntilIdle();
    expect(stand.outcomes.map(({ at }) => at)).toEqual([100, 150, 150, 200]);
  });
});

describe("a capacity of another kind", () => {
  test.each([
    ["wait", "slow", [100, 150, 150, 150]],
    ["slow", "wait", [137.5, 137.5, 137.5, 137.5]],
  ] as const)("serves what came before the change too, from %s to %s", async (before, after, ends) => {
    const stand = new Stand({ capacity: { atOnce: 1, beyond: before } });
    for (const path of many(4)) stand.ask(path);
    await stand.clock.advance(50);
    stand.server.change({ capacity: { atOnce: 10, beyond: after } });
    await stand.clock.runUntilIdle();
    expect(stand.outcomes.map(({ at }) => at)).toEqual(ends);
  });
});

describe("a rate limit", () => {
  test("of a token bucket takes a burst, then one by one", async () => {
    const stand = new Stand({ rateLimit: { requests: 4, per: 1000 } });
    for (let turn = 0; turn < 3; turn++) {
      for (const path of many(5)) stand.ask(path);
      await stand.clock.advance(250);
    }
    expect(stand.server.exchanges.map(({ status }) => status)).toEqual([
      200,
      200,
      200,
      200,
      429, // five at once
      200,
      429,
      429,
      429,
      429, // 250 ms later
      200,
      429,
      429,
      429,
      429,
    ]);
  });

  test("of a fixed window counts anew in each", async () => {
    const stand = new Stand({ rateLimit: { requests: 2, per: 1000, kind: "fixed window" } });
    await stand.clock.advance(900);
    for (const path of many(3)) stand.ask(path);
    await stand.clock.advance(100);
    for (const path of many(3)) stand.ask(path);
    await stand.clock.runUntilIdle();
    expect(stand.server.exchanges.map(({ status }) => status)).toEqual([200, 200, 429, 200, 200, 429]);
  });

  test("of a sliding window looks back from each request", async () => {
    const stand = new Stand({ rateLimit: { requests: 2, per: 1000, kind: "sliding window" } });
    stand.ask();
    await stand.clock.advance(900);
    stand.ask();
    await stand.clock.advance(100);
    stand.ask();
    stand.ask();
    await stand.clock.advance(900);
    stand.ask();
    await stand.clock.runUntilIdle();
    expect(stand.server.exchanges.map(({ status }) => status)).toEqual([200, 200, 200, 429, 200]);
  });

  test("is told by Retry-After and the RateLimit fields", async () => {
    const stand = new Stand({ rateLimit: { requests: 1, per: 2500 } });
    const answers = [stand.server.fetch("https://a.example/"), stand.server.fetch("https://a.example/")];
    await stand.clock.runUntilIdle();
    const [taken, refused] = await Promise.all(answers);
    expect(Object.fromEntries(taken?.headers ?? [])).toMatchObject({
      ratelimit: '"default";r=0;t=3',
      "ratelimit-policy": '"default";q=1;w=3',
    });
    expect(taken?.headers.has("retry-after")).toBe(false);
    expect(Object.fromEntries(refused?.headers ?? [])).toMatchObject({
      "retry-after": "3",
      ratelimit: '"default";r=0;t=3',
    });
  });

  test("counts what is sent while it had said Retry-After", async () => {
    const stand = new Stand({ rateLimit: { requests: 1, per: 2000 } });
    stand.ask();
    stand.ask(); // refused at 10 ms, until 2010 ms
    await stand.clock.advance(2009);
    stand.ask();
    stand.ask("https://b.example/");
    await stand.clock.advance(1);
    stand.ask();
    await stand.clock.runUntilIdle();
    expect(stand.server.exchanges.map(({ duringHold }) => duringHold)).toEqual([false, false, true, false, false]);
    expect(stand.server.counts.duringHold).toBe(1);
  });

  test("with a lockout refuses all that follows, for so long", async () => {
    const stand = new Stand({ rateLimit: { requests: 2, per: 100, lockout: 1000 } });
    for (const path of many(3)) stand.ask(path);
    await stand.clock.advance(999);
    stand.ask();
    await stand.clock.advance(1);
    stand.ask();
    await stand.clock.runUntilIdle();
    expect(stand.server.exchanges.map(({ status }) => status)).toEqual([200, 200, 429, 429, 200]);
  });
});

const run = async (seed: number): Promise<string> => {
  const stand = new Stand({ seed, errors: 0.2, errorStatuses: [502], resets: 0.1, brokenBodies: 0.1, body: 10 });
  const outcomes = await stand.asked(many(2000));
  return outcomes.map(({ status, error }) => status ?? String(error)).join();
};

const fates = async (numbers: readonly number[]): Promise<unknown> => {
  const stand = new Stand({
    errors: 0.5,
    latency: { median: 100 },
    numberOf: ({ url }) => Number(url.split("/").at(-1)),
  });
  await stand.asked(numbers.map((number) => `/${number}`));
  return stand.server.exchanges
    .map(({ url, status, headersAt }) => `${url} ${status} ${headersAt}`)
    .toSorted()
    .join();
};

describe("mishaps", () => {
  test("are as many as they are told to be, and the same for the same seed", async () => {
    const once = await run(3);
    const count = (outcome: string): number => once.split(",").filter((each) => each === outcome).length / 2000;
    expect(count("502")).toBeCloseTo(0.18, 1);
    expect(count("TypeError: fetch failed")).toBeCloseTo(0.1, 1);
    expect(count("TypeError: terminated")).toBeCloseTo(0.07, 1);
    expect(await run(3)).toBe(once);
    expect(await run(4)).not.toBe(once);
  });

  test("befall a request by its number, whenever it comes, when that is given", async () => {
    expect(await fates([1, 2, 3, 4, 5, 6, 7, 8])).toBe(await fates([8, 3, 1, 2, 7, 5, 6, 4]));
  });

  test("an outage refuses what comes, and breaks what is under way", async () => {
    const stand = new Stand({ outages: [{ from: 50, until: 1000 }], body: { content: 100, speed: 10 } });
    stand.ask("/under way");
    await stand.clock.advance(60);
    stand.ask("/refused");
    await stand.clock.advance(939);
    stand.ask("/just before its end");
    await stand.clock.advance(1);
    stand.ask("/after");
    await stand.clock.runUntilIdle();
    expect(stand.outcomes.map(({ at, status, error }) => [at, status ?? String(error)])).toEqual([
      [70, "TypeError: fetch failed"],
      [100, "TypeError: fetch failed"],
      [1009, "TypeError: fetch failed"],
      [1110, 200],
    ]);
    expect(stand.server.counts.resets).toBe(3);
  });

  test("an outage breaks what is under way, whatever was before it", async () => {
    const stand = new Stand({
      outages: [
        { from: 10, until: 20, how: 503 },
        { from: 30, until: 40 },
      ],
    });
    const [outcome] = await stand.asked(["/"]);
    expect([outcome?.at, String(outcome?.error)]).toEqual([100, "TypeError: fetch failed"]);
  });

  test("an outage breaks bodies that are under way", async () => {
    const stand = new Stand({ outages: [{ from: 150, until: 1000 }], body: { content: 100, speed: 1 } });
    const [outcome] = await stand.asked(["/"]);
    expect([outcome?.at, String(outcome?.error)]).toEqual([200, "TypeError: terminated"]);
  });

  test("an outage that hangs gives no answer, ever; one with a status gives that", async () => {
    const stand = new Stand({
      outages: [
        { from: 0, until: 10, how: "hangs" },
        { from: 10, until: 20, how: 503 },
      ],
    });
    const controller = new AbortController();
    stand.ask("/hangs", controller.signal);
    await stand.clock.advance(10);
    stand.ask("/503");
    await stand.clock.runUntilIdle();
    expect([stand.statuses, stand.server.counts.atOnce]).toEqual([[503], 1]);
    controller.abort("tired");
    await stand.clock.settle();
    expect(stand.outcomes.at(-1)).toEqual({ at: 20, error: "tired" });
  });
});

describe("bodies", () => {
  test("are big, and slow, and endless", async () => {
    const stand = new Stand({ body: { content: 102_400, speed: 1024 } });
    const [big] = await stand.asked(["/"]);
    expect([big?.at, big?.text?.length]).toEqual([200, 102_400]);
    const endless = new Stand({ body: Infinity });
    const answering = endless.server.fetch("https://a.example/");
    await endless.clock.runUntilIdle();
    const response = await answering;
    expect(response.headers.has("content-length")).toBe(false);
    const reader = response.body?.getReader();
    let bytes = 0;
    for (let chunk = 0; chunk < 100; chunk++) bytes += (await reader?.read())?.value?.byteLength ?? 0;
    expect(bytes).toBeGreaterThan(1_000_000);
    await reader?.cancel();
    expect(endless.server.counts).toMatchObject({ unreadBodies: 1, atOnce: 0 });
  });

  test("come to an end, however slow they are", async () => {
    const stand = new Stand({ body: { content: "ab", speed: 1e-12 } });
    stand.ask();
    await stand.clock.runUntilIdle({ most: 2 ** 32 });
    expect([stand.outcomes[0]?.text, stand.server.counts.atOnce]).toEqual(["ab", 0]);
  });

  test("that nobody reads come no further than a socket's buffer, and keep the connection", async () => {
    const stand = new Stand({ body: { content: Infinity, speed: 1000 } });
    const answering = stand.server.fetch("https://a.example/");
    await stand.clock.runUntilIdle();
    expect(stand.clock.now()).toBeLessThan(200);
    expect(stand.server.counts).toMatchObject({ atOnce: 1, unreadBodies: 1 });
    await (await answering).body?.cancel();
    expect(stand.server.counts).toMatchObject({ atOnce: 0, unreadBodies: 1 });
    expect(stand.server.exchanges[0]?.end).toBe("cancelled");
  });

  test("are one of a list, or made for the request", async () => {
    const stand = new Stand({ body: ["a", "b"] });
    const outcomes = await stand.asked(many(50));
    expect(new Set(outcomes.map(({ text }) => text))).toEqual(new Set(["a", "b"]));
    const made = new Stand({ body: (random, { url }) => `${new URL(url).pathname} ${random() < 1}` });
    expect((await made.asked(["/x"]))[0]?.text).toBe("/x true");
  });

  test("are left out where HTTP has none", async () => {
    const { clock, server } = new Stand({ body: "hello", status: 204 });
    const answering = server.fetch("https://a.example/");
    await clock.runUntilIdle();
    expect([(await answering).body, (await answering).headers.get("content-length")]).toEqual([null, null]);
  });
});

const drawn = async (latency: SimulatedServerOptions["latency"], count = 1000): Promise<number[]> => {
  const stand = new Stand({ latency, keep: count });
  await stand.asked(many(count));
  return stand.server.exchanges.map(({ headersAt }) => headersAt ?? -1).toSorted((a, b) => a - b);
};

const share = (times: readonly number[], is: (time: number) => boolean): number =>
  times.filter(is).length / times.length;

describe("latency", () => {
  test("is fixed, measured, or made by a function", async () => {
    expect(await drawn(7, 2)).toEqual([7, 7]);
    expect(new Set(await drawn([1, 20, 300]))).toEqual(new Set([1, 20, 300]));
    expect(await drawn((random, { method }) => (random() < 1 ? method.length : 0), 2)).toEqual([3, 3]);
  });

  test("is no longer than clocks keep to: nobody waits behind it for ever, and nothing throws", async () => {
    const numbers = [0, 2 ** 40, 1];
    const stand = new Stand({ latency: () => numbers.pop() ?? 0, capacity: { atOnce: 1 } });
    for (let call = 0; call < 3; call++) stand.ask();
    await stand.clock.runUntilIdle({ most: 2 ** 32 });
    expect(stand.outcomes.map(({ at, status }) => [at, status])).toEqual([
      [1, 200],
      [2 ** 31, 200],
      [2 ** 31, 200],
    ]);
  });

  test("is even around its median", async () => {
    const times = await drawn({ median: 100, shape: "even", spread: 0.2 });
    expect([times[0], times.at(-1)].map((time) => Math.round((time ?? 0) / 10))).toEqual([8, 12]);
    expect(share(times, (time) => time < 100)).toBeCloseTo(0.5, 1);
  });

  test("is normal, and never below 0", async () => {
    const times = await drawn({ median: 100, shape: "normal", spread: 0.5 });
    expect(share(times, (time) => time < 100)).toBeCloseTo(0.5, 1);
    expect(share(times, (time) => time > 50 && time < 150)).toBeCloseTo(0.68, 1);
    expect(times[0]).toBeGreaterThanOrEqual(0);
  });

  test("is log-normal", async () => {
    const times = await drawn({ median: 100, spread: 1 });
    expect(share(times, (time) => time < 100)).toBeCloseTo(0.5, 1);
    expect(share(times, (time) => time > 100 / Math.E && time < 100 * Math.E)).toBeCloseTo(0.68, 1);
  });

  test("is long-tailed", async () => {
    const times = await drawn({ median: 100, shape: "long-tailed" });
    expect(share(times, (time) => time < 100)).toBeCloseTo(0.5, 1);
    expect(share(times, (time) => time > 240)).toBeCloseTo(0.05, 1);
    expect(times.at(-1)).toBeGreaterThan(400);
  });
});

describe("routes", () => {
  test("give options over the common ones, to a host, a path, or both: the more special wins", async () => {
    const stand = new Stand({
      body: 0,
      routes: {
        "/slow": { latency: 500 },
        "b.example": { status: 201, latency: 300 },
        "b.example/slow": { latency: 900 },
      },
    });
    await stand.asked(["/", "/slow/x", "https://b.example/", "https://b.example/slow"]);
    expect(stand.server.exchanges.map(({ status, headersAt }) => [status, headersAt])).toEqual([
      [200, 100],
      [200, 500],
      [201, 300],
      [201, 900],
    ]);
  });

  test("a host has its own capacity and limit; so has an entry that gives one", async () => {
    const stand = new Stand({
      capacity: { atOnce: 1 },
      routes: { "/own": { capacity: { atOnce: 1 } }, "/shared": { status: 202 } },
    });
    await stand.asked(["/", "/own", "/shared", "https://b.example/"]);
    expect(stand.server.exchanges.map(({ headersAt }) => headersAt)).toEqual([100, 100, 200, 100]);
  });

  test("by a function are asked at each arrival", async () => {
    let latency = 10;
    const routes = (): { latency: number } => ({ latency });
    const stand = new Stand({ routes });
    await stand.asked(["/"]);
    latency = 20;
    await stand.asked(["/"]);
    expect(stand.outcomes.map(({ at }) => at)).toEqual([10, 30]);
    const none = new Stand({ routes: () => undefined });
    expect((await none.asked(["/"]))[0]?.at).toBe(100);
  });

  test("that throw reject the request, which has not arrived then", async () => {
    const failure = new Error("no");
    const stand = new Stand({
      routes: () => {
        throw failure;
      },
    });
    expect(await stand.asked(["/"])).toEqual([{ at: 0, error: failure }]);
    expect(stand.server.counts.arrivals).toBe(0);
  });
});

describe("functions of the user's that throw", () => {
  const failure = new Error("no");
  const throwing = (): never => {
    throw failure;
  };

  test.each<[string, Options]>([
    ["latency", { latency: throwing }],
    ["body", { body: throwing }],
    ["latency that is none", { latency: () => -1 }],
    ["numberOf that is none", { numberOf: () => Number.NaN }],
    ["onExchange", { onExchange: (_, stage) => void (stage === "arrival" && throwing()) }],
  ])("%s: the request fails, and nothing else", async (_, options) => {
    const stand = new Stand(options);
    const [outcome] = await stand.asked(["/"]);
    expect(outcome?.error).toBeInstanceOf(Error);
    await stand.clock.runUntilIdle();
    expect([stand.server.counts.atOnce, stand.clock.timers]).toEqual([0, 0]);
  });

  test("onExchange, in the end: it is logged, since nobody waits for it any more", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      const stand = new Stand({ onExchange: (_, stage) => void (stage === "end" && throwing()) });
      expect(await stand.asked(["/"])).toMatchObject([{ at: 100, status: 200, text: "{}" }]);
      expect(log.mock.calls).toEqual([["A listener failed", failure]]);
    } finally {
      log.mockRestore();
    }
  });
});

describe("an upload", () => {
  const HALF: object = { duplex: "half" };
  const upload = (source: UnderlyingDefaultSource<Uint8Array>, signal: AbortSignal | null = null): Request =>
    new Request("https://a.example/", {
      method: "POST",
      body: new ReadableStream(source, { highWaterMark: 0 }),
      signal,
      ...HALF,
    });

  test("is read to its end, and its bytes are counted", async () => {
    const { clock, server } = new Stand();
    const requests = ["ä text", new Blob(["blob"]), new Uint8Array(200_000)].map(
      (body) => new Request("https://a.example/", { method: "POST", body }),
    );
    const answers = Promise.all(requests.map((request) => server.fetch(request)));
    await clock.runUntilIdle();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(() => server.exchanges.map(({ uploaded }) => uploaded)).toEqual([7, 4, 200_000]);
    expect(requests.map(({ bodyUsed }) => bodyUsed)).toEqual([true, true, true]);
  });

  test("is read as fast as its source gives it, and goes on after the answer", async () => {
    const { clock, server } = new Stand();
    let pieces = 0;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      await clock.sleep(40);
      controller.enqueue(new Uint8Array(10));
      if (++pieces === 4) controller.close();
    };
    const answer = server.fetch(upload({ pull }));
    await clock.advance(100);
    expect([(await answer).status, server.exchanges[0]?.uploaded]).toEqual([200, 20]);
    await clock.runUntilIdle();
    expect([clock.now(), server.exchanges[0]?.uploaded]).toEqual([160, 40]);
  });

  test("is cancelled when its sender gives up, and when the connection breaks", async () => {
    const cancelled: unknown[] = [];
    const source = { cancel: (reason: unknown) => void cancelled.push(reason) };
    const stand = new Stand({ routes: () => ({ resets: 1 }) });
    const controller = new AbortController();
    const given = stand.server.fetch(upload(source, controller.signal)).catch((error: unknown) => error);
    const reset = stand.server.fetch(upload(source)).catch((error: unknown) => error);
    await stand.clock.advance(50);
    controller.abort("enough");
    await stand.clock.runUntilIdle();
    expect(await given).toBe("enough");
    expect(await reset).toBeInstanceOf(TypeError);
    expect(cancelled).toEqual(["enough", await reset]);
  });

  test("whose source fails fails its request, with the failure as its cause", async () => {
    const { clock, server } = new Stand();
    const failure = new RangeError("the file is gone");
    const sending = server.fetch(upload({ pull: () => Promise.reject(failure) }));
    const rejection = expect(sending).rejects.toMatchObject({ name: "TypeError", cause: failure });
    await clock.runUntilIdle();
    await rejection;
    expect(server.exchanges.map(({ end, endedAt }) => [end, endedAt])).toEqual([["aborted", 0]]);
    expect(server.counts).toMatchObject({ atOnce: 0, aborts: 1 });
  });

  test("whose source has no end, and gives all at once, lets time go on", async () => {
    const { clock, server } = new Stand();
    const cancelled: unknown[] = [];
    const controller = new AbortController();
    let pieces = 0;
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: (stream) => {
        // So that it fails, and does not hang, where nobody waits.
        if (++pieces > 1_000_000) stream.close();
        else stream.enqueue(new Uint8Array(1));
      },
      cancel: (reason) => void cancelled.push(reason),
    };
    const answer = server.fetch(upload(source));
    await clock.advance(100);
    expect((await answer).status).toBe(200);
    const [before] = server.exchanges.map(({ uploaded }) => uploaded);
    await clock.advance(10);
    expect(server.exchanges[0]?.uploaded).toBeGreaterThan(before ?? 0);
    const given = server.fetch(upload(source, controller.signal)).catch((error: unknown) => error);
    await clock.advance(10);
    controller.abort("enough");
    expect([await given, cancelled]).toEqual(["enough", ["enough"]]);
    expect(pieces).toBeLessThan(1_000_000);
  });

  test.each([
    ["text", "abc"],
    ["null", null],
    ["an ArrayBuffer", new ArrayBuffer(3)],
  ])("of %s fails its request and cancels its source, as with a platform's fetch", async (_, piece) => {
    const { clock, server } = new Stand();
    const cancelled: unknown[] = [];
    let pieces = 0;
    const source = {
      pull: (stream: ReadableStreamDefaultController<unknown>) => {
        if (pieces++ > 0) stream.close();
        else stream.enqueue(piece);
      },
      cancel: (reason: unknown) => void cancelled.push(reason),
    };
    const sending = server.fetch(upload(source));
    const rejection = expect(sending).rejects.toMatchObject({ name: "TypeError", cause: { name: "TypeError" } });
    await clock.runUntilIdle();
    await rejection;
    expect(cancelled).toMatchObject([{ name: "TypeError" }]);
    expect(server.exchanges.map(({ uploaded, end }) => [uploaded, end])).toEqual([[0, "aborted"]]);
  });

  test.each<[when: string, options: Options]>([
    ["is aborted before it is sent", {}],
    ["is aborted as it arrives", {}],
    [
      "fails as it arrives",
      {
        onExchange: () => {
          throw new Error("no");
        },
      },
    ],
    [
      "fails when its latency is asked for",
      {
        latency: () => {
          throw new Error("no");
        },
      },
    ],
  ])("whose request %s is cancelled", async (when, options) => {
    const controller = new AbortController();
    const { clock, server } = new Stand({
      ...(when.endsWith("aborted as it arrives") && { onExchange: () => controller.abort("enough") }),
      ...options,
    });
    if (when.startsWith("is aborted before")) controller.abort("enough");
    const cancelled: unknown[] = [];
    const source = { cancel: (reason: unknown) => void cancelled.push(reason) };
    const failing = server.fetch(upload(source, controller.signal)).catch((error: unknown) => error);
    await clock.runUntilIdle();
    expect(cancelled).toEqual([await failing]);
  });
});

describe("options of a wrong type", () => {
  test.each([
    [{ clock: {} }, "Expected `clock` to be an object with the methods now, setTimeout, clearTimeout"],
    [{ seed: 0.5 }, "Expected `seed` to be a whole number, got 0.5 (number)"],
    [
      { latency: -1 },
      "Expected `latency` to be a number of ms that is 0 or more, a list, a distribution or a function",
    ],
    [{ latency: [1, "2"] }, "Expected `latency[1]` to be a number of ms"],
    [{ latency: [] }, "Expected `latency` to have a time at least, got an empty list"],
    [{ latency: { median: 1, shape: "odd" } }, 'Expected `latency.shape` to be "even" or "normal"'],
    [{ latency: { median: "1" } }, "Expected `latency.median` to be"],
    [{ status: 100 }, "Expected `status` to be a status from 200 to 599"],
    [{ headers: "x" }, "Expected `headers` to be an object"],
    [{ headers: { "a b": "x" } }, "a b"],
    [{ body: -1 }, "Expected `body` to be text, a number of bytes, or an object with content"],
    [{ body: [] }, "Expected `body` to have a body at least"],
    [{ body: { content: 1, speed: 0 } }, "Expected `body.speed` to be a number of bytes a ms that is more than 0"],
    [{ capacity: { atOnce: 0 } }, "Expected `capacity.atOnce` to be a whole number that is 1 or more"],
    [{ capacity: { atOnce: 1, beyond: "no" } }, 'Expected `capacity.beyond` to be "wait" or "slow" or 429 or 503'],
    [{ rateLimit: { requests: 1, per: 0 } }, "Expected `rateLimit.per` to be a number of ms that is more than 0"],
    [{ rateLimit: { requests: 1, per: Infinity } }, "Expected `rateLimit.per` to be a number of ms"],
    [{ rateLimit: { requests: 1, per: 1, kind: "x" } }, 'Expected `rateLimit.kind` to be "token bucket" or'],
    [{ errors: 2 }, "Expected `errors` to be a number from 0 to 1"],
    [{ errorStatuses: [] }, "Expected `errorStatuses` to have a status at least"],
    [{ errorStatuses: [700] }, "Expected `errorStatuses[0]` to be a status from 200 to 599"],
    [{ resets: "all" }, "Expected `resets` to be a number from 0 to 1"],
    [{ outages: [{ from: 0 }] }, "Expected `outages[0].until` to be a number of ms"],
    [{ outages: [{ from: 0, until: 1, how: "x" }] }, 'Expected `outages[0].how` to be "refuses" or "hangs"'],
    [{ routes: 4 }, "Expected `routes` to be a function or an object"],
    [{ routes: { "/a": { latency: -1 } } }, 'Expected `routes["/a"].latency` to be a number of ms'],
    [{ keep: -1 }, "Expected `keep` to be a whole number or Infinity"],
    [{ onExchange: 1 }, "Expected `onExchange` to be a function"],
    [{ numberOf: 1 }, "Expected `numberOf` to be a function"],
  ])("%j is refused", (options, message) => {
    const make = (): unknown => new SimulatedServer({ clock: new VirtualClock(), ...options } as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
