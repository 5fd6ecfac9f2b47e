import type { Clock } from "httppool";
import { VirtualClock } from "httppool/lab";
import type { Tempo } from "../settings/settings.ts";

/** A slow machine falls behind rather than doing all that it missed: at most so many ms of real time. */
const MOST_BEHIND = 100;

/** Plays a scene: lets a virtual clock go on with each frame, by steps, or not at all. */
export class Player {
  readonly #clock: Clock;
  readonly #speed: number;
  #end = 0;
  #isFrozen = false;
  /** Set while the clock is on its way. */
  #going: Promise<void> | undefined;

  constructor(clock: Clock, tempo: Tempo) {
    this.#clock = clock;
    this.#speed = tempo === "x10" ? 10 : tempo === "step" ? 0 : 1;
  }

  /** Whether the clock can be frozen and stepped. */
  get isVirtual(): boolean {
    return this.#clock instanceof VirtualClock;
  }

  /** Whether time, or with real time the picture of it, stands still. */
  get frozen(): boolean {
    return this.#isFrozen || (this.isVirtual && this.#speed === 0);
  }

  set frozen(isFrozen: boolean) {
    this.#isFrozen = isFrozen;
    this.#end = this.#clock.now();
  }

  /** A frame has passed. */
  frame(elapsed: number): void {
    if (this.frozen) return;
    const now = this.#clock.now();
    this.#end = Math.min(Math.max(this.#end, now) + elapsed * this.#speed, now + MOST_BEHIND * this.#speed);
    void this.#goOn();
  }

  /** Goes on by so many ms. */
  async step(ms: number): Promise<void> {
    this.#end = Math.floor(this.#clock.now()) + ms;
    await this.#goOn();
  }

  /** Goes on to the next thing that happens. */
  async stepToNext(): Promise<void> {
    if (!(this.#clock instanceof VirtualClock)) return;
    const { next } = this.#clock;
    if (next !== undefined) await this.step(Math.max(0, next - this.#clock.now()));
  }

  /** Stands still for good. */
  stop(): void {
    this.#isFrozen = true;
    this.#end = Number.NEGATIVE_INFINITY;
  }

  #goOn(): Promise<void> {
    const clock = this.#clock;
    if (!(clock instanceof VirtualClock)) return Promise.resolve();
    this.#going ??= this.#playTo(clock).finally(() => {
      this.#going = undefined;
    });
    return this.#going;
  }

  /** Goes on to the end, which may be put off, or drawn near, on the way. */
  async #playTo(clock: VirtualClock): Promise<void> {
    await clock.settle();
    for (let { next } = clock; next !== undefined && next <= this.#end; { next } = clock) {
      // What is due at one moment happens at once; what that sets for the same moment, when all promises have settled.
      for (let { timers } = clock; timers > 0 && clock.next === next; timers--) clock.fireNext();
      await clock.settle();
    }
    const left = Math.floor(this.#end) - clock.now();
    if (left > 0) clock.jump(left);
  }
}
