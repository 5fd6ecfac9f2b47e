import { nothingSpent, type Reason, type Spent } from "./reasons.ts";
import type { Blocked, SlotBook } from "./slot-book.ts";
import type { WaitWindow } from "./wait-window.ts";

/** Until when nothing of the whole pool starts. */
export interface PoolBlocked extends Blocked {
  /** Infinity: it is paused. */
  readonly paused: number;
}

/** What tasks of one lane wait for; in a pool without lanes, of the whole pool. */
export class LaneBook {
  /** What a task that has waited for its turn all the time would have spent. */
  readonly spent: Spent = nothingSpent();
  /** Senders in line. */
  inLine = 0;
  /** Tasks that would start if they could. */
  ready = 0;
  readonly #name: string;
  readonly #slots: SlotBook | undefined;
  /** Which of its slots a task has. */
  readonly #taken = new Map<number, number>();
  #heldUntil = -Infinity;

  /** @param slots Those that it may have at once; undefined: all. */
  constructor(name: string, slots: SlotBook | undefined) {
    this.#name = name;
    this.#slots = slots;
  }

  /** A task starts. */
  start(id: number, at: number): void {
    if (this.#slots !== undefined) this.#taken.set(id, this.#slots.start(at));
  }

  /** An attempt ends. */
  end(id: number): void {
    const slot = this.#taken.get(id);
    if (slot !== undefined) this.#slots?.end(slot);
    this.#taken.delete(id);
  }

  /** Nothing starts before a time. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  resize(workers: number): void {
    this.#slots?.resize(workers);
  }

  /**
   * From one time to another nothing has happened but that paces and holds have ended: puts each ms down to one reason.
   *
   * @param pool Until when the whole pool starts nothing.
   * @param ring When the clock rings for what is due at a time.
   */
  write(from: number, to: number, pool: PoolBlocked, ring: (due: number) => number, window: WaitWindow): void {
    if (this.inLine > 0) window.add(this.#name, "place", from, (to - from) * this.inLine);
    if (this.ready === 0) return;
    const own = this.#slots?.blocked;
    let at = from;
    const until = (reason: Reason, end: number): void => {
      const next = Math.min(ring(end), to);
      if (next <= at) return;
      this.spent[reason] += next - at;
      window.add(this.#name, reason, at, (next - at) * this.ready);
      at = next;
    };
    until("hold", this.#heldUntil);
    if (own !== undefined) {
      until("laneSlot", own.slot);
      until("lanePace", Math.max(own.pace, own.spread));
    }
    until("paused", pool.paused);
    until("slot", pool.slot);
    until("pace", pool.pace);
    until("spread", pool.spread);
    until("late", Infinity);
  }
}
