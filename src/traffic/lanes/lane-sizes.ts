import type { BacklogHost, PacedSlots, Waiter } from "../../api/policies.ts";
import { isObject } from "../../lib/checks.ts";
import { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";
import type { Settings } from "./settings.ts";

/**
 * How many waiting places and slots the lanes of a pool have: slots by a limit of their own, else as many of the pool's as they
 * may.
 */
export class LaneSizes<Item extends Waiter<Item>> {
  readonly #host: BacklogHost<Item>;
  readonly #settings: Settings;
  readonly #rota: Rota<Item>;

  constructor(host: BacklogHost<Item>, settings: Settings, rota: Rota<Item>) {
    this.#host = host;
    this.#settings = settings;
    this.#rota = rota;
  }

  /** A new lane, which comes up when there is something in it. */
  lane(name: string): Lane<Item> {
    const its = this.#settings.limits(name);
    const limits = { ...its, queueSize: its.queueSize || Math.max(1, Math.floor(this.#host.queueSize / 2)) };
    const workers = isObject(its.workers) ? its.workers : Math.min(its.workers, this.#host.workers());
    const slots: PacedSlots = this.#host.slots({ ...its, workers }, name, () => this.#onChange(lane));
    const lane = new Lane<Item>(name, limits, slots);
    // Who was asked may have brought a task of this very lane.
    return this.#rota.get(name) ?? lane;
  }

  /** The pool has another number of slots. */
  followPool(): void {
    for (const lane of this.#rota.all) {
      const { workers } = lane.limits;
      if (isObject(workers)) continue;
      lane.slots.resize(Math.min(workers, this.#host.workers()));
      this.#rota.settle(lane);
    }
  }

  /** The limit of a lane has another number. */
  #onChange(lane: Lane<Item>): void {
    if (!lane.isUp) return;
    this.#rota.settle(lane);
    this.#host.limit(lane.name, lane.slots.workers);
    this.#host.wake();
  }
}
