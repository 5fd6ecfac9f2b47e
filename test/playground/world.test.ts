import { VirtualClock } from "httppool/lab";
import { describe, expect, it } from "vitest";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { serverFor } from "../../playground/src/world/server.ts";

const PLAIN: Settings = { ...DEFAULTS, latency: 100, shape: "fixed", errors: 0, resets: 0, body: 8, speed: 1000 };

/** What becomes of so many requests, a second apart, whose bodies are read to the end or cancelled. */
async function fates(given: Partial<Settings>, count: number, host = "a"): Promise<string[]> {
  const settings = { ...PLAIN, ...given };
  const clock = new VirtualClock();
  const server = serverFor(() => settings, clock);
  const ends: string[] = [];
  for (let number = 1; number <= count; number++) {
    const ask = async (): Promise<void> => {
      const began = clock.now();
      const response = await server.fetch(`https://${host}.example/job/${number}`);
      const took = clock.now() - began;
      const length = response.headers.get("content-length") ?? "endless";
      ends.push(`${response.status} ${took} ${length}`);
      if (length !== "endless") await response.arrayBuffer();
      else await response.body?.cancel();
    };
    const asking = ask().catch((error: unknown) => ends.push(String(error)));
    await clock.runUntilIdle();
    await asking;
  }
  return ends;
}

const share = (ends: readonly string[], pattern: RegExp): number =>
  ends.filter((end) => pattern.test(end)).length / ends.length;

describe("The world", () => {
  it("is the same for the same seed, and another for another", async () => {
    const some = { errors: 30, resets: 30, big: 20, shape: "tail" } as const;
    expect(await fates(some, 30)).toEqual(await fates(some, 30));
    expect(await fates({ ...some, seed: 2 }, 30)).not.toEqual(await fates(some, 30));
  });

  it("is as the sliders say", async () => {
    const ends = await fates({ errors: 20, endless: 10, big: 10, shape: "tail", speed: 20_000 }, 400);
    expect(share(ends, /^50[03] /)).toBeCloseTo(0.2, 1);
    expect(share(ends, /endless$/)).toBeCloseTo(0.08, 1);
    expect(share(ends, / 4194304$/)).toBeCloseTo(0.08, 1);
    expect(share(ends, /^\d+ \d\d /)).toBeCloseTo(0.5, 1);
  });

  it("resets half before the headers, half in the body", async () => {
    const ends = await fates({ resets: 100 }, 100);
    expect(share(ends, /^200 /)).toBeCloseTo(0.33, 0);
    expect(ends.filter((end) => end.startsWith("TypeError"))).toHaveLength(100);
  });

  it("may be down, limited or failing for some hosts alone", async () => {
    const three = { hosts: 3, down: 1, limit: 1, limitHosts: 1, errors: 100, errorHosts: 2, latency: 5 } as const;
    expect(share(await fates(three, 10, "c"), /^TypeError/)).toBe(1);
    expect(share(await fates(three, 10, "b"), /^50[03] /)).toBe(1);
    const limited = await fates({ ...three, errors: 0, speed: 20_000 }, 10, "a");
    expect(share(limited, /^429 /)).toBeGreaterThan(0.5);
    expect(share(limited, /^200 /)).toBeGreaterThan(0);
  });

  it("adds the upload to the latency", async () => {
    expect(await fates({ upload: 64, speed: 100, body: 0 }, 1)).toEqual(["200 740 0"]);
  });

  it("gives a request that comes again luck of its own", async () => {
    const clock = new VirtualClock();
    const server = serverFor(() => ({ ...PLAIN, errors: 50 }), clock);
    const statuses = new Set<number>();
    for (let attempt = 1; attempt <= 20; attempt++) {
      const answer = server.fetch("https://a.example/job/1");
      await clock.runUntilIdle();
      const response = await answer;
      statuses.add(Math.floor(response.status / 100));
      await response.body?.cancel();
    }
    expect(statuses).toEqual(new Set([2, 5]));
  });

  it("follows the sliders from one request to the next", async () => {
    const clock = new VirtualClock();
    let settings = PLAIN;
    const server = serverFor(() => settings, clock);
    const status = async (number: number): Promise<number> => {
      const answer = server.fetch(`https://a.example/job/${number}`);
      await clock.runUntilIdle();
      return (await answer).status;
    };
    expect(await status(1)).toBe(200);
    settings = { ...PLAIN, errors: 100 };
    expect(await status(2)).toBeGreaterThanOrEqual(500);
  });
});
