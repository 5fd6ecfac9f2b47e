import { Client, requestTask } from "httppool";
import { VirtualClock } from "httppool/lab";
import { expect, test, vi } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { serve, stage } from "./stage.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What platforms' timers can no longer wait for. */
const TOO_LONG = 2 ** 31;

test.each([
  ["jumps back an hour", () => -HOUR],
  ["jumps ahead a day", () => DAY],
  ["jumps to and fro at every look", (looks: number) => (looks % 2 === 0 ? DAY : -HOUR)],
])("19. the wall clock %s: the pace does not move", async (_, offsetAt) => {
  const period = 40;
  const { pool } = stage({ workers: 2, period });
  const server = await serve(({ end }) => end(answer("hello")));
  const starts = startsOf(pool, () => performance.now());
  const real = Date.now();
  let looks = 0;
  const spy = vi.spyOn(Date, "now").mockImplementation(() => real + offsetAt(looks++));
  try {
    for (let count = 0; count < 8; count++) pool.offer(requestTask(server.origin));
    await pool.onIdle();
  } finally {
    spy.mockRestore();
  }
  expectSpaced(starts, period);
  const all = starts.flat();
  expect(all).toHaveLength(8);
  // 120 ms on a machine that has nothing else to do. An hour's jump would be seen.
  expect(Math.max(...all) - Math.min(...all)).toBeLessThan(HOUR / 2);
});

test("20. timers that fire a millisecond early start nothing early", async () => {
  const clock = new VirtualClock({ drift: (ms) => (ms > 1 ? -1 : 0) });
  const { pool } = stage({ workers: 2, period: 100, clock, timeout: 1000, handler: instant });
  const starts = startsOf(pool, clock.now);
  for (let count = 0; count < 8; count++) pool.offer(TASK);
  await clock.advance(1000);
  expect(starts.map((times) => times.length)).toEqual([4, 4]);
  expectSpaced(starts, 100);
});

test("20. a timeout whose timer fires a millisecond early is not early itself", async () => {
  const clock = new VirtualClock({ drift: (ms) => (ms > 1 ? -1 : 0) });
  const { pool, log } = stage({ workers: 1, clock, timeout: 1000 });
  pool.offer(() => new Promise<never>(() => undefined));
  await clock.advance(2000);
  expect(log.finish(1).durationMs).toBe(1000);
});

test("20. timers that fire a minute late start no burst", async () => {
  const clock = new VirtualClock({ drift: () => 60_000 });
  const { pool } = stage({ workers: 3, period: 100, clock, handler: instant });
  const starts = startsOf(pool, clock.now);
  for (let count = 0; count < 12; count++) pool.offer(TASK);
  await clock.advance(10 * 61_000);
  expect(starts.flat()).toHaveLength(12);
  expectSpaced(starts, 100);
  expect(mostWithin(starts.flat(), 99)).toBe(3);
});

test("20. a machine that slept for an hour wakes up to the usual pace", async () => {
  const clock = new VirtualClock();
  const { pool } = stage({ workers: 3, period: 100, clock, handler: instant });
  const starts = startsOf(pool, clock.now);
  for (let count = 0; count < 12; count++) pool.offer(TASK);
  await clock.advance(50);
  clock.jump(HOUR);
  await clock.advance(1000);
  expect(starts.flat()).toHaveLength(12);
  expectSpaced(starts, 100);
  expect(mostWithin(starts.flat(), 99)).toBe(3);
});

test("21. a period that no timer can wait for is slept in steps", async () => {
  const clock = new VirtualClock();
  const { pool } = stage({ workers: 1, period: TOO_LONG + 5000, clock, handler: instant });
  const starts = startsOf(pool, clock.now);
  for (let count = 0; count < 2; count++) pool.offer(TASK);
  await clock.advance(TOO_LONG);
  expect(starts.flat()).toHaveLength(1);
  await clock.advance(5000);
  expect(starts.flat()).toHaveLength(2);
});

test("21. a timeout that no timer can wait for is slept in steps", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers: 1, timeout: 2 * TOO_LONG, clock });
  pool.offer(() => new Promise<never>(() => undefined));
  await clock.advance(2 * TOO_LONG - 1);
  expect(log.of("finish")).toEqual([]);
  await clock.advance(1);
  expect(log.finish(1)).toMatchObject({ ok: false, durationMs: 2 * TOO_LONG });
});

test("21. a drain time that no timer can wait for is slept in steps", async () => {
  const clock = new VirtualClock();
  const { pool, log } = stage({ workers: 1, drain: { ms: TOO_LONG + 5000 }, clock, handler: stalled });
  pool.offer(TASK);
  await clock.advance(TOO_LONG + 4999);
  expect(log.of("finish")).toEqual([]);
  await clock.advance(1000);
  expect(log.finish(1)).toMatchObject({ ok: true });
});

test("21. on the platform's own timers, times of 2³¹ ms and more don't fire at once", async () => {
  const { pool, log } = stage({ workers: 1, period: TOO_LONG, timeout: TOO_LONG, drain: { ms: 10 * TOO_LONG } });
  const server = await serve(({ write, end }) => {
    write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1");
    setTimeout(() => end("2"), 300);
  });
  await pool.run(requestTask(server.origin));
  expect(log.finish(1)).toMatchObject({ ok: true });
  expect(log.finish(1).durationMs).toBeGreaterThanOrEqual(250);
  // Drained to its end, not cancelled: the connection is still there.
  expect(server.open).toBe(1);
  pool.offer(requestTask(server.origin));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(log.of("start")).toHaveLength(1);
});

test.each(["period", "timeout", "drain.ms"])("21. a %s that is no finite number is refused", (name) => {
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
    const options = name === "drain.ms" ? { drain: { ms: value } } : { [name]: value };
    expect(() => new Client(options)).toThrow(new RegExp(`Expected \`${name}\` to be .*, got ${value}`));
    expect(() => new Client(options)).toThrow(TypeError);
  }
});

const TASK = (): Request => new Request("http://127.0.0.1/");

const instant = (): Promise<Response> => Promise.resolve(new Response("hello"));

const stalled = (): Promise<Response> => Promise.resolve(new Response(new ReadableStream<Uint8Array>()));

/** The times at which each slot starts, on the given watch. */
function startsOf(pool: ReturnType<Client["start"]>, now: () => number): number[][] {
  const starts: number[][] = [];
  pool.on("start", ({ slot }) => (starts[slot] ??= []).push(now()));
  return starts;
}

function expectSpaced(starts: readonly (readonly number[])[], period: number): void {
  for (const times of starts) {
    // Two readings may be out by their last digits.
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThan(period - 0.001);
  }
}

/** The most of these times that lie within one span of so many ms. */
function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(...times.map((start) => times.filter((time) => time >= start && time <= start + ms).length));
}
