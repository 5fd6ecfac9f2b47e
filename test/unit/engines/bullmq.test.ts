import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Consumer, Task } from "../../../src/api/task.ts";
import { jobProcessor, type JobOutcome, type JobProcessorOptions, type JobVerdict } from "../../../src/bullmq.ts";
import { filteredTask, perishableTask, requestTask } from "../../../src/tasks.ts";
import { settled } from "../../support/settled.ts";
import { FakeJob } from "../../support/fake-job.ts";
import { FakeQueue } from "../../support/fake-queue.ts";
import { consumed, lab, type Lab, request } from "../../support/lab.ts";
import { LogBook } from "../../support/log-book.ts";

const NOW = 1_700_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const nothing = (): null => null;

const LIMITER = { max: 1_000_000 };

/** Processes one job that is answered so. @returns What the processor gives. */
async function process(
  answer: Response | Error,
  options?: JobProcessorOptions<FakeJob>,
  {
    job = new FakeJob(LIMITER),
    consumer,
    stage = lab(),
  }: Partial<{ job: FakeJob; consumer: Consumer; stage: Lab }> = {},
): Promise<unknown> {
  const processor = jobProcessor(stage.pool, () => () => ({ request: request(), consumer }), options);
  const done = processor(job, "token").catch((error: unknown) => error);
  await settled();
  const call = stage.handler.call(-1);
  if (answer instanceof Error) call.fail(answer);
  else call.respond(answer);
  return done;
}

const status = (code: number, retryAfter?: string): Response =>
  new Response(null, { status: code, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });

const rateLimited = { message: "bullmq:rateLimitExceeded" };
const delayed = { name: "DelayedError" };

