import { Ring } from "./ring.ts";

/** From when on there were so many slots. */
export interface SlotLevel {
  /** In ms of the scene. */
  readonly at: number;
  readonly slots: number;
}

const LEVELS = 8000;

/** How many slots there were over time. */
export class SlotLevels {
  readonly #levels = new Ring<SlotLevel>(LEVELS);
  #now: number | undefined;

  /** How many there are now; undefined: nobody has said so yet. */
  get now(): number | undefined {
    return this.#now;
  }

  /** There are so many from now on. */
  note(at: number, slots: number): void {
    if (slots === this.#now) return;
    this.#now = slots;
    this.#levels.push({ at, slots });
  }

  /** From the newest back. @param until Without those that came after this time. */
  *newest(until = Number.POSITIVE_INFINITY): Generator<SlotLevel> {
    for (const level of this.#levels.newest()) if (level.at <= until) yield level;
  }
}
