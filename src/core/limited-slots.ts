import type { Adaptive, Limit, LimitSample } from "../api/limit.ts";
import type { Pace, PolicyHost } from "../api/policies.ts";
import { expect, isFinite, isObject, isWhole } from "../lib/checks.ts";
import { Slots } from "./slots.ts";

/** Slots whose number follows a limit. */
export class LimitedSlots<Occupant> extends Slots<Occupant> {
  readonly #host: Pick<PolicyHost, "clock" | "logger">;
  readonly #onChange: () => void;
  readonly #limit: Limit | undefined;
  readonly #max: number;
  /** Filled anew for each, so that a sample costs no object. */
  readonly #sample: { -readonly [Key in keyof LimitSample]: LimitSample[Key] } = {
    ms: 0.5, // no whole number, nor is the next: engines keep such a property in its place
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
    this.#max = expect(limit, LIMIT, "an object with max, a whole number of 1 or more", isLimit).max;
    this.#limit = limit;
    this.resize(this.#current(limit));
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
    try {
      this.#limit?.sample?.(sample);
    } catch (failure) {
      this.#fail(failure);
    }
    sample.error = undefined; // nothing may keep it
    this.#follow();
  }

  #follow(): void {
    if (this.#limit === undefined) return;
    const before = this.workers;
    try {
      this.resize(this.#current(this.#limit));
    } catch (failure) {
      this.#fail(failure);
    }
    if (this.workers !== before) this.#onChange();
  }

  #current({ current }: Limit): number {
    const number = Math.floor(expect(current, `${LIMIT}.current`, "a finite number", isFinite));
    return Math.max(1, Math.min(number, this.#max));
  }

  #fail(error: unknown): void {
    this.#host.logger.error("A limit failed", error);
  }
}

const LIMIT = "workers.limit()";

const isLimit = (value: unknown): value is Limit =>
  isObject(value) && "max" in value && isWhole(value.max) && value.max > 0;
