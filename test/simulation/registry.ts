import type { Job } from "./call.ts";
import type { Setup } from "./setup.ts";

/** What waits and runs in a lane, as events tell of it. */
export interface Census {
  /** Tasks that never ran. */
  fresh: number;
  /** Tasks that have run, at rest or back from it. */
  readonly back: Set<Job>;
  /** Attempts whose slot may be taken. */
  readonly started: Set<Job>;
}

/** Who is where in the lanes of a pool. One without lanes is one lane, whatever the calls ask for. */
export class Registry {
  readonly #setup: Setup;
  readonly #lanes = new Map<string, Census>();

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  get all(): Iterable<readonly [name: string, census: Census]> {
    return this.#lanes;
  }

  /** Those of a lane that come back from a rest, or are at rest. */
  back(lane: string): Iterable<Job> {
    return this.of(lane).back;
  }

  of(name: string): Census {
    const key = this.#setup.lanes === undefined ? "" : name;
    let census = this.#lanes.get(key);
    if (census === undefined) this.#lanes.set(key, (census = { fresh: 0, back: new Set(), started: new Set() }));
    return census;
  }

  /** A task waits, or rests. */
  enter(job: Job): void {
    const census = this.of(job.call.lane);
    if (job.attempt > 1) census.back.add(job);
    else census.fresh++;
  }

  /** It waits no more. */
  leave(job: Job): void {
    const census = this.of(job.call.lane);
    if (job.attempt > 1) census.back.delete(job);
    else census.fresh--;
  }

  start(job: Job): void {
    this.of(job.call.lane).started.add(job);
  }

  /** An attempt is over. Its slot may be taken longer. */
  end(job: Job): void {
    const { started } = this.of(job.call.lane);
    for (const one of started) if (!one.isBusy && !one.isDoubtful) started.delete(one);
  }
}
