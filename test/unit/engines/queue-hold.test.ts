import { describe, expect, test } from "vitest";
import { QueueHold } from "../../../src/engines/queue-hold.ts";
import { settled } from "../../support/settled.ts";
import { FakeJob } from "../../support/fake-job.ts";
import { FakeQueue } from "../../support/fake-queue.ts";
import { LogBook } from "../../support/log-book.ts";

const LIMITER = { max: 1_000_000 };

describe("the hold of a queue", () => {
  test("is lengthened and never shortened, in the order in which it is asked for", async () => {
    const queue = new FakeQueue();
    const hold = new QueueHold(queue, new LogBook());
    const asked = [1000, 9000, 5000].map((ms) => hold.set(new FakeJob(LIMITER), ms));
    expect(await Promise.all(asked)).toEqual([true, true, true]);
    expect(queue.holds).toEqual([1000, 9000]);
  });

  test("knows a window that still lets jobs through by the limiter's maximum, the queue's own first", async () => {
    const queue = new FakeQueue();
    const hold = new QueueHold(queue, new LogBook());
    await hold.set(new FakeJob(LIMITER), 1000);
    queue.global = { max: 5, duration: 1000 };
    await hold.set(new FakeJob(LIMITER), 1000);
    queue.global = null;
    await hold.set(new FakeJob(), 1000);
    expect(queue.asked).toEqual([LIMITER.max, 5, undefined]);
  });

  test("that can't be set is logged, and the next one is set all the same", async () => {
    const queue = new FakeQueue();
    const logger = new LogBook();
    const hold = new QueueHold(queue, logger);
    const error = new Error("Connection is closed.");
    queue.getRateLimitTtl = () => Promise.reject(error);
    const first = hold.set(new FakeJob(LIMITER), 1000);
    expect(await first).toBe(false);
    expect(logger.errors).toEqual([[expect.stringContaining("could not be held"), error]]);
    queue.getRateLimitTtl = async () => 0;
    expect(await hold.set(new FakeJob(LIMITER), 1000)).toBe(true);
    expect(queue.holds).toEqual([1000]);
  });
});

async function look(queue: FakeQueue, job: FakeJob, logger: LogBook, times = 1): Promise<void> {
  const hold = new QueueHold(queue, logger);
  for (let i = 0; i < times; i++) hold.look(job);
  await settled();
}

describe("who would not look at a hold", () => {
  test("is told of once, when there is neither a limiter nor a global rate limit", async () => {
    const logger = new LogBook();
    await look(new FakeQueue(), new FakeJob(), logger, 3);
    expect(logger.errors).toEqual([[expect.stringContaining("limiter: { max: 1e6, duration: 1000 }")]]);
  });

  test("is not told of with either", async () => {
    const logger = new LogBook();
    const queue = new FakeQueue();
    await look(queue, new FakeJob(LIMITER), logger);
    queue.global = { max: 5, duration: 1000 };
    await look(queue, new FakeJob(), logger);
    expect(logger.errors).toEqual([]);
  });

  test("is looked for again when Redis could not say", async () => {
    const logger = new LogBook();
    const queue = new FakeQueue();
    queue.getGlobalRateLimit = () => {
      queue.getGlobalRateLimit = async () => null;
      return Promise.reject(new Error("Connection is closed."));
    };
    const hold = new QueueHold(queue, logger);
    hold.look(new FakeJob());
    await settled();
    expect(logger.errors).toEqual([]);
    hold.look(new FakeJob());
    await settled();
    expect(logger.errors).toHaveLength(1);
  });
});
