import type { Waiter } from "../../src/api/policies.ts";
import type { LimitsSetup } from "./lanes-setup.ts";

/** A slot of a lane. */
interface LaneSlot {
  isTaken: boolean;
  due: number;
}

/** A lane, as what goes through the seam tells of it. */
export class LaneRecord<Item extends Waiter<Item>> {
  readonly name: string;
  readonly #limits: () => LimitsSetup;
  /** Tasks queued, in order of coming. */
  readonly queue = new Set<Item>();
  /** Tasks at rest, and until when. */
  readonly resting = new Map<Item, number>();
  /** Tasks in line, in order of coming. */
  readonly line = new Set<Item>();
  heldUntil = Number.NEGATIVE_INFINITY;
  /** A question to the gate has no answer yet. */
  isAsking = false;
  /** The gate has let a task through that has not started yet. */
  hasPass = false;
  /** It has been idle since the gate was asked: its pass may have been forgotten with it. */
  wasIdle = false;
  /** The number of its last start, or of when it first came up. */
  lastTurn: number;
  /** The same, or of when it came up later: it may have been forgotten meanwhile. */
  latestTurn: number;
  /** The number of when its door last opened, or one of its line was let in, or of when it first came up. */
  lastDoorTurn: number;
  /** The same, or of when it came up later: it may have been forgotten meanwhile. */
  latestDoorTurn: number;
  /** Whether its door stands open in its turn. */
  isAtDoor = false;
  readonly #slots: LaneSlot[] = [];
  readonly #taken = new Map<Item, LaneSlot>();
  readonly #strays: LaneSlot[] = [];
  #nextStart = Number.NEGATIVE_INFINITY;

  /** @param limits What it may have now: how many slots, may change. */
  constructor(name: string, limits: () => LimitsSetup, turn: number) {
    this.name = name;
    this.#limits = limits;
    this.lastTurn = turn;
    this.latestTurn = turn;
    this.lastDoorTurn = turn;
    this.latestDoorTurn = turn;
  }

  get limits(): LimitsSetup {
    return this.#limits();
  }

  get waiting(): number {
    return this.queue.size + this.resting.size;
  }

  get running(): number {
    return this.#slots.filter(({ isTaken }) => isTaken).length;
  }

  get isIdle(): boolean {
    return this.waiting + this.line.size + this.running === 0;
  }

  get isOpen(): boolean {
    return this.line.size > 0 && this.waiting < this.limits.queueSize;
  }

  /** The task that must start next. */
  get next(): Item | undefined {
    return best(this.queue) ?? best(this.line);
  }

  /** The one in line that must be let in next. */
  get nextInLine(): Item | undefined {
    return best(this.line);
  }

  /** When it may start its next task: Infinity for not before something happens. */
  due(): number {
    if (this.isAsking || (this.queue.size === 0 && this.line.size === 0)) return Number.POSITIVE_INFINITY;
    const { workers } = this.limits;
    // More may be taken than there are, when their number has sunk.
    if (this.running >= workers) return Number.POSITIVE_INFINITY;
    let due = this.#slots.length < workers ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) if (!slot.isTaken) due = Math.min(due, slot.due);
    return Math.max(due, this.#nextStart, this.heldUntil);
  }

  /** Whether anything rests, or has come back from a rest. */
  get hasBack(): boolean {
    if (this.resting.size > 0) return true;
    for (const { attempts } of this.queue) if (attempts > 0) return true;
    return false;
  }

  /** What rests no more waits again. */
  advance(now: number): void {
    if (this.resting.size === 0) return;
    for (const [item, due] of this.resting) {
      if (due > now) continue;
      this.resting.delete(item);
      this.queue.add(item);
    }
  }

  take(item: Item, now: number): void {
    const { workers, period, spread } = this.limits;
    this.queue.delete(item);
    let slot = this.#slots.find(({ isTaken, due }) => !isTaken && due <= now);
    if (slot === undefined && this.#slots.length < workers) this.#slots.push((slot = { isTaken: false, due: 0 }));
    if (slot === undefined) return;
    const stray = this.#taken.get(item);
    if (stray !== undefined) this.#strays.push(stray);
    this.#taken.set(item, slot);
    slot.isTaken = true;
    slot.due = now + period;
    if (spread && period > 0) this.#nextStart = Number.POSITIVE_INFINITY;
  }

  start(item: Item, now: number): void {
    const { workers, period, spread } = this.limits;
    const slot = this.#taken.get(item);
    if (slot !== undefined) slot.due = now + period;
    if (spread && period > 0) this.#nextStart = now + period / workers;
  }

  end(item: Item): void {
    const slot = this.#taken.get(item) ?? this.#strays.pop();
    this.#taken.delete(item);
    if (slot !== undefined) slot.isTaken = false;
  }
}

/** The first of the highest priority: of those, one that has run before any that never has. */
function best<Item extends Waiter<Item>>(items: Iterable<Item>): Item | undefined {
  let found: Item | undefined;
  for (const item of items) if (found === undefined || isBefore(item, found)) found = item;
  return found;
}

/** Whether one goes before another that came earlier. */
function isBefore<Item extends Waiter<Item>>(one: Item, other: Item): boolean {
  const difference = (one.place?.priority ?? 0) - (other.place?.priority ?? 0);
  return difference > 0 || (difference === 0 && one.attempts > 0 && other.attempts === 0);
}
