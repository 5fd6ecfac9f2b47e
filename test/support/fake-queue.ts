import type { HoldableQueue } from "../../src/bullmq.ts";

/** A queue whose hold stands still. */
export class FakeQueue implements HoldableQueue {
  ttl = -2;
  readonly holds: number[] = [];
  readonly asked: (number | undefined)[] = [];
  global: { max: number; duration: number } | null = null;

  async rateLimit(ms: number): Promise<void> {
    this.holds.push(ms);
    this.ttl = ms;
  }

  async getRateLimitTtl(maxJobs?: number): Promise<number> {
    this.asked.push(maxJobs);
    return this.ttl;
  }

  async getGlobalRateLimit(): Promise<{ max: number; duration: number } | null> {
    return this.global;
  }
}
