import type { Clock } from "httppool";
import type { Tempo } from "../settings/settings.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A slow machine falls behind rather than doing all that it missed: at most so many ms of real time. */
const MOST_BEHIND = 100;

/** Plays a scene: lets a virtual clock go on with each frame, by steps, or not at all. */
export class Player {
  readonly #clock: Clock;
  readonly #speed: number;
  #end = 0;
  #held = false;

  constructor(clock: Clock, tempo: Tempo) {
    this.#clock = clock;
    this.#speed = tempo === "x10" ? 10 : tempo === "step" ? 0 : 1;
  }

  /** Whether the clock can be held and stepped. */
  get isVirtual(): boolean {
    return this.#clock instanceof VirtualClock;
  }

  /** Whether time, or with real time the picture of it, stands still. */
  get held(): boolean {
    return this.#held || (this.isVirtual && this.#speed === 0);
  }

  set held(held: boolean) {
    this.#held = held;
    this.#end = this.#clock.now();
  }

  /** A frame has passed. */
  frame(elapsed: number): void {
    if (!(this.#clock instanceof VirtualClock) || this.held) return;
    const now = this.#clock.now();
    this.#end = Math.min(Math.max(this.#end, now) + elapsed * this.#speed, now + MOST_BEHIND * this.#speed);
    if (!this.#clock.going) void this.#clock.advanceTo(() => this.#end);
  }

  /** Goes on by so many ms. */
  async step(ms: number): Promise<void> {
    if (!(this.#clock instanceof VirtualClock)) return;
    this.#end = Math.floor(this.#clock.now()) + ms;
    await this.#clock.advanceTo(() => this.#end);
  }

  /** Goes on to the next thing that happens. */
  async stepToNext(): Promise<void> {
    if (!(this.#clock instanceof VirtualClock)) return;
    const { next } = this.#clock;
    if (next !== undefined) await this.step(Math.max(0, next - this.#clock.now()));
  }

  /** Stands still for good. */
  stop(): void {
    this.#held = true;
    this.#end = Number.NEGATIVE_INFINITY;
  }
}
