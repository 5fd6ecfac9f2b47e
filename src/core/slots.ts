/** One of a pool's `workers`. */
export interface Slot<Occupant> {
  /** Its number, from 0. */
  readonly number: number;
  /** When it may start next, on the pool's clock. */
  due: number;
  /** Who has it. */
  occupant: Occupant | undefined;
}

/** How a pool paces its slots. */
export interface Pace {
  readonly workers: number;
  /** ms between two starts of a slot. 0: unpaced. */
  readonly period: number;
  /** Whether two starts of any slots are also never closer than a period's share for each slot. */
  readonly spread: boolean;
}

/**
 * The free slots of a pool and when each may start. Never two starts of a slot closer than the period, and no catch-up
 * after idling.
 */
export class Slots<Occupant> {
  readonly #workers: number;
  readonly #period: number;
  /** ms between two starts of any slots. */
  readonly #gap: number;
  /** Before this no slot may start, however long it has been free. Infinity while one is starting, if they are spread. */
  #nextStart = Number.NEGATIVE_INFINITY;
  /** Free slots that have started before, by due time: the soonest last. */
  readonly #free: Slot<Occupant>[] = [];
  /** Slots made so far: made when first needed, so that many workers cost nothing until they work. */
  readonly #made: Slot<Occupant>[] = [];

  constructor({ workers, period, spread }: Pace) {
    this.#workers = workers;
    this.#period = period;
    this.#gap = spread ? period / workers : 0;
  }

  /** Slots that are not free. */
  get taken(): number {
    return this.#made.length - this.#free.length;
  }

  /** When the next free slot may start: -Infinity for at once, Infinity when none is free. */
  get due(): number {
    const soonest = this.#free.at(-1);
    if (soonest !== undefined && this.#made.length === this.#workers) {
      return Math.max(soonest.due, this.#nextStart);
    }
    return this.#made.length < this.#workers ? this.#nextStart : Number.POSITIVE_INFINITY;
  }

  /** How many free slots may start now. */
  ready(now: number): number {
    const unused = this.#workers - this.#made.length;
    if (this.#period === 0) return unused + this.#free.length;
    if (this.#gap > 0) return this.due <= now ? 1 : 0;
    let ready = 0;
    while (ready < this.#free.length && (this.#free.at(-1 - ready) as Slot<Occupant>).due <= now) ready++;
    return unused + ready;
  }

  /** Takes the free slot that may start soonest, to start now. The caller has seen that one is due. */
  take(now: number): Slot<Occupant> {
    const slot = this.#soonest();
    slot.due = this.#period === 0 ? Number.NEGATIVE_INFINITY : now + this.#period;
    // What hears of this start may take its time, and bring the next task meanwhile.
    if (this.#gap > 0) this.#nextStart = Number.POSITIVE_INFINITY;
    return slot;
  }

  /** A slot that was taken starts only now: its pace counts from here. */
  start(slot: Slot<Occupant>, now: number): void {
    slot.due = now + this.#period;
    if (this.#gap > 0) this.#nextStart = now + this.#gap;
  }

  /** Who has a slot now. */
  occupants(): Occupant[] {
    return this.#made.flatMap(({ occupant }) => occupant ?? []);
  }

  /** Gives a slot back. */
  release(slot: Slot<Occupant>): void {
    slot.occupant = undefined;
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#free[middle] as Slot<Occupant>).due < slot.due) high = middle;
      else low = middle + 1;
    }
    this.#free.splice(low, 0, slot);
  }

  #soonest(): Slot<Occupant> {
    const isFirst = this.#period > 0 || this.#free.length === 0;
    if (!isFirst || this.#made.length === this.#workers) return this.#free.pop() as Slot<Occupant>;
    const slot: Slot<Occupant> = { number: this.#made.length, due: 0, occupant: undefined };
    this.#made.push(slot);
    return slot;
  }
}
