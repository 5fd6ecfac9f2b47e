import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Random } from "../../playground/demo/random.ts";
import { stage } from "./stage/stage.ts";

const SEEDS = 20;
const JOBS_EACH = 60;
const GRACE_MS = 300;

test("20 processes ended at random moments, half of them without a word: nothing is lost, and nothing delivered again that was done", async () => {
  await using staged = await stage();
  const { origin, jobs, work } = staged;
  const unfinished = new Set<string>();
  let added = 0;
  let aborted = 0;
  // Whoever will be ended waits for ever for each tenth job.
  origin.script = ({ id, process }) => (process !== "last" && id.endsWith("0") ? undefined : { status: 200 });
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const name = `seed-${seed}`;
    const setup = { grace: GRACE_MS, workers: random.whole(5, 25), lanes: random.chance(0.5) };
    const [worker] = await Promise.all([work(name, setup), jobs.add(JOBS_EACH, added)]);
    added += JOBS_EACH;
    await sleep(random.whole(0, 100));
    const isTold = seed % 2 === 0;
    expect(await worker.end(isTold ? "SIGTERM" : "SIGKILL"), name).toBe(isTold ? 0 : null);
    // Who was told has given back all that it had.
    if (isTold) expect(await jobs.activeOf(name), name).toEqual([]);
    const completed = await jobs.completed();
    const sent = origin.arrivals.filter(({ process }) => process === name);
    for (const { id } of sent) if (!completed.has(id)) unfinished.add(id);
    if (isTold) aborted += sent.filter(({ status }) => status === undefined).length;
  }
  await work("last");
  // With one attempt for each job, none has used one up.
  expect(await jobs.finished(added)).toMatchObject({ completed: added, failed: 0 });
  expect(origin.counts().size).toBe(added);
  expect([...unfinished]).toEqual(expect.arrayContaining([...origin.repeated()]));
  expect(aborted).toBeGreaterThan(0);
});