describe("jobProcessor", () => {
  test("declares three parameters, or BullMQ would keep its signal", () => {
    expect(jobProcessor(lab().pool, nothing)).toHaveLength(3);
  });

  test("gives what the consumer returned; nothing for nothing to do", async () => {
    expect(await process(status(201), {}, { consumer: (response) => response.status })).toBe(201);
    expect(await jobProcessor(lab().pool, nothing)(new FakeJob())).toBeUndefined();
  });

  test("makes the task from the job, which may take a while", async () => {
    const { pool, handler } = lab();
    const processor = jobProcessor(pool, async (job: FakeJob & { readonly data: string }) => requestTask(job.data));
    void processor(Object.assign(new FakeJob(), { data: "https://example.com/of-the-job" } as const));
    await settled();
    expect(handler.call(0).request.url).toBe("https://example.com/of-the-job");
  });

  test("a task of a job that can't be made fails that job, with what was thrown", async () => {
    const error = new TypeError("no url");
    const processor = jobProcessor(lab().pool, () => {
      throw error;
    });
    await expect(processor(new FakeJob())).rejects.toBe(error);
  });

  test.for([400, 404, 500, 503])("a status of %d is a failure, for BullMQ's attempts and back-off", async (code) => {
    const job = new FakeJob(LIMITER);
    const consumer = vi.fn<Consumer>();
    expect(await process(status(code), {}, { job, consumer })).toMatchObject({
      name: "Error",
      message: `The server answered ${code}`,
    });
    expect(consumer).toHaveBeenCalledOnce();
    expect([job.opts.backoff, job.moves]).toEqual([{ type: "exponential", delay: 100 }, []]);
  });

  test("its Retry-After is the delay of that attempt", async () => {
    const job = new FakeJob();
    await process(status(500, "7"), {}, { job });
    expect(job.opts.backoff).toEqual({ type: "fixed", delay: 7000 });
  });

  test("errors reach BullMQ as they are, and what is none as an error", async () => {
    const error = new TypeError("fetch failed");
    expect(await process(error)).toBe(error);
    const thrown = await process(status(200), {}, { consumer: () => Promise.reject(null) });
    expect(thrown).toMatchObject({ name: "Error", message: "The server answered 200", cause: null });
  });

  test("what is expired or filtered has failed for good", async () => {
    const { pool } = lab();
    const get = requestTask("https://example.com/");
    const failure = async (task: Task): Promise<unknown> =>
      jobProcessor(pool, () => task)(new FakeJob()).catch((error: unknown) => error);
    const unrecoverable = { name: "UnrecoverableError", message: expect.stringMatching(/expired|filtered/) as unknown };
    expect(await failure(perishableTask(0, get))).toMatchObject(unrecoverable);
    expect(await failure(filteredTask(() => false, get))).toMatchObject(unrecoverable);
  });

  test.for(["DelayedError", "WaitingError", "WaitingChildrenError", "UnrecoverableError"])(
    "a %s that a consumer throws reaches BullMQ, whatever the judge would say",
    async (name) => {
      const error = Object.assign(new Error("of BullMQ"), { name });
      const judge = vi.fn<() => JobVerdict>(() => "done");
      expect(await process(status(429), { judge }, { consumer: () => Promise.reject(error) })).toBe(error);
      expect(judge).not.toHaveBeenCalled();
    },
  );

  test("so does what Worker.RateLimitError() gives", async () => {
    const error = new Error(rateLimited.message);
    expect(await process(status(500), {}, { consumer: () => Promise.reject(error) })).toBe(error);
  });

  test("BullMQ's signal aborts the request, and the reason is what the job fails with, also of a 429", async () => {
    const { pool, handler } = lab();
    const cancel = new AbortController();
    const reason = new Error("cancelled");
    const done = jobProcessor(pool, () => consumed(() => new Promise(() => undefined)))(
      new FakeJob(),
      "token",
      cancel.signal,
    );
    await settled();
    const { signal } = handler.call(0).init;
    handler.call(0).respond(status(429));
    await settled();
    cancel.abort(reason);
    await expect(done).rejects.toBe(reason);
    expect(signal.aborted).toBe(true);
  });

  test("a string that it is cancelled for is what the job is told to have failed with", async () => {
    const cancel = new AbortController();
    cancel.abort("The user has left");
    const done = jobProcessor(lab().pool, nothing)(new FakeJob(), "token", cancel.signal);
    await expect(done).rejects.toMatchObject({ name: "Error", message: "The user has left" });
  });

  test("what the end of the pool cuts short goes back for a second, no attempt used up and nobody asked", async () => {
    const { pool } = lab();
    const job = new FakeJob();
    const judge = vi.fn<() => JobVerdict>(() => "drop");
    const done = jobProcessor(pool, () => requestTask("https://example.com/"), { judge })(job, "token");
    void pool.abort();
    await expect(done).rejects.toMatchObject(delayed);
    expect([job.moves, judge.mock.calls]).toEqual([[[NOW + 1000, "token"]], []]);
  });

  test("a job that can't be put back fails with the reason why", async () => {
    const { pool } = lab();
    const job = new FakeJob();
    const error = new Error("Missing lock for job");
    job.moveToDelayed = () => Promise.reject(error);
    await pool.close();
    await expect(jobProcessor(pool, () => requestTask("https://example.com/"))(job)).rejects.toBe(error);
  });

  test.for([
    ["pool", [{}, nothing]],
    ["task", [lab().pool, "task"]],
    ["options", [lab().pool, nothing, null]],
    ["queue", [lab().pool, nothing, { queue: {} }]],
    ["judge", [lab().pool, nothing, { judge: 1 }]],
    ["logger", [lab().pool, nothing, { logger: 1 }]],
  ] as const)("a `%s` of a wrong type is a TypeError", ([name, args]) => {
    const call = jobProcessor as unknown as (...all: readonly unknown[]) => unknown;
    expect(() => call(...args)).toThrow(new RegExp(`^Expected \`${name}\` to be `));
    expect(() => call(...args)).toThrow(TypeError);
  });
});

