import type { Backlog, BacklogHost, Place, Rests, Waiter, Wish } from "../../../../src/api/policies.ts";
import type { Task } from "../../../../src/api/task.ts";
import { LimitedSlots } from "../../../../src/core/limited-slots.ts";
import { type Slot, Slots } from "../../../../src/core/slots.ts";
import { VirtualClock } from "../../../../src/lab.ts";
import { lanes, type LanesOptions } from "../../../../src/lanes.ts";

/** A task, known by its name. */
export class Item implements Waiter<Item> {
  previous: Item | undefined = undefined;
  next: Item | undefined = undefined;
  attempts = 0;
  isAccepted = false;
  readonly name: string;
  readonly place: Place | undefined;
  /** The slots of the pool that it has. */
  readonly slots: Slot<Item>[] = [];

  constructor(name: string, place: Place | undefined) {
    this.name = name;
    this.place = place;
  }
}

/** Tasks at rest, in an array. */
class Resting implements Rests<Item> {
  readonly entries: { item: Item; due: number }[] = [];

  get size(): number {
    return this.entries.length;
  }

  get due(): number {
    return this.entries[0]?.due ?? Infinity;
  }

  add(item: Item, due: number): void {
    this.entries.push({ item, due });
    this.entries.sort((a, b) => a.due - b.due);
  }

  takeDue(now: number): Item | undefined {
    return this.due <= now ? this.entries.shift()?.item : undefined;
  }

  remove(item: Item): boolean {
    const index = this.entries.findIndex((entry) => entry.item === item);
    if (index >= 0) this.entries.splice(index, 1);
    return index >= 0;
  }
}

const noTask: Task = () => undefined;

/** A pool around a backlog with lanes, moved by hand. */
export class World {
  readonly clock = new VirtualClock();
  readonly rests = new Resting();
  readonly limits: [lane: string, workers: number][] = [];
  readonly holds: [lane: string, ms: number, status: number | undefined][] = [];
  readonly errors: unknown[][] = [];
  readonly running = new Set<Item>();
  readonly backlog: Backlog<Item>;
  readonly host: BacklogHost<Item>;
  readonly #slots: Slots<Item>;
  wakes = 0;
  wall = 1_700_000_000_000;
  /** What happens when somebody hears of a hold. */
  onHold: () => void = () => undefined;

  constructor(options: LanesOptions = {}, pool: { workers?: number; queueSize?: number } = {}) {
    const { workers = 100, queueSize = 1000 } = pool;
    this.#slots = new Slots({ workers, period: 0, spread: false });
    this.host = {
      clock: this.clock,
      logger: { debug: () => undefined, error: (...args) => this.errors.push(args) },
      date: () => this.wall,
      workers: () => this.#slots.workers,
      queueSize,
      rests: this.rests,
      slots: ({ workers: its, ...pace }, lane, onChange) =>
        typeof its === "number"
          ? new Slots({ workers: its, ...pace })
          : new LimitedSlots({ workers: its, ...pace }, this.host, lane, onChange),
      ready: () => this.ready,
      wake: () => void this.wakes++,
      hold: (...hold) => {
        this.holds.push(hold);
        this.onHold();
      },
      limit: (...limit) => void this.limits.push(limit),
    };
    this.backlog = lanes(options).backlog(this.host);
  }

  /** It is so late, in ms. */
  at(time: number): void {
    this.clock.jump(time - this.clock.now());
  }

  /** Slots of the pool that are free. */
  get ready(): number {
    return this.#slots.ready(this.clock.now());
  }

  hasRoom(lane: string): boolean {
    return this.backlog.hasRoom(this.backlog.place({ lane }, noTask), this.ready);
  }

  /** A task comes: it is queued when there is room, else it stands in line. */
  come(name: string, wish: Wish | string = {}, task: Task = noTask): Item {
    const place = this.backlog.place(typeof wish === "string" ? { lane: wish } : wish, task);
    const item = new Item(name, place);
    if (this.backlog.hasRoom(place, this.ready)) {
      this.backlog.push(item);
      item.isAccepted = true;
    } else {
      this.backlog.standInLine(item);
    }
    return item;
  }

  /** Starts the next task, if one may, and lets in who has room then. */
  take(): Item | undefined {
    const item = this.takeOne();
    if (item !== undefined) this.admit();
    return item;
  }

  /** Starts the next task, if one may. */
  takeOne(): Item | undefined {
    const now = this.clock.now();
    if (this.ready === 0 || this.backlog.due(now) > now) return undefined;
    let item = this.backlog.take(now);
    for (; item?.isAccepted === false; item = this.backlog.take(now)) item.isAccepted = true;
    if (item === undefined) return undefined;
    item.attempts++;
    item.slots.push(this.#slots.take(now));
    this.running.add(item);
    this.backlog.onStart(item, now);
    return item;
  }

  /** Starts all tasks that may, and says their names. */
  takeAll(): string {
    const names: string[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) names.push(item.name);
    return names.join(" ");
  }

  admit(): string {
    const names: string[] = [];
    for (let item = this.backlog.admit(); item !== undefined; item = this.backlog.admit()) {
      item.isAccepted = true;
      names.push(item.name);
    }
    return names.join(" ");
  }

  end(item: Item): void {
    const slot = item.slots.shift();
    if (slot === undefined) throw new Error(`${item.name} has no slot`);
    this.#slots.release(slot);
    if (item.slots.length === 0) this.running.delete(item);
    this.backlog.onEnd(item);
  }

  endAll(): void {
    for (const item of this.running) this.end(item);
  }

  rest(item: Item, due: number): void {
    this.backlog.rest(item, due);
    this.end(item);
  }

  /** The lanes' sums beside what the backlog says. */
  sums(): { lanes: [number, number, number]; pool: [number, number, number] } {
    const states = [...this.backlog.lanes().values()];
    const sum = (of: (state: (typeof states)[number]) => number): number =>
      states.reduce((total, state) => total + of(state), 0);
    return {
      lanes: [sum(({ waiting }) => waiting), sum(({ senders }) => senders), sum(({ running }) => running)],
      pool: [this.backlog.waiting, this.backlog.senders, this.#slots.taken],
    };
  }
}

/** An answer with these headers. */
export const answer = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers });
