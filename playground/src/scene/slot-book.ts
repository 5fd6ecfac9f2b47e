/** How slots work: how many there are, and what keeps their starts apart. */
export interface SlotRules {
  readonly workers: number;
  /** ms between two starts of a slot; 0: none. */
  readonly period: number;
  /** Whether starts of any two slots keep a part of that. */
  readonly spread: boolean;
}

/** Until when slots start nothing, in ms of the scene. What is over, or never was, is -Infinity. */
export interface Blocked {
  /** Infinity: all are taken. */
  readonly slot: number;
  /** All free ones rest. */
  readonly pace: number;
  readonly spread: number;
}

interface SlotPage {
  isTaken: boolean;
  due: number;
}

/** Which slots are taken, and when the others may start, as their starts and ends tell: a pool's, or those that a lane has of them. */
export class SlotBook {
  #workers: number;
  readonly #period: number;
  readonly #spread: boolean;
  readonly #pages: SlotPage[] = [];
  #taken = 0;
  #lastStart = -Infinity;

  constructor({ workers, period, spread }: SlotRules) {
    this.#workers = workers;
    this.#period = period;
    this.#spread = spread;
  }

  /** How many there are. */
  get workers(): number {
    return this.#workers;
  }

  /** There are so many from now on. What is taken stays so. */
  resize(workers: number): void {
    this.#workers = workers;
  }

  /** A slot starts something. @returns Its number. @param number The one that may start soonest, if nobody says which. */
  start(at: number, number: number = this.#soonest()): number {
    const page = this.#page(number);
    if (!page.isTaken) this.#taken++;
    page.isTaken = true;
    page.due = this.#period > 0 ? at + this.#period : -Infinity;
    this.#lastStart = at;
    return number;
  }

  /** A slot is free again. */
  end(number: number): void {
    const page = this.#page(number);
    if (page.isTaken) this.#taken--;
    page.isTaken = false;
  }

  /** Until when nothing starts, as far as is known now. */
  get blocked(): Blocked {
    if (this.#taken >= this.#workers) return { slot: Infinity, pace: -Infinity, spread: -Infinity };
    const pace = this.#period > 0 ? this.#firstDue() : -Infinity;
    return { slot: -Infinity, pace, spread: this.#spread ? this.#lastStart + this.#period / this.#workers : -Infinity };
  }

  #firstDue(): number {
    if (this.#pages.length < this.#workers) return -Infinity;
    let first = Infinity;
    for (let number = 0; number < this.#workers; number++) {
      const { isTaken, due } = this.#page(number);
      if (!isTaken && due < first) first = due;
    }
    return first;
  }

  #soonest(): number {
    let soonest = this.#pages.length;
    let first = Infinity;
    for (const [number, { isTaken, due }] of this.#pages.entries()) {
      if (isTaken || due >= first || number >= this.#workers) continue;
      soonest = number;
      first = due;
    }
    // One that never started has no pace to keep.
    return first === -Infinity || this.#pages.length >= this.#workers ? soonest : this.#pages.length;
  }

  #page(number: number): SlotPage {
    let page = this.#pages[number];
    while (page === undefined) {
      this.#pages.push({ isTaken: false, due: -Infinity });
      page = this.#pages[number];
    }
    return page;
  }
}
