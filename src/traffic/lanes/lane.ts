import type { PacedSlot, PacedSlots, Place, Waiter } from "../../api/policies.ts";
import type { Heap, Heaped } from "../../lib/heap.ts";
import type { Linked } from "../../lib/line.ts";
import { type Level, PriorityLine } from "./priority-line.ts";
import type { Limits } from "./settings.ts";

/** A small pool inside the pool. Whoever changes it has the rota settle it. */
export class Lane<Item extends Waiter<Item>> implements Heaped, Linked<Lane<Item>> {
  readonly name: string;
  readonly limits: Limits;
  /** Slots of the pool that it may have now. */
  workers: number;
  /** Its slots, where they have a pace, or a limit of their own. */
  readonly slots: PacedSlots | undefined;
  readonly queue: PriorityLine<Item> = new PriorityLine();
  /** Those in line before its door. Made when first needed: most lanes never have any. */
  #line: PriorityLine<Item> | undefined;
  /** Slots of tasks that were taken again meanwhile: the handler was deaf to a timeout. One is as good as another. */
  #strays: PacedSlot[] | undefined;
  /** Slots of the pool that it has. */
  running = 0;
  /** Tasks queued that never ran. */
  fresh = 0;
  /** Tasks at rest, and tasks queued that come back from one. */
  back = 0;
  heldUntil: number = -Infinity;
  /** When the pace of its last start is over. */
  #pacedUntil = -Infinity;
  /** A question to the gate has no answer yet. */
  isAsking = false;
  /** The gate has let a task through that has not started yet. */
  hasPass = false;
  /** Whether it is the pool's lane of its name. */
  isUp = false;
  /** The lower, the longer ago it came up or started a task. */
  turn = 0;
  /** The lower, the longer ago it came up, its door opened or somebody of its line was let in. */
  doorTurn = 0;
  /**
   * Of a lane that may start a task of its queue: the lower, the higher that task's priority. Of one that may start one of its
   * line, its turn at the door. Else when it may, or is forgotten.
   */
  rank = 0;
  // What the rota keeps:
  heap: Heap<Lane<Item>> | undefined;
  index = 0;
  previous: Lane<Item> | undefined;
  next: Lane<Item> | undefined;

  constructor(name: string, limits: Limits, workers: number, slots: PacedSlots | undefined) {
    this.name = name;
    this.limits = limits;
    this.workers = workers;
    this.slots = slots;
  }

  /** The task that starts next. What a slot takes at once needs no place: it may be in line still. */
  get first(): Item | undefined {
    return this.queue.first ?? this.firstInLine;
  }

  get firstInLine(): Item | undefined {
    return this.#line?.first;
  }

  get senders(): number {
    return this.#line?.length ?? 0;
  }

  /** Tasks queued and at rest. */
  get waiting(): number {
    return this.fresh + this.back;
  }

  /** Tasks that never ran, as far as they are told of: what a slot is about to take has no place of its own. */
  get told(): number {
    return Math.min(this.fresh, this.limits.queueSize);
  }

  /** Whether the first in line may have a place, as far as the lane is concerned. */
  get isOpen(): boolean {
    return this.senders > 0 && this.waiting < this.limits.queueSize;
  }

  /** Whether one more of its tasks that ran would find a place to rest. */
  get mayRest(): boolean {
    return this.waiting + this.running < this.limits.queueSize + this.workers;
  }

  /** Whether nothing is waiting, in line or running. */
  get isIdle(): boolean {
    return this.waiting + this.senders + this.running === 0;
  }

  /** When nothing of what was matters any more. */
  get restedAt(): number {
    return Math.max(this.heldUntil, this.#pacedUntil);
  }

  /** When it may start a task, if it has one. Infinity: not before one of its own has ended. */
  get startable(): number {
    if (this.running >= this.workers) return Infinity;
    return this.slots === undefined ? this.heldUntil : Math.max(this.heldUntil, this.slots.due);
  }

  /** How many of so many tasks it may start now. */
  ready(now: number, tasks: number): number {
    if (this.heldUntil > now) return 0;
    return Math.min(tasks, this.slots?.ready(now) ?? Math.max(0, this.workers - this.running));
  }

  resize(workers: number): void {
    this.workers = workers;
    this.slots?.resize(workers);
  }

  enqueue(item: Item): void {
    const place = placeOf(item);
    place.level = this.queue.push(item, place.priority);
  }

  dequeue(item: Item): void {
    leave(this.queue, item);
  }

  standInLine(item: Item): void {
    const place = placeOf(item);
    this.#line ??= new PriorityLine();
    place.level = this.#line.push(item, place.priority);
  }

  leave(item: Item): void {
    if (this.#line !== undefined) leave(this.#line, item);
  }

  /** Gives a task a slot. */
  take(item: Item, now: number): void {
    this.running++;
    this.hasPass = false;
    if (this.slots === undefined) return;
    const place = placeOf(item);
    if (place.slot !== undefined) (this.#strays ??= []).push(place.slot);
    place.slot = this.slots.take(now);
    this.#pace(now);
  }

  /** A task that has a slot starts only now. */
  start({ slot }: LanePlace<Item>, now: number): void {
    if (slot === undefined) return;
    this.slots?.start(slot, now);
    this.#pace(now);
  }

  /** Takes the slot of a task back. */
  end(place: LanePlace<Item>): void {
    this.running--;
    const slot = place.slot ?? this.#strays?.pop();
    place.slot = undefined;
    if (slot !== undefined) this.slots?.release(slot);
  }

  #pace(now: number): void {
    if (this.limits.period > 0) this.#pacedUntil = now + this.limits.period;
  }
}

/** Where a task of a pool with lanes stands, and what it has. */
export class LanePlace<Item extends Waiter<Item>> implements Place {
  readonly priority: number;
  home: Lane<Item>;
  /** Where it waits, in the queue or in line. */
  level: Level<Item> | undefined;
  /** The slot of its lane that it has. */
  slot: PacedSlot | undefined;

  constructor(home: Lane<Item>, priority: number) {
    this.home = home;
    this.priority = priority;
  }

  get lane(): string {
    return this.home.name;
  }
}

/** The place of a task. Its backlog has made it. */
export function placeOf<Item extends Waiter<Item>>({ place }: Item): LanePlace<Item> {
  return place as LanePlace<Item>;
}

function leave<Item extends Waiter<Item>>(line: PriorityLine<Item>, item: Item): void {
  const place = placeOf(item);
  line.remove(item, place.level as Level<Item>); // it is in that line
  place.level = undefined;
}
