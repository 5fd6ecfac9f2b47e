import type { BacklogHost, Waiter } from "../../api/policies.ts";
import { ignore, isFinite } from "../../lib/checks.ts";
import { askGate } from "./gate.ts";
import type { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";
import type { Settings } from "./settings.ts";

/**
 * The shortest hold by a gate, in ms. One that the clock can't tell from none, such as what is left of a token after a sum of
 * fractions, would have it asked again and again in one turn of the event loop. No platform's timer is finer.
 */
const LEAST_MS = 1;

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

  /** For how many ms a response holds its lane. 0: not at all. */
  askedBy(response: Response): number {
    const { hold, maxHold } = this.#settings;
    const { logger } = this.#host;
    let ms: unknown;
    try {
      ms = hold?.(response, this.#host.date()) ?? 0;
    } catch (error) {
      logger.error("`hold` failed", error);
      return 0;
    }
    if (isFinite(ms) && ms >= 0) return Math.min(ms, maxHold);
    ignore(ms);
    logger.error("`hold` gave no finite number of ms of 0 or more");
    return 0;
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
      else this.hold(lane, Math.max(ms, LEAST_MS));
      if (isLate) this.#host.wake();
    });
    return false;
  }

  /**
   * Holds a lane, which must be up, if that is for longer than it is held already.
   *
   * @param status That of the response that says so. undefined: the gate does.
   */
  hold(lane: Lane<Item>, ms: number, status?: number): void {
    const until = this.#host.clock.now() + ms;
    const isLonger = until > lane.heldUntil;
    if (isLonger) lane.heldUntil = until;
    this.#rota.settle(lane);
    if (isLonger) this.#host.hold(lane.name, ms, status);
  }
}
