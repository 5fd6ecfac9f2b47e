import { type Lab, request } from "./lab.ts";

interface Seen {
  running: number;
  /** Tasks queued, by number: their priority, and when they came. */
  readonly queued: Map<number, { readonly priority: number; readonly at: number }>;
  lastStart: number;
  lastStartTime: number;
  /** Since when it has had a slot free. */
  freeSince: number;
  heldUntil: number;
}

/** Hears the events of a pool with lanes, and notes each start of a lane that was another's turn. */
export class LaneWitness {
  readonly faults: string[] = [];
  /** Starts that another lane could have had. */
  turns = 0;
  readonly #lab: Lab;
  readonly #workers: number;
  readonly #period: number;
  readonly #lanes = new Map<string, Seen>();
  #event = 0;
  #priority = 0;

  /** @param workers Those of every lane. @param period That of every lane, if it has one worker. */
  constructor(lab: Lab, workers: number, period: number) {
    this.#lab = lab;
    this.#workers = workers;
    this.#period = period;
    lab.pool.on("queue", ({ id, lane }) => {
      this.#seen(lane).queued.set(id, { priority: this.#priority, at: ++this.#event });
    });
    lab.pool.on("start", ({ id, lane }) => this.#onStart(id, lane ?? ""));
    lab.pool.on("hold", ({ lane, ms }) => (this.#seen(lane).heldUntil = lab.clock.now() + ms));
    lab.pool.on("finish", ({ lane, slot }) => {
      if (slot === undefined) return;
      const seen = this.#seen(lane);
      if (seen.running-- === this.#workers) seen.freeSince = ++this.#event;
    });
  }

  offer(lane: string, priority: number): void {
    this.#priority = priority;
    this.#lab.pool.offer(() => request(), { lane, priority });
  }

  #seen(lane = ""): Seen {
    let seen = this.#lanes.get(lane);
    if (seen === undefined) {
      seen = {
        running: 0,
        queued: new Map(),
        lastStart: -1,
        lastStartTime: -Infinity,
        freeSince: 0,
        heldUntil: -Infinity,
      };
      this.#lanes.set(lane, seen);
    }
    return seen;
  }

  #onStart(id: number, name: string): void {
    const lane = this.#seen(name);
    const now = this.#lab.clock.now();
    const { priority } = lane.queued.get(id) ?? { priority: Number.NaN };
    lane.queued.delete(id);
    if (now < lane.heldUntil) this.faults.push(`${name} started while it was held`);
    if (now < lane.lastStartTime + this.#period) this.faults.push(`${name} started before its pace`);
    for (const [key, other] of this.#lanes) {
      if (other === lane || other.queued.size === 0) continue;
      this.turns++;
      const couldStart =
        other.running < this.#workers &&
        other.freeSince < lane.lastStart &&
        other.lastStart < lane.lastStart &&
        Math.max(other.heldUntil, other.lastStartTime + this.#period) < lane.lastStartTime;
      const waits = [...other.queued.values()].some((task) => task.priority >= priority && task.at < lane.lastStart);
      if (couldStart && waits) this.faults.push(`${name} started again, but not ${key}`);
    }
    lane.lastStart = ++this.#event;
    lane.lastStartTime = now;
    if (++lane.running > this.#workers) this.faults.push(`${name} has ${lane.running} slots`);
  }
}
