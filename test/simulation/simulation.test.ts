import { beforeAll, describe, expect, test } from "vitest";
import { explain, simulateMany, type Summary } from "./crew.ts";
import { sabotages } from "./sabotage.ts";
import { simulate } from "./simulation.ts";

/** Tasks in all. Fewer where there is less time, but with less than 50,000 not everything happens. */
const TASKS = Number(process.env["SIMULATED_TASKS"] ?? 1_000_000);
const TASKS_A_SEED = Math.min(TASKS, 2000);
const LIMIT_MS = 15 * 60_000;

/** What a run must have seen, or it has not looked at what it is about. */
const MUST_HAPPEN = `
  offer, send, run, fetch, map, writable
  queue, reject, start, headers, finish, dropped, released, body, consume, idle
  abort signal, pause, resume, jump, jump wall, listen, close, abort pool
  mischief call, mischief abort, mischief pause, mischief close, mischief abort pool
  map read, map failed, map left, writable closed, writable failed
  tripped, half-open, reset, refused, breaker timeout
  end by close, end by abort, end by close and abort, end when idle`
  .split(/[,\n]/)
  .map((what) => what.trim())
  .filter((what) => what !== "");

describe("pools in worlds of chance", () => {
  let summary: Summary;

  beforeAll(async () => {
    summary = await simulateMany(1, Math.ceil(TASKS / TASKS_A_SEED), TASKS_A_SEED);
    const { tasks, calls, pools, seeds, steps, seconds } = summary;
    console.log(
      `${tasks} tasks of ${calls} calls in ${pools} pools, ${seeds} seeds, ${steps} steps, ${seconds.toFixed(1)} s`,
    );
  }, LIMIT_MS);

  test("break no invariant", () => {
    const [failed] = summary.failed;
    if (failed !== undefined) expect.fail(explain(failed, TASKS_A_SEED, 40));
    expect(summary.tasks).toBeGreaterThanOrEqual(TASKS);
  });

  test.for(MUST_HAPPEN)("see: %s", (what) => {
    expect(summary.counts.get(what)).toBeGreaterThan(0);
  });
});

describe("a simulation", () => {
  test("takes the same way again with the same seed", async () => {
    const [first, second] = [await simulate(7, 1000), await simulate(7, 1000)];
    expect(second.hash).toBe(first.hash);
    expect(second.tail).toEqual(first.tail);
  });

  test("takes another way with another seed", async () => {
    const [first, second] = [await simulate(7, 100), await simulate(8, 100)];
    expect(second.hash).not.toBe(first.hash);
  });

  test("takes the same way in a thread", async () => {
    const [here, there] = [await simulate(7, 300), await simulateMany(7, 1, 300)];
    expect(there).toMatchObject({ tasks: here.tasks, steps: here.steps, counts: here.counts });
  });

  test("sees that a pool is not the same twice", async () => {
    let turn = 0;
    const hashes = new Set<string>();
    const fickle = { options: <Options>(options: Options): Options => ({ ...options, timeout: ++turn }) };
    for (let run = 0; run < 2; run++) hashes.add((await simulate(7, 100, fickle)).hash);
    expect(hashes.size).toBe(2);
  });
});

describe("a simulation catches a pool that", () => {
  test.for(Object.entries(sabotages))("%s", async ([, sabotage]) => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 400 && !failures.some((failure) => sabotage.caught.test(failure)); seed++) {
      failures.push(...(await simulate(seed, 300, sabotage)).failures);
    }
    expect(failures).toContainEqual(expect.stringMatching(sabotage.caught));
  });
});
