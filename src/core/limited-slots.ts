import type { Adaptive, Limit, LimitSample } from "../api/limit.ts";
import type { Pace, PolicyHost } from "../api/policies.ts";
import { expect, isFinite, isObject, isWhole } from "../lib/checks.ts";
import { Slots } from "./slots.ts";

/** Slots whose number follows a limit. */
export class LimitedSlots<Occupant> extends Slots<Occupant> {
  readonly #host: Pick<PolicyHost, "clock" | "logger">;
  readonly #onChange: () => void;
  /** undefined while it is made. */
  readonly #limit: Limit | undefined;
  /** Filled anew for each, so that a sample costs no object. Times are no whole numbers at first: engines keep them in place then. */
  readonly #sample: { -readonly [Key in keyof LimitSample]: LimitSample[Key] } = {
    ms: 0.5,
    now: 0.5,
    status: 0,
    error: undefined,
    running: 0,
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
    const limit = pace.workers.limit({ clock, logger, lane, changed: () => this.#follow() });
    this.#limit = expect(limit, "workers.limit()", "an object with max, a whole number of 1 or more", isLimit);
    this.#resize(limit);
  }

  override get max(): number {
    return this.#limit?.max ?? 1;
  }

  override sample(sentAt: number, status: number, error: unknown): void {
    const sample = this.#sample;
    sample.now = this.#host.clock.now();
    sample.ms = sample.now - sentAt;
    sample.status = status;
    sample.error = error;
    sample.running = this.taken;
    this.#follow(sample);
    sample.error = undefined; // nothing may keep it
  }

  #follow(sample?: LimitSample): void {
    const limit = this.#limit;
    if (limit === undefined) return;
    const before = this.workers;
    try {
      if (sample !== undefined) limit.sample?.(sample);
      this.#resize(limit);
    } catch (failure) {
      this.#host.logger.error("A limit failed", failure);
    }
    if (this.workers !== before) this.#onChange();
  }

  #resize({ current, max }: Limit): void {
    const workers = Math.floor(expect(current, "workers.limit().current", "a finite number", isFinite));
    this.resize(Math.max(1, Math.min(workers, max)));
  }
}

const isLimit = (value: unknown): value is Limit =>
  isObject(value) && "max" in value && isWhole(value.max) && value.max > 0;
