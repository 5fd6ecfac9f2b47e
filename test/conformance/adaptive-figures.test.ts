import { describe, expect, test } from "vitest";
import { adaptive } from "../../src/adaptive.ts";
import type { Adaptive, Limit, LimitSample } from "../../src/lean.ts";
import { figuresOf } from "../bench/adaptive/figures.ts";
import { run, TUNED } from "../bench/adaptive/run.ts";
import { S, type World, worlds } from "../bench/adaptive/world.ts";

/* One run each of some of the worlds that `npm run bench:adaptive` has twenty of. */

/** Which bars a pool misses in a world. */
async function missed(world: World, workers: Adaptive | number = TUNED): Promise<string[]> {
  const { perSecond, p95, refused } = figuresOf(world, await run(world, 1, workers));
  // A request is on its way for 1 ms in the mean.
  const throughput = perSecond / ((world.capacity * 1000) / (S + 1));
  const { bars } = world;
  return [
    ...(throughput < (bars.throughput ?? 0) ? ["throughput"] : []),
    ...(p95 > (bars.p95 ?? Infinity) ? ["p95"] : []),
    ...(refused > (bars.refused ?? 1) ? ["429s"] : []),
  ];
}

const worldOf = (name: string): World => {
  const world = worlds.find((each) => each.name === name);
  if (world === undefined) throw new Error(`There is no world ${name}`);
  return world;
};

const QUEUES = worldOf("C = 16, queues");
const HALVES = worldOf("C = 16, queues, halves");
const DOUBLES = worldOf("C = 16, queues, doubles");
const REFUSES = worldOf("C = 16, says 429");

/** Spoils the limits of `adaptive()`. */
function spoiled(
  spoil: (limit: Limit, sample: LimitSample) => LimitSample,
  current: (limit: Limit) => number,
): Adaptive {
  const whole = adaptive({ max: 200 });
  return {
    limit: (host) => {
      const limit = whole.limit(host);
      return {
        max: limit.max,
        get current() {
          return current(limit);
        },
        sample: (sample) => limit.sample?.(spoil(limit, sample)),
      };
    },
  };
}

/** One whose number never sinks. */
function neverSinks(): Adaptive {
  let most = 0;
  return spoiled(asItIs, ({ current }) => (most = Math.max(most, current)));
}

const asItIs = (_: Limit, sample: LimitSample): LimitSample => sample;

describe("93 adaptive", { timeout: 60_000 }, () => {
  test.each([
    QUEUES,
    HALVES,
    DOUBLES,
    REFUSES,
    worldOf("C = 16, says 429, halves"),
    worldOf("C = 16, says 429, doubles"),
  ])("$name: it is within the bars", async (world) => {
    expect(await missed(world)).toEqual([]);
  });

  test("a number that never sinks is seen by the p95 where C halves, and by the 429s", async () => {
    expect(await missed(HALVES, neverSinks())).toEqual(["p95"]);
    expect(await missed(REFUSES, neverSinks())).toEqual(["429s"]);
  });

  test("a number that never grows is seen by the throughput", async () => {
    const neverGrows = spoiled(asItIs, ({ current }) => Math.min(current, 4));
    expect(await missed(QUEUES, neverGrows)).toEqual(["throughput"]);
    expect(await missed(DOUBLES, neverGrows)).toEqual(["throughput"]);
  });

  test("times by a clock that stands still, or runs of itself, are seen by the p95", async () => {
    const still = spoiled(
      (_, sample) => ({ ...sample, ms: 0 }),
      ({ current }) => current,
    );
    let ticks = 0;
    const other = spoiled(
      (_, sample) => ({ ...sample, ms: 5 + (ticks++ % 3) }),
      ({ current }) => current,
    );
    expect([await missed(QUEUES, still), await missed(QUEUES, other)]).toEqual([["p95"], ["p95"]]);
  });

  test("fixed numbers miss them: too few waste the server, too many make a queue", async () => {
    expect([await missed(QUEUES, 12), await missed(QUEUES, 40), await missed(REFUSES, 18)]).toEqual([
      ["throughput"],
      ["p95"],
      ["429s"],
    ]);
  });
});
