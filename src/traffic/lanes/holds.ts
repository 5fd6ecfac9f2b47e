import type { BacklogHost, Waiter } from "../../api/policies.ts";
import { isFinite } from "../../lib/checks.ts";
import { askGate } from "./gate.ts";
import type { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";
import type { Settings } from "./settings.ts";

/** Keeps lanes from starting for a while: by what a response says, and by what the gate does. */
export class Holds<Item extends Waiter<Item>> {
  readonly #host: BacklogHost<Item>;
  readonly #settings: Settings;
  readonly #rota: Rota<Item>;

  constructor(host: BacklogHost<Item>, settings: Settings, rota: Rota<Item>) {
    this.#host = host;
    this.#settings = settings;
    this.#rota = rota;
  }

  onResponse(item: Item, response: Response): void {
    const { hold, maxHold } = this.#settings;
    const { logger } = this.#host;
    let ms: unknown;
    try {
      ms = hold?.(response, this.#host.date()) ?? 0;
    } catch (error) {
      return logger.error("`hold` failed", error);
    }
    if (!isFinite(ms) || ms < 0) logger.error("`hold` gave no finite number of ms of 0 or more");
    // Who was asked may have ended the last task of the lane, which is forgotten then.
    else if (ms > 0) this.#hold(this.#rota.up(item), Math.min(ms, maxHold), response.status);
  }

  /** Asks whether a lane that could start a task may. @returns Whether it may now. If not, it isn't ready any more. */
  mayStart(lane: Lane<Item>): boolean {
    const { gate } = this.#settings;
    if (gate === undefined || lane.hasPass) return true;
    lane.isAsking = true;
    this.#rota.settle(lane);
    askGate(gate, lane.name, this.#host.logger, (ms, isLate) => {
      lane.isAsking = false;
      lane.hasPass = ms <= 0;
      if (lane.hasPass) this.#rota.settle(lane, this.#host.clock.now());
      else this.#hold(lane, ms, undefined);
      if (isLate) this.#host.wake();
    });
    return false;
  }

  /** Holds a lane, if that is for longer than it is held already. */
  #hold(lane: Lane<Item>, ms: number, status: number | undefined): void {
    const until = this.#host.clock.now() + ms;
    const isLonger = until > lane.heldUntil;
    if (isLonger) lane.heldUntil = until;
    this.#rota.settle(lane);
    if (isLonger) this.#host.hold(lane.name, ms, status);
  }
}
