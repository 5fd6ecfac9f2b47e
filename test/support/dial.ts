import type { Adaptive, Limit, LimitHost, LimitSample } from "../../src/api/limit.ts";

/** A limit in the test's hands. Each pool and each lane that it is given to has a number of its own. */
export class Dial implements Adaptive {
  readonly max: number;
  readonly start: number;
  readonly limits: DialledLimit[] = [];

  constructor(start: number, max = 100) {
    this.start = start;
    this.max = max;
  }

  limit(host: LimitHost): Limit {
    const limit = new DialledLimit(this.start, this.max, host);
    this.limits.push(limit);
    return limit;
  }

  /** The limit of a lane, or of the pool: the last that was made for it. */
  of(lane?: string): DialledLimit {
    const limit = this.limits.findLast(({ host }) => host.lane === lane);
    if (limit === undefined) throw new Error(`There is no limit for ${lane ?? "the pool"}`);
    return limit;
  }

  /** Turns the pool's number. */
  turn(workers: number): void {
    this.of().turn(workers);
  }
}

/** One limit of a {@link Dial}, which keeps what it is told. */
export class DialledLimit implements Limit {
  current: number;
  readonly max: number;
  readonly host: LimitHost;
  readonly samples: LimitSample[] = [];

  constructor(start: number, max: number, host: LimitHost) {
    this.current = start;
    this.max = max;
    this.host = host;
  }

  turn(workers: number): void {
    this.current = workers;
    this.host.changed();
  }

  sample(sample: LimitSample): void {
    this.samples.push({ ...sample });
  }
}
