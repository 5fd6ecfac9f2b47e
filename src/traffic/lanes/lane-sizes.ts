import type { BacklogHost, Waiter } from "../../api/policies.ts";
import { isObject } from "../../lib/checks.ts";
import { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";
import { type Limits, type Settings, within } from "./settings.ts";

/**
 * How many waiting places and slots the lanes of a pool have: slots by a limit of their own, else as many of the pool's as they
 * may.
 */
export class LaneSizes<Item extends Waiter<Item>> {
  readonly #host: BacklogHost<Item>;
  readonly #settings: Settings;
  readonly #rota: Rota<Item>;
  /** What a lane may have that has no limits of its own. */
  readonly #common: Limits;

  constructor(host: BacklogHost<Item>, settings: Settings, rota: Rota<Item>) {
    this.#host = host;
    this.#settings = settings;
    this.#rota = rota;
    this.#common = within(host.queueSize, settings.common);
  }

  /** A new lane, which comes up when there is something in it. Whoever is asked for its limits may bring up another of its name. */
  lane(name: string): Lane<Item> {
    const its = this.#settings.limits(name);
    const limits = its === undefined ? this.#common : within(this.#host.queueSize, its);
    const { workers, period, spread } = limits;
    if (!isObject(workers)) {
      const number = Math.min(workers, this.#host.workers());
      const pace = { workers: number, period, spread };
      return new Lane(name, limits, number, period > 0 ? this.#host.slots(pace, name, unchanged) : undefined);
    }
    const slots = this.#host.slots({ workers, period, spread }, name, () => this.#onChange(lane, slots.workers));
    const lane = new Lane<Item>(name, limits, slots.workers, slots);
    return lane;
  }

  /** The pool has another number of slots. */
  followPool(): void {
    for (const lane of this.#rota.all) {
      const { workers } = lane.limits;
      if (isObject(workers)) continue;
      lane.resize(Math.min(workers, this.#host.workers()));
      this.#rota.settle(lane);
    }
  }

  /** The limit of a lane has another number. */
  #onChange(lane: Lane<Item>, workers: number): void {
    lane.workers = workers;
    if (!lane.isUp) return;
    this.#rota.settle(lane);
    this.#host.limit(lane.name, workers);
    this.#host.wake();
  }
}

/** A fixed number does not change of itself. */
const unchanged = (): void => undefined;
