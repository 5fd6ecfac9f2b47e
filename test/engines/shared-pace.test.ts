import { execFile } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Counted, sharedPace } from "./stage/shared-pace.ts";
import { stage } from "./stage/stage.ts";
import { until } from "../support/until.ts";

test("four processes share a limit by way of Redis: never more than it, as the server counts, and hardly less", async () => {
  const runs: Run[] = [];
  // Where the machine is busy with something else, what the limit leaves is not used.
  for (let tries = 0; tries < 3 && !runs.some(({ used }) => used >= 0.95); tries++) runs.push(await measured());
  for (const { beyond } of runs) expect(beyond).toBeLessThanOrEqual(0);
  const quiet = runs.filter(({ stoodMs }) => stoodMs < 50);
  expect(Math.max(...runs.map(({ used }) => used))).toBeGreaterThanOrEqual(quiet.length === 0 ? 0.5 : 0.95);
});

interface Run extends Counted {
  /** For how long this process could not run, at the most. */
  readonly stoodMs: number;
}

async function measured(): Promise<Run> {
  await using staged = await stage();
  const delay = monitorEventLoopDelay();
  delay.enable();
  const counted = await sharedPace(staged, { points: 60, duration: 3, windows: 3 });
  delay.disable();
  return { ...counted, stoodMs: delay.max / 1e6 };
}

test("the example gets what it is told to, at the pace of its limit", async () => {
  await using staged = await stage();
  const { redis, origin } = staged;
  const script = new URL("../../playground/examples/redis-gate/main.ts", import.meta.url);
  const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(script), origin.url], { env });
  expect(stdout).toBe("200\n".repeat(60));
  expect((origin.arrivals.at(-1)?.at ?? 0) - (origin.arrivals[0]?.at ?? 0)).toBeGreaterThanOrEqual(1500);
});

test("without Redis the gate's failure is logged, it is asked again after a second, nothing is lost, and it goes on when Redis is back", async () => {
  await using staged = await stage();
  const { redis, origin, gated } = staged;
  const child = await gated({ name: "one", points: 50, duration: 1, tasks: 200 });
  child.go();
  await until(() => origin.arrivals.length >= 50);
  await redis.stop();
  const asked = (): number => child.stderr.match(/gate/g)?.length ?? 0;
  // By the second time what was let go before has long come.
  await until(() => asked() > 1 && origin.open === 0);
  const { length } = origin.arrivals;
  const before = asked();
  await until(() => asked() >= before + 2);
  expect(origin.arrivals).toHaveLength(length);
  expect(length).toBeLessThan(200);
  await redis.start();
  expect(await child.ended()).toBe(0);
  expect(origin.arrivals).toHaveLength(200);
  expect(origin.repeated()).toEqual([]);
});
