import { build } from "esbuild";
import type { Clock } from "httppool";
import { type Exchange, SimulatedServer, VirtualClock } from "httppool/lab";
import { createServer } from "vite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { byHand } from "../../playground/src/rivals/by-hand.ts";
import { careOptions, handOptions } from "../../playground/src/rivals/rival-options.ts";
import { rivalCodeFor } from "../../playground/src/rivals/rival-code.ts";
import { rivalsOn } from "../../playground/src/rivals/rivals-on.ts";
import { withCare } from "../../playground/src/rivals/with-care.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { serverFor } from "../../playground/src/world/server.ts";
import { complaints, ROOT } from "./support/complaints.ts";

const RIVALS = ["hand", "care"] as const;
/** A provider that takes four a second, and answers that are long, or too long, or get lost. */
const HARD: Settings = {
  ...DEFAULTS,
  period: 300,
  timeout: 900,
  queueSize: 5,
  latency: 300,
  big: 20,
  limit: 4,
  retryAfter: 1,
  retry: true,
};
/** A call each of these ms. */
const CALLS = Array.from({ length: 60 }, (_, number) => Math.floor(number / 3) * 250);

type Send = ReturnType<typeof byHand>["send"];

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** When requests came to a server, and which. */
class Arrivals {
  readonly list: string[] = [];
  readonly watch = ({ at, url }: Exchange, stage: string): void => {
    if (stage === "arrival") this.list.push(`${Math.round(at)} ${new URL(url).pathname}`);
  };
}

/** Calls at the times of CALLS. */
function callOn(clock: Clock, send: Send): void {
  for (const [number, at] of CALLS.entries()) {
    clock.setTimeout(() => {
      send(`https://a.example/job/${number + 1}`, {}, (response) => response.text()).catch(() => undefined);
    }, at);
  }
}

/** What comes to the server from code that lives by the page's clock. */
async function arrivalsOf(sendOn: (clock: Clock, fetch: typeof globalThis.fetch) => Send): Promise<string[]> {
  const clock = new VirtualClock({ drift: (delay) => Math.ceil(delay) - delay });
  const { list, watch } = new Arrivals();
  const { fetch } = serverFor(() => HARD, clock, watch);
  callOn(clock, sendOn(clock, fetch));
  await clock.advance(20_000);
  return list;
}

/** The page's own way to send. */
const onPage = (rival: "hand" | "care") => (clock: Clock, fetch: typeof globalThis.fetch) => {
  const rivals = rivalsOn(clock, fetch);
  return rival === "hand" ? rivals.byHand(handOptions(HARD)).send : rivals.withCare(careOptions(HARD)).send;
};

describe("The code of a rival that is shown", () => {
  it("compiles, with all presets and with lanes, spread, retries and refusals", () => {
    const scenes: Settings[] = PRESETS.map(({ settings }) => settings);
    scenes.push({
      ...HARD,
      spread: true,
      lanes: "origin",
      lanePeriod: 200,
      laneSpread: true,
      way: "offer",
      expiry: 99,
    });
    const programs = new Map<string, string>();
    for (const rival of RIVALS) {
      for (const settings of scenes) programs.set(`${ROOT}rival-${programs.size}.mts`, rivalCodeFor(rival, settings));
    }
    expect(complaints(programs)).toEqual([]);
  });

  for (const rival of RIVALS) {
    it(`is what runs: to the ms, it sends what the page sends (${rival})`, async () => {
      const { outputFiles } = await build({
        stdin: { contents: rivalCodeFor(rival, HARD), loader: "ts", resolveDir: ROOT },
        bundle: true,
        format: "iife",
        globalName: "shown",
        write: false,
      });
      const names = ["fetch", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"];
      // Whoever copies it runs it; so does this.
      // oxlint-disable-next-line typescript/no-implied-eval -- that is what is tested
      const run = new Function(...names, `${outputFiles[0]?.text ?? ""}; return shown.send;`);
      const ofShown = await arrivalsOf((clock, fetch) => {
        const timeouts = [clock.setTimeout, clock.clearTimeout];
        return run(fetch, ...timeouts, ...intervalsOn(clock), { now: clock.date, parse: Date.parse }) as Send;
      });
      expect(ofShown.length).toBeGreaterThan(30);
      expect(ofShown).toEqual(await arrivalsOf(onPage(rival)));
    });

    it(`sends the same on the platform's own timers (${rival})`, async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"], now: 0 });
      const clock: Clock = {
        now: () => Date.now(),
        date: () => Date.now(),
        setTimeout: (callback, ms) => setTimeout(callback, Math.ceil(ms)),
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      };
      const { list, watch } = new Arrivals();
      vi.stubGlobal("fetch", serverFor(() => HARD, clock, watch).fetch);
      callOn(clock, rival === "hand" ? byHand(handOptions(HARD)).send : withCare(careOptions(HARD)).send);
      for (let ms = 0; ms < 20_000; ms++) {
        await vi.advanceTimersByTimeAsync(1);
        await new Promise(setImmediate);
      }
      const onVirtual = await arrivalsOf(onPage(rival));
      expect(onVirtual.length).toBeGreaterThan(30);
      expect(list).toEqual(onVirtual);
    });
  }
});

