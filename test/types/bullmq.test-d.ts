import { type Job, Queue, Worker } from "bullmq";
import { expectTypeOf, test } from "vitest";
import { jobProcessor, type JobOutcome, type ProcessedJob } from "../../src/bullmq.ts";
import { Client, requestTask } from "../../src/index.ts";

interface Hook {
  readonly url: string;
}

const connection = { host: "127.0.0.1" };
const pool = new Client().start();
const queue = new Queue<Hook>("hooks", { connection });

test("a processor fits BullMQ's Worker, which says what a job is", () => {
  const worker = new Worker<Hook>(
    "hooks",
    jobProcessor(pool, (job) => {
      expectTypeOf(job).toEqualTypeOf<Job<Hook>>();
      return requestTask(job.data.url, { method: "POST" });
    }),
    { connection, concurrency: 20 },
  );
  expectTypeOf(worker).toEqualTypeOf<Worker<Hook>>();
});

test("and its Queue, with a result that the consumer makes", () => {
  const processor = jobProcessor(pool, (job: Job<Hook>) => requestTask(job.data.url, (response) => response.status), {
    queue,
    judge: (outcome) => {
      expectTypeOf(outcome).toEqualTypeOf<JobOutcome<Job<Hook>>>();
      return outcome.job.data.url === "" ? "drop" : { retry: 1 };
    },
  });
  expectTypeOf(processor).returns.resolves.toEqualTypeOf<number | undefined>();
  expectTypeOf(new Worker<Hook, number | undefined>("hooks", processor, { connection })).toEqualTypeOf<
    Worker<Hook, number | undefined>
  >();
  const plain = new Worker("hooks", processor, { connection });
  expectTypeOf(plain).toExtend<Worker>();
});

test("where nobody says what a job is, it is what BullMQ has it be", () => {
  const worker = new Worker(
    "hooks",
    jobProcessor(pool, (job) => requestTask(job.data.url, () => job.updateProgress(100))),
    { connection },
  );
  expectTypeOf(worker).toExtend<Worker>();
});

test("a wrong verdict does not compile", () => {
  // @ts-expect-error BullMQ knows no "ack".
  jobProcessor(pool, () => null, { judge: () => "ack" });
  expectTypeOf<Job>().toExtend<ProcessedJob>();
});
