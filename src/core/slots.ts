import type { Pace, PacedSlot, PacedSlots } from "../api/policies.ts";

/** So many ms late are timers often: browsers let nested ones wait for as long. */
const LATE = 4;

/** One of a pool's `workers`. */
export interface Slot<Occupant> extends PacedSlot {
  /** When it may start next, on the pool's clock. */
  due: number;
  /** Who has it. */
  occupant: Occupant | undefined;
}

/**
 * The free slots of a pool and when each may start. Never two starts of a slot closer than the period, and no catch-up
 * after idling. Their number may change: what is taken stays so, and what there is too much keeps its pace.
 */
export class Slots<Occupant> implements PacedSlots {
  #workers: number;
  readonly #period: number;
  /** ms between two starts of any slots. */
  #gap: number;
  /** When a slot started last, if they are spread. Infinity while one is starting. */
  #lastStart = -Infinity;
  /** How many have started one right after the other, if they are spread. */
  #row = 0;
  /** Free slots that have started before, by due time: the soonest last. */
  readonly #free: Slot<Occupant>[] = [];
  /** Free slots of numbers that there are not now. */
  readonly #spare: Slot<Occupant>[] = [];
  /** Slots made so far: made when first needed, so that many workers cost nothing until they work. */
  readonly #made: Slot<Occupant>[] = [];

  constructor({ workers, period, spread }: Pace<number>) {
    this.#workers = workers;
    this.#period = period;
    this.#gap = spread ? period / workers : 0;
  }

  /** How many there are now. */
  get workers(): number {
    return this.#workers;
  }

  /** The most there will ever be. */
  get max(): number {
    return this.#workers;
  }

  /** Slots that are not free: more than there are for a while, when their number has sunk. */
  get taken(): number {
    return this.#made.length - this.#free.length - this.#spare.length;
  }

  /** When the next free slot may start: -Infinity for at once, Infinity when none is free. */
  get due(): number {
    if (this.taken >= this.#workers) return Infinity;
    const due = this.#made.length < this.#workers ? -Infinity : (this.#free.at(-1)?.due ?? Infinity);
    return Math.max(due, this.#lastStart + this.#gap);
  }

  /** How many free slots may start now. */
  ready(now: number): number {
    const left = Math.max(0, this.#workers - this.taken);
    if (this.#period === 0) return left;
    if (this.#gap > 0) return this.due <= now ? 1 : 0;
    return Math.min(left, this.#rested(now));
  }

  /** How many free slots have to wait for their pace, of those that are in use. */
  resting(now: number): number {
    const left = Math.max(0, this.#workers - this.taken);
    if (this.#period === 0) return 0;
    const own = left - Math.min(left, this.#rested(now));
    // A slot that may start but for others: it is in use where those before it have started as soon as they might.
    return this.#isNext(now) ? Math.max(own, Math.min(left - this.ready(now), this.#row - this.taken)) : own;
  }

  /** Takes the free slot that may start soonest, to start now. The caller has seen that one is due. */
  take(now: number): Slot<Occupant> {
    const slot = this.#soonest();
    slot.due = this.#period === 0 ? -Infinity : now + this.#period;
    // What hears of this start may take its time, and bring the next task meanwhile.
    if (this.#gap > 0) {
      this.#row = this.#isNext(now) ? this.#row + 1 : 1;
      this.#lastStart = Infinity;
    }
    return slot;
  }

  /** A slot that was taken starts only now: its pace counts from here. */
  start(slot: Slot<Occupant>, now: number): void {
    if (this.#period > 0) slot.due = now + this.#period;
    if (this.#gap > 0) this.#lastStart = now;
  }

  /** Who has a slot now. */
  occupants(): Occupant[] {
    return this.#made.flatMap(({ occupant }) => occupant ?? []);
  }

  /** Gives a slot back. */
  release(slot: Slot<Occupant>): void {
    slot.occupant = undefined;
    this.#put(slot);
  }

  /** Changes how many there are. */
  resize(workers: number): void {
    if (workers === this.#workers) return;
    this.#workers = workers;
    if (this.#gap > 0) this.#gap = this.#period / workers;
    for (const slot of [...this.#free.splice(0), ...this.#spare.splice(0)]) this.#put(slot);
  }

  /** Tells of a request. Slots of a fixed number have no use for it. */
  sample(_sentAt: number, _status: number, _error: unknown): void {}

  /** How many free slots have no pace of their own to wait for. */
  #rested(now: number): number {
    const unused = Math.max(0, this.#workers - this.#made.length);
    return unused + this.#free.length - 1 - this.#free.findLastIndex(({ due }) => due > now);
  }

  /** Whether a start now comes right after the last one, as far as timers tell. */
  #isNext(now: number): boolean {
    return this.#gap > 0 && now < this.#lastStart + this.#gap + Math.max(this.#gap, LATE);
  }

  #put(slot: Slot<Occupant>): void {
    if (slot.number >= this.#workers) return void this.#spare.push(slot);
    if (this.#period === 0) return void this.#free.push(slot);
    // The last to start may start again last, and most often is the one that is given back: the first place fits then.
    const place = this.#free.findIndex(({ due }) => due < slot.due);
    this.#free.splice(place < 0 ? this.#free.length : place, 0, slot);
  }

  #soonest(): Slot<Occupant> {
    // A slot that never started has no pace to keep.
    const isMade = this.#made.length >= this.#workers || (this.#period === 0 && this.#free.length > 0);
    if (isMade) return this.#free.pop() as Slot<Occupant>;
    const slot: Slot<Occupant> = { number: this.#made.length, due: 0, occupant: undefined };
    this.#made.push(slot);
    return slot;
  }
}
