import type { BacklogHost, Waiter } from "../../api/policies.ts";
import { DELAY, expect, ignore, isDelay, isFinite, isThenable } from "../../lib/checks.ts";
import type { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";
import type { Settings } from "./settings.ts";

/** ms until a gate that failed is asked again. */
const RETRY_MS = 1000;

/**
 * The shortest hold by a gate, in ms. One that the clock can't tell from none, such as what is left of a token after a sum of
 * fractions, would have it asked again and again in one turn of the event loop. No platform's timer is finer.
 */
const LEAST_MS = 1;

/**
 * Keeps lanes from starting for a while: by what a response says, and by what the gate does. What the user gave may fail without
 * harm to a task: it is logged.
 */
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
    try {
      const ms = hold(response, this.#host.date()) ?? 0;
      ignore(ms);
      return Math.min(expect(ms, "hold()", DELAY, isDelay), maxHold);
    } catch (error) {
      this.#host.logger.error("`hold` failed", error);
      return 0;
    }
  }

  /** Asks whether a lane that could start a task may. @returns Whether it may now. If not, it isn't ready any more. */
  mayStart(lane: Lane<Item>): boolean {
    const { gate } = this.#settings;
    if (gate === undefined || lane.hasPass) return true;
    lane.isAsking = true;
    this.#rota.settle(lane);
    let ms: number;
    try {
      const answer = gate(lane.name);
      if (isThenable(answer)) {
        void this.#waitFor(lane, answer);
        return false;
      }
      ms = check(answer);
    } catch (error) {
      ms = this.#failed(error);
    }
    this.#onAnswer(lane, ms);
    return false;
  }

  async #waitFor(lane: Lane<Item>, answer: PromiseLike<unknown>): Promise<void> {
    let ms: number;
    try {
      ms = check(await answer);
    } catch (error) {
      ms = this.#failed(error);
    }
    this.#onAnswer(lane, ms);
    this.#host.wake();
  }

  #failed(error: unknown): number {
    this.#host.logger.error(`\`gate\` failed, and is asked again after ${RETRY_MS} ms`, error);
    return RETRY_MS;
  }

  #onAnswer(lane: Lane<Item>, ms: number): void {
    lane.isAsking = false;
    lane.hasPass = ms <= 0;
    if (lane.hasPass) this.#rota.settle(lane, this.#host.clock.now());
    else this.hold(lane, Math.max(ms, LEAST_MS));
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

/** What a gate gives, when it is a number of ms. */
const check = (ms: unknown): number => expect(ms, "gate()", "a finite number of ms", isFinite);
