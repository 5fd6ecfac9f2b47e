import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Clock, Handler } from "../../src/lean.ts";
import { breakerHandler } from "../../src/breaker.ts";
import { VirtualClock } from "../../src/lab.ts";
import { settled } from "../support/settled.ts";
import { counted, lab, type LabOptions } from "../support/lab.ts";
import { LogBook } from "../support/log-book.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";

/* A clock whose timers fail now and then, or always: nothing is lost, and nothing is thrown where nobody catches it. */

const BROKEN = new Error("broken");

/** A clock whose setTimeout throws when it is told to, by the number of the call. */
function breaking(isBroken: (call: number) => boolean): { readonly clock: Clock; readonly time: VirtualClock } {
  const time = new VirtualClock({ start: 1000 });
  let calls = 0;
  const clock: Clock = {
    now: time.now,
    clearTimeout: time.clearTimeout,
    setTimeout: (ring, ms) => {
      if (isBroken(++calls)) throw BROKEN;
      return time.setTimeout(ring, ms);
    },
  };
  return { clock, time };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets both times pass: that of the clock, and that of the platform. */
async function pass(time: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await time.advance(10);
    vi.advanceTimersByTime(10);
    await settled();
  }
}

const broken: [string, (call: number) => boolean][] = [
  ["at the first call", (call) => call === 1],
  ["at the second call", (call) => call === 2],
  ["at the third call", (call) => call === 3],
  ["at every other call", (call) => call % 2 === 0],
  ["always", () => true],
];

/** Answers nothing, and heeds its signal. */
const silent: Handler = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

const answering = async (): Promise<Response> => new Response("x");

const uses: [string, LabOptions, number][] = [
  ["a pace", { workers: 2, period: 100 }, 6],
  ["spread starts", { workers: 2, period: 100, spread: true }, 6],
  ["a deadline", { workers: 2, timeout: 50, handler: silent }, 6],
  ["a drain", { workers: 2, drain: { ms: 50 }, handler: async () => hanging() }, 6],
  ["all of it", { workers: 2, period: 100, timeout: 200, drain: { ms: 50 }, handler: async () => hanging() }, 6],
];

/** A response whose body never ends and can't be cancelled. */
function hanging(): Response {
  return new ScriptedBody(endless(1), "hang", () => new Promise(() => undefined)).response();
}

test.each(
  uses.flatMap(([use, options, tasks]) => broken.map(([when, is]) => [use, when, options, tasks, is] as const)),
)(
  "with %s and a setTimeout that throws %s every task finishes once, no start is early, and the pool goes on",
  async (_use, _when, options, tasks, isBroken) => {
    const { clock, time } = breaking(isBroken);
    const { pool, log } = lab({ handler: answering, ...options, clock });
    const starts: number[][] = [[], []];
    pool.on("start", ({ slot }) => starts[slot]?.push(time.now()));
    for (let count = 0; count < tasks; count++) expect(pool.offer(counted())).toBe(true);
    await pass(time, 1000);
    expect([log.of("finish").length, pool.running, pool.waiting]).toEqual([tasks, 0, 0]);
    for (const times of starts) {
      const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
      expect(Math.min(...gaps, Infinity)).toBeGreaterThanOrEqual(options.period ?? 0);
    }
  },
);

test("a breaker whose clock has no timers lets its probe go, and closes again", async () => {
  const { clock, time } = breaking(() => true);
  for (const timeout of [0, 50]) {
    const book = new LogBook();
    let isDown = true;
    const breaker = breakerHandler({
      timeout,
      threshold: 1,
      clock,
      logger: book,
      random: () => 0.5,
      delegate: async () => {
        if (isDown) throw BROKEN;
        return new Response("x");
      },
    });
    await expect(breaker("https://example.com/")).rejects.toBe(BROKEN);
    await time.advance(1000);
    isDown = false;
    await expect(breaker("https://example.com/")).resolves.toBeInstanceOf(Response);
    expect(breaker.states().get("example.com:443")?.state).toBe("closed");
    expect(book.errors).toContainEqual(["A timer could not be set", BROKEN]);
  }
});
