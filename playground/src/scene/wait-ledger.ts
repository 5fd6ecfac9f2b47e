import type { PoolEvent } from "httppool";
import { LaneBook } from "./lane-book.ts";
import { nothingSpent, REASONS, type Spent } from "./reasons.ts";
import { SlotBook, type SlotRules } from "./slot-book.ts";
import { endOfBucket, WaitWindow } from "./wait-window.ts";

/** What a pool's starts go by. */
export interface WaitRules extends SlotRules {
  /** The slots of each lane; undefined in a pool without lanes. Tuned ones may be more than the pool has. */
  readonly lanes: (SlotRules & { readonly isTuned: boolean }) | undefined;
  /** The clock rings at whole ms: what is due between two may start at the second. */
  readonly isWhole: boolean;
}

/** One task's waiting for one attempt, from when it is queued, or rests, to its start. */
export interface Waiting {
  readonly lane: string;
  readonly from: number;
  /** When its rest is over; undefined: it never rested, or has. */
  due: number | undefined;
  /** What had been spent in its lane when it began to wait for its turn. */
  mark: Spent;
  /** ms of its rest, once that is over. */
  rested: number;
  /** What it came to, once it is over. */
  spent: Spent | undefined;
}

/** Tells what each task waits for, from what is heard of slots, paces and holds. Each ms goes to one reason. */
export class WaitLedger {
  readonly window = new WaitWindow();
  readonly #slots: SlotBook;
  readonly #laneRules: WaitRules["lanes"];
  readonly #lanes = new Map<string, LaneBook>();
  readonly #isWhole: boolean;
  readonly #resting = new Set<Waiting>();
  #isPaused = false;
  /** All that has been is written down up to here. */
  #at: number;

  constructor({ lanes, isWhole, ...slots }: WaitRules, now: number) {
    this.#isWhole = isWhole;
    this.#slots = new SlotBook(slots);
    this.#laneRules = lanes;
    this.#at = now;
  }

  /** Hears of the pool's slots and holds. Of the tasks it is told. */
  hear(event: PoolEvent, at: number): void {
    this.advance(at);
    const lane = this.#lane("lane" in event ? (event.lane ?? "") : "");
    switch (event.type) {
      case "start":
        this.#slots.start(at, event.slot);
        return lane.start(event.id, at);
      case "retry":
      case "finish":
        if (event.slot !== undefined) this.#slots.end(event.slot);
        return lane.end(event.id);
      case "hold":
        return lane.hold(at + event.ms);
      case "limit":
        return event.lane === undefined ? this.#resize(event.workers) : lane.resize(event.workers);
      default:
    }
  }

  /** A lane has so many slots, or the pool where no lane is named: that is not always told. */
  resize(workers: number, at: number, lane?: string): void {
    this.advance(at);
    if (lane === undefined) this.#resize(workers);
    else this.#lane(lane).resize(workers);
  }

  /** The pool is paused, or goes on. */
  pause(isPaused: boolean, at: number): void {
    this.advance(at);
    this.#isPaused = isPaused;
  }

  /** So many more stand in line before a lane. */
  line(lane: string, more: 1 | -1, at: number): void {
    this.advance(at);
    this.#lane(lane).inLine += more;
  }

  /** A task waits for its turn. */
  wait(lane: string, at: number): Waiting {
    this.advance(at);
    const book = this.#lane(lane);
    book.ready++;
    return { lane, from: at, due: undefined, mark: { ...book.spent }, rested: 0, spent: undefined };
  }

  /** A task rests until it is tried again, and then waits for its turn. */
  rest(lane: string, due: number, at: number): Waiting {
    const waiting: Waiting = {
      lane,
      from: at,
      due: this.#ring(due),
      mark: nothingSpent(),
      rested: 0,
      spent: undefined,
    };
    this.#resting.add(waiting);
    this.advance(at);
    return waiting;
  }

  /** A task waits no more. */
  end(waiting: Waiting, at: number): void {
    waiting.spent = this.spentBy(waiting, at);
    if (!this.#resting.delete(waiting)) this.#lane(waiting.lane).ready--;
  }

  /** What a task's waiting came to so far. It adds up to how long it has waited. */
  spentBy(waiting: Waiting, at: number): Spent {
    if (waiting.spent !== undefined) return waiting.spent;
    this.advance(at);
    const sum = nothingSpent();
    if (this.#resting.has(waiting)) {
      sum.rest = at - waiting.from;
      return sum;
    }
    const { spent } = this.#lane(waiting.lane);
    for (const reason of REASONS) sum[reason] = spent[reason] - waiting.mark[reason];
    sum.rest = waiting.rested;
    return sum;
  }

  /** Writes down all that has been up to a time. */
  advance(to: number): void {
    for (let first = this.#firstRested(to); first !== undefined; first = this.#firstRested(to)) {
      const due = Math.max(first.due ?? this.#at, this.#at);
      this.#write(due);
      this.#resting.delete(first);
      const book = this.#lane(first.lane);
      book.ready++;
      first.mark = { ...book.spent };
      first.rested = due - first.from;
      first.due = undefined;
    }
    this.#write(to);
  }

  #firstRested(to: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#resting) {
      const { due = to } = waiting;
      if (due <= to && due < (first?.due ?? Infinity)) first = waiting;
    }
    return first;
  }

  #write(to: number): void {
    while (this.#at < to) this.#writeStep(Math.min(to, endOfBucket(this.#at)));
  }

  /** Within one bucket of the window. */
  #writeStep(to: number): void {
    const from = this.#at;
    this.#at = to;
    for (const { lane } of this.#resting) this.window.add(lane, "rest", from, to - from);
    const pool = { paused: this.#isPaused ? Infinity : -Infinity, ...this.#slots.blocked };
    for (const book of this.#lanes.values()) book.write(from, to, pool, this.#ring, this.window);
  }

  /** When the clock rings for what is due at a time. */
  readonly #ring = (due: number): number => (this.#isWhole ? Math.ceil(due) : due);

  #resize(workers: number): void {
    this.#slots.resize(workers);
    if (this.#laneRules === undefined || this.#laneRules.isTuned) return;
    for (const book of this.#lanes.values()) book.resize(Math.min(this.#laneRules.workers, workers));
  }

  #lane(name: string): LaneBook {
    let book = this.#lanes.get(name);
    if (book === undefined) {
      const rules = this.#laneRules;
      const slots = rules && new SlotBook({ ...rules, workers: Math.min(rules.workers, this.#slots.workers) });
      this.#lanes.set(name, (book = new LaneBook(name, slots)));
    }
    return book;
  }
}
