import { Ring } from "./ring.ts";

/** From when on so many connections were open. */
export interface OpenLevel {
  /** In ms of the scene. */
  readonly at: number;
  readonly open: number;
}

const LEVELS = 24_000;
const STARTS = 6000;

/** How many connections were open over time, and when each was opened. */
export class OpenHistory {
  readonly #levels = new Ring<OpenLevel>(LEVELS);
  readonly #starts = new Ring<number>(STARTS);
  readonly #isPaced: boolean;

  /** @param isPaced Whether starts are to be seen. */
  constructor(isPaced: boolean) {
    this.#isPaced = isPaced;
  }

  /** So many are open from now on. */
  note(at: number, open: number): void {
    this.#levels.push({ at, open });
  }

  /** One has been opened. */
  start(at: number): void {
    if (this.#isPaced) this.#starts.push(at);
  }

  /** The earliest moment that is remembered, in ms of the scene. */
  get begins(): number {
    return this.#levels.oldestLeft?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Until a moment, from the newest back. */
  *levels(until: number): Generator<OpenLevel> {
    for (const level of this.#levels.newest()) if (level.at <= until) yield level;
  }

  /** When each was opened until a moment, from the newest back. */
  *starts(until: number): Generator<number> {
    for (const at of this.#starts.newest()) if (at <= until) yield at;
  }
}
