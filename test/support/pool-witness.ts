import type { DispatchCloser, PoolEvent, PoolEvents } from "../../src/lean.ts";

/** What the witness must know of the pool. */
export interface Limits {
  readonly workers: number;
  readonly queueSize: number;
  readonly period: number;
  now(): number;
}

/** Hears all that a pool tells, counts what real handlers do, and says what should not be. */
export class PoolWitness {
  readonly violations: string[] = [];
  readonly finishes = new Map<number, PoolEvents["finish"]>();
  readonly rejections: PoolEvents["reject"][] = [];
  readonly #limits: Limits;
  readonly #queued = new Set<number>();
  readonly #lastStarts = new Map<number, number>();
  readonly #occupants = new Map<number, number>();
  #started = 0;
  #inFlight = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Tasks that were accepted. */
  get accepted(): number {
    return this.#queued.size;
  }

  readonly listener = (event: PoolEvent): void => {
    if (event.type === "queue") this.#onQueue(event);
    else if (event.type === "reject") this.rejections.push(event);
    else if (event.type === "start") this.#onStart(event);
    else if (event.type === "finish") this.#onFinish(event);
  };

  /** A real handler begins. @returns Says that it has settled. */
  begin(): () => void {
    this.#inFlight++;
    this.#expect(this.#inFlight <= this.#limits.workers, `${this.#inFlight} in flight`);
    return () => this.#inFlight--;
  }

  /** Looks at the pool between two steps. */
  look({ waiting, running, senders }: DispatchCloser): void {
    const { workers, queueSize } = this.#limits;
    this.#expect(waiting >= 0 && waiting <= queueSize, `${waiting} waiting in ${queueSize} places`);
    this.#expect(running >= this.#inFlight && running <= workers, `${running} running, ${this.#inFlight} in flight`);
    this.#expect(senders >= 0, `${senders} senders`);
  }

  #onQueue({ id, waiting }: PoolEvents["queue"]): void {
    this.#expect(id === this.#queued.size + 1, `task ${id} is the ${this.#queued.size + 1}. to be queued`);
    this.#expect(waiting >= 1 && waiting <= this.#limits.queueSize, `queue with ${waiting} waiting`);
    this.#queued.add(id);
  }

  #onStart({ id, slot }: PoolEvents["start"]): void {
    this.#expect(this.#queued.has(id) && !this.finishes.has(id), `task ${id} starts, not queued or finished`);
    this.#expect(id > this.#started, `task ${id} starts after task ${this.#started}`);
    const sinceLast = this.#limits.now() - (this.#lastStarts.get(slot) ?? Number.NEGATIVE_INFINITY);
    this.#expect(sinceLast >= this.#limits.period, `slot ${slot} starts after ${sinceLast} ms`);
    const occupant = this.#occupants.get(slot);
    this.#expect(occupant === undefined || this.finishes.has(occupant), `slot ${slot} is task ${occupant}'s`);
    this.#started = id;
    this.#lastStarts.set(slot, this.#limits.now());
    this.#occupants.set(slot, id);
  }

  #onFinish(event: PoolEvents["finish"]): void {
    const { id, slot } = event;
    this.#expect(this.#queued.has(id) && !this.finishes.has(id), `task ${id} finishes, not queued or finished`);
    const isStarted = slot !== undefined && this.#occupants.get(slot) === id;
    this.#expect(slot === undefined || isStarted, `task ${id} finishes in slot ${slot}`);
    this.finishes.set(id, event);
  }

  #expect(condition: boolean, message: string): void {
    if (!condition) this.violations.push(message);
  }
}
