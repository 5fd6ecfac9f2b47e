import type { Adaptive, Limit, LimitSample } from "../api/limit.ts";
import type { Pace, PolicyHost } from "../api/policies.ts";
import { expect, isFinite, isObject, isThenable, isWhole } from "../lib/checks.ts";
import { Slots } from "./slots.ts";

/** Slots whose number follows a limit. */
export class LimitedSlots<Occupant> extends Slots<Occupant> {
  readonly #host: Pick<PolicyHost, "clock" | "logger">;
  readonly #onChange: () => void;
  /** undefined while it is made. */
  readonly #limit: Limit | undefined;
  /** As it was at first: there are shifts for so many. */
  readonly #max: number = 1;
  /** The number that was told last: who is told, or hears of a sample, may have the limit looked at again. */
  #told: number;
  /** Filled anew for each, so that a sample costs no object. Times are no whole numbers at first: engines keep them in place then. */
  readonly #sample: { -readonly [Key in keyof LimitSample]: LimitSample[Key] } = {
    ms: 0.5,
    now: 0.5,
    status: 0,
    error: undefined,
    running: 0,
    resting: 0,
  };

  /**
   * @param lane Whose slots they are. undefined: the pool's.
   * @param onChange There is another number of slots.
   * @throws {TypeError} The limit is none. @throws What making it throws.
   */
  constructor(
    pace: Pace<Adaptive>,
    host: Pick<PolicyHost, "clock" | "logger">,
    lane: string | undefined,
    onChange: () => void,
  ) {
    super({ ...pace, workers: 1 });
    this.#host = host;
    this.#onChange = onChange;
    const { clock, logger } = host;
    const { period, workers } = pace;
    const limit = workers.limit({ clock, logger, lane, period, changed: () => this.#follow() });
    this.#max = expect(limit, "workers.limit()", "an object with max, a whole number of 1 or more", isLimit).max;
    this.#resize(limit);
    this.#told = this.workers;
    this.#limit = limit;
  }

  override get max(): number {
    return this.#max;
  }

  override sample(sentAt: number, status: number, error: unknown): void {
    const sample = this.#sample;
    sample.now = this.#host.clock.now();
    sample.ms = sample.now - sentAt;
    sample.status = status;
    sample.error = error;
    sample.running = this.taken;
    sample.resting = this.resting(sample.now);
    this.#follow(sample);
    sample.error = undefined; // nothing may keep it
  }

  #follow(sample?: LimitSample): void {
    const limit = this.#limit;
    if (limit === undefined) return;
    try {
      const heard: unknown = sample && limit.sample?.(sample);
      if (isThenable(heard)) Promise.resolve(heard).catch(this.#onFailure);
      this.#resize(limit);
    } catch (failure) {
      this.#onFailure(failure);
    }
    const { workers } = this;
    if (workers === this.#told) return;
    this.#told = workers;
    this.#onChange();
  }

  readonly #onFailure = (failure: unknown): void => this.#host.logger.error("A limit failed", failure);

  #resize({ current }: Limit): void {
    const workers = Math.floor(expect(current, "workers.limit().current", "a finite number", isFinite));
    this.resize(Math.max(1, Math.min(workers, this.#max)));
  }
}

const isLimit = (value: unknown): value is Limit =>
  isObject(value) && "max" in value && isWhole(value.max) && value.max > 0;
