import type { Client, ClientOptions } from "httppool";
import { type SimulatedServerOptions, SimulatedServer, simulate, VirtualClock } from "httppool/lab";
import { retry } from "httppool/retry";
import { expect, test } from "vitest";
import { useGuide } from "./support/guide.ts";

type Before = {
  ask(urls: readonly string[], get: typeof fetch, sleep: (ms: number) => Promise<unknown>): Promise<void>;
};
type After = { ask(urls: readonly string[], options?: ClientOptions): Promise<void> };
type Made = { client(options?: ClientOptions): Client };

const guide = useGuide("rates-and-429s");
const URLS = Array.from({ length: 100 }, (_, index) => `https://api.test/${index}`);

function world(options: Omit<SimulatedServerOptions, "clock">) {
  const clock = new VirtualClock();
  return { clock, server: new SimulatedServer({ clock, ...options }) };
}

/** A bucket that holds a single request. */
const STRICT = { latency: 2000, rateLimit: { requests: 4, per: 1000, burst: 1 } } as const;

/** Lets it end. @returns How long it took, in s. */
async function seconds(clock: VirtualClock, done: Promise<void>): Promise<number> {
  let end = Number.NaN;
  void done.then(() => (end = clock.now()));
  await clock.runUntilIdle();
  await done;
  return end / 1000;
}

test("before, a hundred requests take 225 s; after, 26.75 s; neither is told 429", async () => {
  const before = world(STRICT);
  const { ask } = await guide.load<Before>("before.ts");
  const get = before.server.fetch as typeof fetch;
  expect(
    await seconds(
      before.clock,
      ask(URLS, get, (ms) => before.clock.sleep(ms)),
    ),
  ).toBe(225);
  expect(before.server.counts.statuses).toEqual({ 200: 100 });

  const after = world(STRICT);
  const { ask: askPaced } = await guide.load<After>("after.ts");
  expect(await seconds(after.clock, askPaced(URLS, { clock: after.clock, handler: after.server.fetch }))).toBe(26.75);
  expect(after.server.counts.statuses).toEqual({ 200: 100 });
  expect(after.server.counts.mostAtOnce).toBeLessThanOrEqual(10);
});

test.each([
  ["as the guide has it", {}, { 200: 100 }, { 200: 100, 429: 33 }],
  ["as they come", { retry: retry() }, { 200: 97, 429: 3 }, undefined],
])(
  "where half of the limit is somebody else's, with retries %s: none is sent during a hold",
  async (_, own, answers, sent) => {
    const { client } = await guide.load<Made>("shared.ts");
    // What the server has to say, it says by Retry-After.
    const { clock, server } = world({ ...STRICT, rateLimit: { requests: 2, per: 1000, fields: false } });
    const report = await simulate({
      client: client({ clock, handler: server.fetch, ...own }),
      server,
      load: { times: URLS.map(() => 0) },
      request: (number) => `https://api.test/${number}`,
    });
    expect(report.answers).toEqual(answers);
    expect(report.server.duringHold).toBe(0);
    if (sent !== undefined) expect(report.server.statuses).toEqual(sent);
  },
);

test("slots that tune themselves are told 429 once in a hundred answers, at most", async () => {
  const { client } = await guide.load<Made>("tuned.ts");
  const { clock, server } = world({ capacity: { atOnce: 16, beyond: 429 } });
  const options = { client: client({ clock, handler: server.fetch }), server, load: { atOnce: 200 }, for: 20_000 };
  const report = await simulate(options);
  expect((report.answers[429] ?? 0) / report.calls).toBeLessThanOrEqual(0.01);
  expect(report.answers[429]).toBeGreaterThan(0);
  expect(report.perSecond).toBeGreaterThan(0.9 * 16 * 20);
});

test("a number that is changed is the number of slots, from the next answer on", async () => {
  const { client, limit } = await guide.load<Made & { limit: { current: number } }>("changed.ts");
  const { clock, server } = world({ latency: 100 });
  const pool = client({ clock, handler: server.fetch }).start();
  const fill = (): void => URLS.forEach((url) => void pool.offer(() => new Request(url)));
  fill();
  await clock.advance(90);
  expect([pool.workers, server.counts.atOnce]).toEqual([10, 10]);
  limit.current = 30;
  await clock.advance(90);
  expect([pool.workers, server.counts.atOnce]).toEqual([30, 30]);
  await clock.runUntilIdle();
  await pool.close();
});
