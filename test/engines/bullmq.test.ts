import { expect, test } from "vitest";
import { stage } from "./stage/stage.ts";
import { until } from "../support/until.ts";

const COUNT = 3000;

test("three processes, one killed half-way, Redis restarted once: every job is done, and only what was in flight at the kill twice", async () => {
  await using staged = await stage();
  const { redis, origin, jobs, work } = staged;
  const ids = await jobs.add(COUNT);
  const [victim] = await Promise.all(["one", "two", "three"].map((name) => work(name)));
  await until(() => origin.arrivals.length >= COUNT / 2);
  await victim?.end("SIGKILL");
  const inFlight = await jobs.activeOf("one");
  await until(() => origin.counts().size >= (COUNT * 2) / 3);
  await redis.stop();
  await redis.start();
  const counts = await jobs.finished(COUNT);

  expect(counts).toMatchObject({ completed: COUNT, failed: 0, active: 0, waiting: 0, delayed: 0 });
  expect([...origin.counts().keys()].toSorted()).toEqual([...ids].toSorted());
  const repeated = origin.repeated();
  expect(inFlight.length).toBeLessThanOrEqual(20);
  expect(inFlight).toEqual(expect.arrayContaining([...repeated]));
  expect(origin.arrivals.length).toBe(COUNT + repeated.length);
});