describe("The dev server", () => {
  it("has the rivals too", async () => {
    const root = `${ROOT}playground`;
    const configFile = `${root}/vite.config.ts`;
    const server = await createServer({
      root,
      configFile,
      logLevel: "warn",
      optimizeDeps: { noDiscovery: true },
      server: { middlewareMode: true, ws: false, watch: null },
    });
    try {
      const code = async (path: string): Promise<string> => (await server.transformRequest(path))?.code ?? "";
      expect(await code("/src/rivals/rivals-on.ts")).toContain('"/src/rivals/rivals.ts?on-clock"');
      expect(await code("/src/rivals/rivals.ts?on-clock")).toContain("function byHand(");
      expect(await code("/src/rivals/by-hand.ts?text")).toContain("export function byHand(");
    } finally {
      await server.close();
    }
  });
});

describe("p-queue with care", () => {
  it("obeys Retry-After in seconds and as a date, and the longer of two", async () => {
    const answers = [["2"], [new Date(Date.UTC(2026, 0, 1) + 5000).toUTCString()], ["1"], ["never"]];
    const clock = new VirtualClock();
    const at: number[] = [];
    const fetch = (): Promise<Response> => {
      at.push(clock.now());
      const [after] = answers.shift() ?? [];
      const headers = after === undefined ? {} : { "retry-after": after };
      return Promise.resolve(new Response(null, { status: after === undefined ? 200 : 429, headers }));
    };
    const { withCare: careful } = rivalsOn(clock, fetch);
    const { send } = careful({ all: { concurrency: 3 }, places: 10 });
    for (let call = 0; call < 6; call++) void send("https://a.example/", {}, async () => undefined);
    await clock.advance(20_000);
    expect(at).toEqual([0, 0, 0, 5000, 5000, 5000]);
  });

  it("holds the host alone that asked for it, where each has its own queue", async () => {
    const clock = new VirtualClock();
    const { list, watch } = new Arrivals();
    const server = new SimulatedServer({
      clock,
      latency: 50,
      onExchange: watch,
      routes: { "a.example": { rateLimit: { requests: 1, per: 1000, lockout: 3000 } } },
    });
    const { withCare: careful } = rivalsOn(clock, server.fetch);
    const { send } = careful({ all: { concurrency: 4 }, perHost: { concurrency: 2 }, places: 10 });
    for (const host of ["a", "b"]) {
      for (let call = 0; call < 4; call++) void send(`https://${host}.example/${host}`, {}, async () => undefined);
    }
    await clock.advance(2000);
    expect(list.filter((arrival) => arrival.endsWith("/b"))).toHaveLength(4);
    expect(list.filter((arrival) => arrival.endsWith("/a"))).toHaveLength(2);
  });

  it("reads what is short, cancels what is long, and lets nothing run on that was given up", async () => {
    const clock = new VirtualClock();
    const ends: (string | undefined)[] = [];
    const server = new SimulatedServer({
      clock,
      latency: 10,
      onExchange: ({ end }, stage) => stage === "end" && ends.push(end),
      routes: { "/short": { body: 1000 }, "/long": { body: 100_000 }, "/slow": { latency: 5000 } },
    });
    const { withCare: careful } = rivalsOn(clock, server.fetch);
    const { send } = careful({ all: { concurrency: 1, timeout: 100 }, places: 10 });
    const sent = ["short", "long", "slow"].map((path) =>
      send(`https://a.example/${path}`, {}, async ({ status }) => status),
    );
    const results = Promise.allSettled(sent);
    await clock.advance(1000);
    expect((await results).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(ends).toEqual(["complete", "cancelled", "aborted"]);
  });
});

/** As browsers have them. */
function intervalsOn(clock: Clock): readonly unknown[] {
  const timers = new Map<number, unknown>();
  let last = 0;
  const set = (callback: () => void, ms: number): number => {
    const handle = ++last;
    const next = (): void => {
      const timer = clock.setTimeout(() => {
        next();
        callback();
      }, ms);
      timers.set(handle, timer);
    };
    next();
    return handle;
  };
  return [set, (handle: number) => clock.clearTimeout(timers.get(handle))];
}
