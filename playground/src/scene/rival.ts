import type { Clock } from "httppool";
import type { SimulatedServer } from "httppool/lab";
import { careOptions, handOptions } from "../rivals/rival-options.ts";
import { rivalsOn } from "../rivals/rivals-on.ts";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";
import { numberOf } from "../world/hosts.ts";
import { serverFor } from "../world/server.ts";
import { OpenHistory } from "./open-history.ts";
import type { Opponent, OpenView } from "./opponent.ts";
import type { Outcome } from "./outcome.ts";
import type { Measures } from "./measures.ts";
import { SideMeter } from "./side-meter.ts";
import { isAllowed, read, targetFor } from "./work.ts";

/** Neither a queue without bounds nor a line may take all of the tab's memory: nobody joins them any more. */
const LONGEST = 20_000;

/** What the code of a rival gives. */
type Code = ReturnType<ReturnType<typeof rivalsOn>["byHand"]>;

/** The same load on p-queue and fetch. It meets a server of its own, with the same luck. */
export class Rival implements Opponent {
  readonly #settings: () => Settings;
  readonly #clock: Clock;
  readonly #server: SimulatedServer;
  readonly #history: OpenHistory;
  readonly #meter: SideMeter;
  readonly #code: Code;
  /** Jobs whose request has not been made, whether they wait in a queue or to be let in. */
  readonly #unsent = new Set<number>();
  readonly #limit: number;
  #paused: ReturnType<Code["queues"]> = [];
  #refused = 0;
  #isOver = false;

  constructor(rival: "hand" | "care", settings: () => Settings, clock: Clock) {
    const { period, every } = settings();
    this.#settings = settings;
    this.#limit = mostSlots(settings());
    this.#clock = clock;
    this.#history = new OpenHistory(period > 0);
    this.#meter = new SideMeter({ period, every, now: clock.now, history: this.#history });
    this.#server = serverFor(settings, clock, this.#meter.watch);
    const { byHand, withCare } = rivalsOn(clock, this.#fetch);
    this.#code = rival === "hand" ? byHand(handOptions(settings())) : withCare(careOptions(settings()));
  }

  get measures(): Measures {
    return this.#meter.measures(this.#server.counts);
  }

  get view(): OpenView {
    return { history: this.#history, limit: this.#limit, most: this.#server.counts.mostAtOnce };
  }

  bring(number: number): void {
    if (this.#unsent.size >= LONGEST) return;
    this.#meter.call(number);
    this.#unsent.add(number);
    void this.#send(number);
    this.sample();
  }

  sample(): void {
    const waiting = this.#waiting;
    this.#meter.note(waiting, Math.max(0, this.#unsent.size - waiting), this.#refused);
  }

  /** A queue that its own code holds for a server is not ours to let go on; the code does, when the hold is over. */
  pause(): void {
    this.#paused = this.#code.queues().filter(({ isPaused }) => !isPaused);
    for (const queue of this.#paused) queue.pause();
  }

  resume(): void {
    for (const queue of this.#paused) queue.start();
    this.#paused = [];
  }

  /** Who waits to be let in, or to try again, comes after that: to queues that stand still, and a server that is gone. */
  dispose(): void {
    this.#isOver = true;
    for (const queue of this.#code.queues()) {
      queue.pause();
      queue.clear();
    }
  }

  get #waiting(): number {
    return this.#code.queues().reduce((sum, { size }) => sum + size, 0);
  }

  readonly #fetch: typeof globalThis.fetch = (input, init) => {
    if (this.#isOver) return Promise.reject(new DOMException("The scene is over", "AbortError"));
    const url = String(input);
    this.#unsent.delete(numberOf(url));
    return this.#server.fetch(url, init);
  };

  async #send(number: number): Promise<void> {
    const settings = this.#settings();
    const { url, init } = targetFor(number, settings);
    if (!isAllowed({ url })) return this.#end(number, "kept");
    const calledAt = this.#clock.now();
    let outcome: Outcome = "kept";
    try {
      await this.#code.send(url, { ...init, ...this.#patience(settings) }, async (response) => {
        await read(response, settings.reads);
        outcome = response.status < 400 ? "ok" : "status";
      });
    } catch (error) {
      outcome = error instanceof DOMException ? "up" : error instanceof TypeError ? "failed" : "kept";
      // What is too late to be sent has waited.
      if (outcome === "kept" && this.#clock.now() === calledAt) this.#refused++;
    }
    this.#end(number, outcome);
  }

  #end(number: number, outcome: Outcome): void {
    this.#unsent.delete(number);
    this.#meter.end(number, outcome);
  }

  /** The same as the pool's callers have. */
  #patience({ patience }: Settings): { readonly signal?: AbortSignal } {
    if (patience === 0) return {};
    const caller = new AbortController();
    const giveUp = (): void => caller.abort(new DOMException("The caller gave up", "AbortError"));
    this.#clock.setTimeout(giveUp, patience);
    return { signal: caller.signal };
  }
}