const told = (verdict: unknown): JobProcessorOptions<FakeJob> => ({ judge: () => verdict as JobVerdict });

describe("a judge", () => {
  test("sees the outcome with its job, attempts counted from 1", async () => {
    const seen: JobOutcome<FakeJob>[] = [];
    const job = new FakeJob();
    job.attemptsMade = 1;
    await process(status(503, "3"), { judge: (outcome) => void seen.push(outcome) }, { job });
    expect(seen).toEqual([{ ok: true, status: 503, retryAfterMs: 3000, attempts: 2, job }]);
  });

  test('"done" completes a job, with what its consumer returned', async () => {
    expect(await process(status(404), told("done"), { consumer: () => "gone" })).toBe("gone");
    expect(await process(new TypeError("fetch failed"), told("done"))).toBeUndefined();
  });

  test('"retry" is a failure, also of a 200, and of a 429 without a hold', async () => {
    const queue = new FakeQueue();
    expect(await process(status(200), told("retry"))).toMatchObject({ message: "The server answered 200" });
    const job = new FakeJob(LIMITER);
    const failure = await process(status(429, "2"), { ...told("retry"), queue }, { job });
    expect(failure).toMatchObject({ message: "The server answered 429" });
    expect([queue.holds, job.moves, job.opts.backoff]).toEqual([[], [], { type: "fixed", delay: 2000 }]);
  });

  test("{ retry } is a failure, tried again after so many seconds, twelve hours at most", async () => {
    const job = new FakeJob();
    await process(status(500, "9"), told({ retry: 0.25 }), { job });
    expect(job.opts.backoff).toEqual({ type: "fixed", delay: 250 });
    await process(status(500, "9"), told({ retry: 1e9 }), { job });
    expect(job.opts.backoff).toEqual({ type: "fixed", delay: 43_200_000 });
  });

  test('"drop" has failed for good', async () => {
    const unrecoverable = { name: "UnrecoverableError", message: "The server answered 410" };
    expect(await process(status(410), told("drop"))).toMatchObject(unrecoverable);
    const error = new TypeError("fetch failed");
    expect(await process(error, told("drop"))).toMatchObject({
      ...unrecoverable,
      message: error.message,
      cause: error,
    });
  });

  test("that throws, or gives no verdict, or one that is not there yet, fails the job", async () => {
    const error = new RangeError("of the judge");
    const judge = (): never => {
      throw error;
    };
    expect(await process(status(200), { judge })).toBe(error);
    expect(await process(status(200), { judge: () => Promise.reject(error) as never })).toBeInstanceOf(TypeError);
    for (const odd of [null, "of the judge"]) {
      const throwing = (): never => {
        throw odd;
      };
      // BullMQ keeps a job without an end for which it is thrown null.
      expect(await process(status(200), { judge: throwing })).toMatchObject({
        message: odd ?? "The job failed",
        cause: odd,
      });
    }
    expect(await process(status(200), told({ retry: -1 }))).toBeInstanceOf(TypeError);
    expect(await process(status(200), told("ack"))).toBeInstanceOf(TypeError);
  });
});

