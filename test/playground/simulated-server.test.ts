import { describe, expect, it } from "vitest";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { VirtualClock } from "../../playground/src/time/virtual-clock.ts";
import { fateOf } from "../../playground/src/world/fate.ts";
import { SimulatedServer } from "../../playground/src/world/simulated-server.ts";

const PLAIN: Settings = { ...DEFAULTS, latency: 100, shape: "fixed", errors: 0, resets: 0, body: 8, speed: 1000 };

function lab(settings: Partial<Settings> = {}): { clock: VirtualClock; server: SimulatedServer; ask: Ask } {
  const clock = new VirtualClock();
  const server = new SimulatedServer(() => ({ ...PLAIN, ...settings }), clock);
  const ask: Ask = (number, signal) =>
    server.fetch(new Request(`https://a.example/job/${number}`), signal === undefined ? {} : { signal });
  return { clock, server, ask };
}
type Ask = (number: number, signal?: AbortSignal) => Promise<Response>;

describe("The fate of a request", () => {
  it("depends on seed and number alone", () => {
    const settings = { ...DEFAULTS, errors: 30, resets: 30, big: 20 };
    const all = (seed: number): unknown[] => Array.from({ length: 50 }, (_, at) => fateOf(at, { ...settings, seed }));
    expect(all(1)).toEqual(all(1));
    expect(all(1)).not.toEqual(all(2));
  });

  it("is another when the request comes again", () => {
    const settings = { ...DEFAULTS, errors: 50 };
    const statuses = (attempt: number): number[] =>
      Array.from({ length: 50 }, (_, at) => fateOf(at, settings, attempt).status);
    expect(statuses(2)).not.toEqual(statuses(1));
    expect(statuses(1)).toEqual(Array.from({ length: 50 }, (_, at) => fateOf(at, settings).status));
  });

  it("comes as often as the sliders say, and half of the latencies are below the median", () => {
    const settings = { ...DEFAULTS, errors: 20, resets: 10, big: 5, endless: 5, latency: 100, shape: "tail" as const };
    const fates = Array.from({ length: 5000 }, (_, at) => fateOf(at, settings));
    const share = (is: (fate: (typeof fates)[number]) => boolean): number => fates.filter(is).length / fates.length;
    expect(share(({ status }) => status >= 500)).toBeCloseTo(0.2, 1);
    expect(share(({ reset }) => reset !== undefined)).toBeCloseTo(0.1, 1);
    expect(share(({ bytes }) => bytes === undefined)).toBeGreaterThan(0.02);
    expect(share(({ latency }) => latency < 100)).toBeCloseTo(0.5, 1);
  });
});

describe("The simulated server", () => {
  it("holds a connection until the last byte, and counts the most at once", async () => {
    const { clock, server, ask } = lab();
    const answers = [1, 2, 3].map((number) => ask(number));
    expect(server.open).toBe(3);
    await clock.advanceTo(() => 100);
    const responses = await Promise.all(answers);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.open).toBe(3);
    await clock.advanceTo(() => 200);
    expect(server.open).toBe(0);
    expect(server.mostOpen).toBe(3);
  });

  it("sends an unread body up to the window of a socket: a short one goes through, a long one stays open", async () => {
    for (const [body, open] of [
      [8, 0],
      [1024, 1],
    ] as const) {
      const { clock, server, ask } = lab({ body });
      const answer = ask(1);
      await clock.advanceTo(() => 5000);
      const response = await answer;
      expect(server.open, `${body} KB`).toBe(open);
      await response.body?.cancel();
      expect(server.open).toBe(0);
    }
  });

  it("gives the body all its bytes, as its content-length says", async () => {
    const { clock, ask } = lab({ body: 200 });
    const answer = ask(1);
    await clock.advanceTo(() => 100);
    const response = await answer;
    const reading = response.arrayBuffer();
    for (let at = 0; at < 40; at++) await clock.advanceTo(() => 200 + at * 100);
    expect((await reading).byteLength).toBe(Number(response.headers.get("content-length")));
  });

  it("lets go of a request that is aborted, before the headers and in the body", async () => {
    const { clock, server, ask } = lab({ body: 1024 });
    const early = new AbortController();
    const late = new AbortController();
    const refused = ask(1, early.signal);
    const cut = ask(2, late.signal);
    early.abort(new Error("early"));
    await expect(refused).rejects.toThrow("early");
    expect(server.open).toBe(1);
    await clock.advanceTo(() => 150);
    const reading = (await cut).arrayBuffer();
    late.abort(new Error("late"));
    await expect(reading).rejects.toThrow("late");
    expect(server.open).toBe(0);
    expect(clock.next).toBeUndefined();
  });

  it("gives a request that comes again luck of its own", async () => {
    const { clock, ask } = lab({ errors: 50 });
    const statuses: number[] = [];
    for (let attempt = 1; attempt <= 20; attempt++) {
      const answer = ask(1);
      await clock.advanceTo(() => attempt * 1000);
      statuses.push((await answer).status < 400 ? 1 : 0);
    }
    expect(new Set(statuses)).toEqual(new Set([0, 1]));
  });

  it("refuses beyond its limit with 429 and Retry-After, each host on its own", async () => {
    const { clock, server } = lab({ limit: 2, retryAfter: 3 });
    const ask = (host: string, number: number): Promise<Response> =>
      server.fetch(new Request(`https://${host}.example/job/${number}`));
    const answers = [ask("a", 1), ask("a", 2), ask("a", 3), ask("b", 4)];
    await clock.advanceTo(() => 200);
    const [first, second, third, other] = await Promise.all(answers);
    expect([first?.status, second?.status, third?.status, other?.status]).toEqual([200, 200, 429, 200]);
    expect(third?.headers.get("retry-after")).toBe("3");
  });
});
