import { Queue } from "bullmq";
import { until } from "../../support/until.ts";

/** How the jobs of a queue stand. */
export type Counts = Readonly<Record<string, number>>;

/** A queue with its producer. */
export class Jobs {
  readonly queue: Queue;

  constructor(name: string, port: number) {
    this.queue = new Queue(name, { connection: { host: "127.0.0.1", port } });
    this.queue.on("error", () => undefined);
  }

  /** Adds so many jobs, with one attempt each: none may fail. */
  async add(count: number, from = 0): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, (_, index) => `job-${from + index}`);
    await this.queue.addBulk(ids.map((jobId) => ({ name: "hook", data: {}, opts: { jobId, attempts: 1 } })));
    return ids;
  }

  counts(): Promise<Counts> {
    return this.queue.getJobCounts();
  }

  /** Resolves when so many are completed or have failed. */
  async finished(count: number): Promise<Counts> {
    await until(async () => {
      const { completed = 0, failed = 0 } = await this.counts();
      return completed + failed >= count;
    }, `${count} jobs have finished`);
    return this.counts();
  }

  /** The jobs that a worker has fetched. */
  async activeOf(worker: string): Promise<readonly string[]> {
    const active = await this.queue.getActive();
    return active.filter(({ processedBy }) => processedBy === worker).map(({ id }) => String(id));
  }

  /** The jobs that are done. */
  async completed(): Promise<ReadonlySet<string>> {
    const completed = await this.queue.getCompleted(0, -1);
    return new Set(completed.map(({ id }) => String(id)));
  }

  close(): Promise<void> {
    return this.queue.close();
  }
}