describe("a 429, or a 503 with Retry-After", () => {
  test("without a queue delays its job, no attempt used up", async () => {
    for (const [answer, ms] of [
      [status(429), 1000],
      [status(429, "3"), 3000],
      [status(503, "2"), 2000],
    ] as const) {
      const job = new FakeJob();
      expect(await process(answer, {}, { job })).toMatchObject(delayed);
      expect(job.moves).toEqual([[NOW + ms, "token"]]);
    }
  });

  test("holds the queue, its consumer having run or failed, and goes back to it", async () => {
    const queue = new FakeQueue();
    const job = new FakeJob(LIMITER);
    expect(await process(status(429, "3"), { queue }, { job })).toMatchObject(rateLimited);
    queue.ttl = 0;
    const consumer = vi.fn<Consumer>().mockRejectedValue(new Error("not ok"));
    expect(await process(status(503, "2"), { queue }, { job, consumer })).toMatchObject(rateLimited);
    expect([queue.holds, job.moves]).toEqual([[3000, 2000], []]);
  });

  test.for([429, 500, 503])(
    "with a Retry-After of 0 a %d is a failure with the job's own back-off, so that no job goes round for ever",
    async (code) => {
      const queue = new FakeQueue();
      const job = new FakeJob(LIMITER);
      expect(await process(status(code, "0"), { queue }, { job })).toMatchObject({
        name: "Error",
        message: `The server answered ${code}`,
      });
      expect([job.opts.backoff, job.moves, queue.holds]).toEqual([{ type: "exponential", delay: 100 }, [], []]);
    },
  );

  test("holds for whole ms, at most twelve hours", async () => {
    const queue = new FakeQueue();
    await process(status(429, "99999999999"), { queue });
    queue.ttl = 0;
    const stage = lab();
    stage.clock.setDate(stage.clock.date() + 0.25);
    const date = new Date(Math.ceil(stage.clock.date() / 1000) * 1000 + 2000);
    await process(status(429, date.toUTCString()), { queue }, { stage });
    expect(queue.holds).toEqual([43_200_000, date.getTime() - Math.floor(stage.clock.date())]);
  });

  test("a longer hold stays; holds of one process never overtake each other", async () => {
    const queue = new FakeQueue();
    const stage = lab({ workers: 3 });
    const processor = jobProcessor(stage.pool, () => () => request(), { queue });
    const jobs = [1, 2, 3].map(() => processor(new FakeJob(LIMITER)).catch((error: unknown) => error));
    await settled();
    ["1", "9", "5"].forEach((seconds, index) => stage.handler.call(index).respond(status(429, seconds)));
    expect(await Promise.all(jobs)).toMatchObject([rateLimited, rateLimited, rateLimited]);
    expect(queue.holds).toEqual([1000, 9000]);
  });

  test("a queue that can't be held is logged, and the job alone is delayed; the next is held again", async () => {
    const queue = new FakeQueue();
    const logger = new LogBook();
    const error = new Error("OOM command not allowed when used memory > 'maxmemory'.");
    queue.rateLimit = () => Promise.reject(error);
    const job = new FakeJob(LIMITER);
    const stage = lab();
    const processor = jobProcessor(stage.pool, () => () => request(), { queue, logger });
    const answered = async (): Promise<unknown> => {
      const done = processor(job, "token").catch((thrown: unknown) => thrown);
      await settled();
      stage.handler.call(-1).respond(status(429, "4"));
      return done;
    };
    expect(await answered()).toMatchObject(delayed);
    expect(job.moves).toEqual([[NOW + 4000, "token"]]);
    expect(logger.errors).toEqual([[expect.stringContaining("could not be held"), error]]);
    queue.rateLimit = async () => undefined;
    expect(await answered()).toMatchObject(rateLimited);
  });

  test("a logger that fails harms neither the job nor the process", async () => {
    const error = new Error("of the logger");
    const failures = [
      (): never => {
        throw error;
      },
      () => Promise.reject(error),
    ];
    for (const fail of failures) {
      const queue = new FakeQueue();
      queue.rateLimit = () => Promise.reject(new Error("Connection is closed."));
      const logger = { debug: fail, error: fail };
      expect(await process(status(429), { queue, logger }, { job: new FakeJob() })).toMatchObject(delayed);
    }
  });

  test("that nobody would look at is told of with the first job", async () => {
    const logger = new LogBook();
    const processor = jobProcessor(lab().pool, nothing, { queue: new FakeQueue(), logger });
    await processor(new FakeJob());
    await settled();
    expect(logger.errors).toEqual([[expect.stringContaining("Nobody will look at a hold")]]);
  });
});
