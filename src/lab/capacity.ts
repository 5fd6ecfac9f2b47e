import { Heap, type Heaped } from "../lib/heap.ts";
import { Line, type Linked } from "../lib/line.ts";
import type { Clock } from "../api/clock.ts";
import { LONGEST_DELAY } from "./lab-checks.ts";

/** How many requests a host serves at once, and what becomes of the others. */
export interface Capacity {
  /** Requests served at once, from their arrival to their headers. */
  readonly atOnce: number;
  /**
   * What becomes of a request that is beyond: it waits its turn, it slows down all that are being served (as threads that share
   * processors do), or it is refused with this status.
   *
   * @default "wait"
   */
  readonly beyond?: "wait" | "slow" | 429 | 503 | undefined;
  /** The ms that a refusal tells by Retry-After, in whole seconds. @default it has none */
  readonly retryAfter?: number | undefined;
}

/** One request's place among those that are being served. */
export interface Service {
  /** Gives up: the requester has left. */
  leave(): void;
}

/** Serves requests, each for its own time. */
export interface Station {
  atOnce: number;
  /** Whether as many are being served as can be at once. */
  readonly isFull: boolean;
  /** Calls back when a request that takes so many ms has been served. */
  serve(ms: number, done: () => void): Service;
}

interface Turn extends Linked<Turn>, Service {
  readonly ms: number;
  readonly done: () => void;
  timer: unknown;
  state: "waiting" | "served" | "over";
}

/** Serves so many at once; the others wait, first come, first served. */
export class WaitingStation implements Station {
  readonly #clock: Clock;
  readonly #line = new Line<Turn>();
  #serving = 0;
  #atOnce = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  set atOnce(atOnce: number) {
    this.#atOnce = atOnce;
    this.#serveNext();
  }

  get isFull(): boolean {
    return this.#serving >= this.#atOnce;
  }

  serve(ms: number, done: () => void): Service {
    const turn: Turn = {
      ms,
      done,
      timer: undefined,
      state: "waiting",
      previous: undefined,
      next: undefined,
      leave: () => this.#end(turn),
    };
    this.#line.push(turn);
    this.#serveNext();
    return turn;
  }

  #serveNext(): void {
    for (let turn = this.#line.first; turn !== undefined && !this.isFull; turn = this.#line.first) {
      this.#line.remove(turn);
      this.#begin(turn);
    }
  }

  #begin(turn: Turn): void {
    turn.state = "served";
    this.#serving++;
    turn.timer = this.#clock.setTimeout(() => {
      this.#end(turn);
      turn.done();
    }, turn.ms);
  }

  #end(turn: Turn): void {
    const { state } = turn;
    turn.state = "over";
    if (state === "waiting") this.#line.remove(turn);
    if (state !== "served") return;
    this.#clock.clearTimeout(turn.timer);
    this.#serving--;
    this.#serveNext();
  }
}

interface Share extends Heaped, Service {
  /** How much work each has been given when this one is done. */
  readonly rank: number;
  readonly done: () => void;
  isOver: boolean;
}

/** Serves all that come, the slower the more there are: beyond what it can, they share it in equal parts. */
export class SharingStation implements Station {
  readonly isFull = false;
  readonly #clock: Clock;
  readonly #shares = new Heap<Share>();
  #atOnce = Infinity;
  /** What each has been given since the beginning, in ms of work, up to a time. */
  #given = 0;
  #givenAt = 0;
  #order = 0;
  #timer: unknown;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  set atOnce(atOnce: number) {
    this.#change(() => void (this.#atOnce = atOnce));
  }

  serve(ms: number, done: () => void): Service {
    this.#give();
    const leave = (): void => {
      if (!share.isOver) this.#change(() => this.#remove(share));
    };
    const share: Share = { rank: this.#given + ms, turn: ++this.#order, done, isOver: false, index: 0, leave };
    this.#change(() => this.#shares.push(share));
    return share;
  }

  get #pace(): number {
    return Math.min(1, this.#atOnce / this.#shares.items.length);
  }

  #give(): void {
    const now = this.#clock.now();
    if (this.#shares.first !== undefined) this.#given += (now - this.#givenAt) * this.#pace;
    this.#givenAt = now;
  }

  #remove(share: Share): void {
    share.isOver = true;
    this.#shares.remove(share);
  }

  #change(change: () => void): void {
    this.#give();
    change();
    this.#clock.clearTimeout(this.#timer);
    const { first } = this.#shares;
    if (first === undefined) return;
    // Up to the next 1/8 ms: the rounding of quotients must not let a timer fire just before its time, again and again.
    const ms = Math.ceil(((first.rank - this.#given) / this.#pace) * 8 - 1e-6) / 8;
    this.#timer = this.#clock.setTimeout(this.#onTimer, Math.min(Math.max(ms, 0), LONGEST_DELAY));
  }

  readonly #onTimer = (): void => {
    const done: Share[] = [];
    this.#change(() => {
      for (
        let { first } = this.#shares;
        first !== undefined && first.rank <= this.#given + 1e-6;
        { first } = this.#shares
      ) {
        this.#remove(first);
        done.push(first);
      }
    });
    for (const share of done) share.done();
  };
}
