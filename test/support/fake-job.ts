/** A job as BullMQ's workers hand it out, as far as a processor sees. */
export class FakeJob {
  attemptsMade = 0;
  opts: { attempts: number; backoff?: unknown } = { attempts: 3, backoff: { type: "exponential", delay: 100 } };
  readonly name = "hook";
  readonly data: unknown = undefined;
  readonly moves: (readonly [timestamp: number, token: string | undefined])[] = [];
  readonly queue: { opts: { limiter?: { max: number } } };

  constructor(limiter?: { max: number }) {
    this.queue = { opts: limiter ? { limiter } : {} };
  }

  async updateProgress(): Promise<void> {
    // Nobody looks.
  }

  async moveToDelayed(timestamp: number, token?: string): Promise<void> {
    this.moves.push([timestamp, token]);
  }
}
