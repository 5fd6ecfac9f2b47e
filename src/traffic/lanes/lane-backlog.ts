import type { Backlog, BacklogHost, LaneState, Place, Waiter, Wish } from "../../api/policies.ts";
import type { Task } from "../../api/task.ts";
import { isFinite, optional } from "../../lib/checks.ts";
import { originOfTask } from "../../lib/task-mark.ts";
import { isTakenAtOnce } from "./at-once.ts";
import { Holds } from "./holds.ts";
import { type Lane, LanePlace, placeOf } from "./lane.ts";
import { LaneSizes } from "./lane-sizes.ts";
import { Places } from "./places.ts";
import { Rota } from "./rota.ts";
import { isName, type Settings } from "./settings.ts";

/** What waits in a pool with lanes: how many there are, where there is room, and which task leaves next. */
export class LaneBacklog<Item extends Waiter<Item>> implements Backlog<Item> {
  readonly #host: BacklogHost<Item>;
  readonly #settings: Settings;
  readonly #rota = new Rota<Item>();
  readonly #holds: Holds<Item>;
  readonly #sizes: LaneSizes<Item>;
  readonly #places: Places<Item>;
  #senders = 0;
  /** Slots taken. */
  #running = 0;
  /** One that was let in since a slot is about to take it: it has no place but that. */
  #called: Item | undefined;

  constructor(host: BacklogHost<Item>, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
    this.#sizes = new LaneSizes(host, settings, this.#rota);
    this.#places = new Places(host.queueSize);
    this.#holds = new Holds(host, settings, this.#rota);
  }

  get waiting(): number {
    return this.#places.told;
  }

  get senders(): number {
    return this.#senders;
  }

  place(wish: Wish | undefined, task: Task): Place {
    const lane = optional(wish?.lane, "lane", "a string", isName);
    const priority = optional(wish?.priority, "priority", "a finite number", isFinite) ?? 0;
    const name = lane ?? originOfTask(task) ?? "";
    return new LanePlace(this.#rota.get(name) ?? this.#sizes.lane(name), priority);
  }

  hasRoom(place: Place | undefined, ready: number): boolean {
    const lane = this.#rota.homeOf(place as LanePlace<Item>);
    if (lane.senders > 0) return false;
    const pool = this.#places.taken + 1 - this.#host.queueSize;
    // A place has just come free, for the next in line of some lane. Whoever hears of that must not take it before them.
    if (pool <= 0 && this.#rota.door !== undefined) return false;
    const excess = { pool, lane: lane.waiting + 1 - lane.limits.queueSize };
    if (pool <= 0 && excess.lane <= 0) return true;
    // Nobody knows what a gate will say.
    if (ready <= 0 || this.#settings.gate !== undefined) return false;
    const now = this.#host.clock.now();
    this.#advance(now);
    return isTakenAtOnce(lane, excess, ready, this.#rota, this.#senders > 0, now);
  }

  push(item: Item): void {
    this.#push(this.#rota.up(item), item);
  }

  standInLine(item: Item): void {
    const lane = this.#rota.up(item);
    lane.standInLine(item);
    this.#senders++;
    this.#rota.settle(lane);
  }

  admit(): Item | undefined {
    if (this.#places.taken >= this.#host.queueSize) return undefined;
    const lane = this.#rota.door;
    return lane && this.#letIn(lane);
  }

  due(now: number): number {
    this.#advance(now);
    if (this.#next() !== undefined) return -Infinity;
    return Math.min(this.#rota.due, this.#host.rests?.due ?? Infinity);
  }

  take(now: number): Item | undefined {
    this.#advance(now);
    const called = this.#called;
    this.#called = undefined;
    // Who heard of it may have brought one that would go first, and leave it without a place.
    const home = called && placeOf(called).home;
    if (called !== undefined && home !== undefined && this.#rota.isReady(home)) return this.#start(home, called, now);
    for (let lane = this.#next(); lane !== undefined; lane = this.#next()) {
      if (!this.#holds.mayStart(lane)) {
        // The gate, or who heard that it holds the lane, may have paused the pool.
        if (this.#host.ready() === 0) return undefined;
        continue;
      }
      const item = lane.queue.first;
      if (item !== undefined) return this.#start(lane, item, now);
      this.#called = this.#letIn(lane, now);
      return this.#called;
    }
    return undefined;
  }

  rest(item: Item, due: number): void {
    const lane = this.#rota.up(item);
    this.#host.rests?.add(item, due);
    this.#places.count(lane, item, 1);
    this.#rota.settle(lane);
  }

  remove(item: Item): void {
    if (item === this.#called) this.#called = undefined;
    const { home, level } = placeOf(item);
    if (level !== undefined) this.#dequeue(home, item);
    else if (this.#host.rests?.remove(item)) this.#places.count(home, item, -1);
    this.#rota.settle(home);
  }

  leave(item: Item): void {
    const { home } = placeOf(item);
    this.#leave(home, item);
    this.#rota.settle(home);
  }

  removeFirst(): Item | undefined {
    const resting = this.#host.rests?.takeDue(Infinity);
    // As if its rest were over.
    if (resting !== undefined) placeOf(resting).home.enqueue(resting);
    const item = resting ?? this.#rota.any(this.#places.taken, ({ queue }) => queue.first);
    if (item !== undefined) this.remove(item);
    return item;
  }

  leaveFirst(): Item | undefined {
    const item = this.#rota.any(this.#senders, ({ firstInLine }) => firstInLine);
    if (item !== undefined) this.leave(item);
    return item;
  }

  onStart(item: Item, now: number): void {
    const place = placeOf(item);
    if (place.slot === undefined) return;
    place.home.start(place, now);
    this.#rota.settle(place.home, now);
  }

  onEnd(item: Item): void {
    const place = placeOf(item);
    const { home } = place;
    const wasStuck = home.heap === undefined;
    home.end(place);
    this.#running--;
    this.#rota.settle(home);
    if (wasStuck && home.heap !== undefined && !home.isIdle) this.#host.wake();
  }

  onResponse(item: Item, response: Response): void {
    const ms = this.#holds.askedBy(response);
    // Only now: whoever was asked, or heard of the headers, may have ended the task, and with it its lane.
    if (ms > 0) this.#holds.hold(this.#rota.up(item), ms, response.status);
  }

  onSample(item: Item, sentAt: number, status: number, error: unknown): void {
    placeOf(item).home.slots?.sample(sentAt, status, error);
  }

  onResize(): void {
    this.#sizes.followPool();
  }

  lanes(): ReadonlyMap<string, LaneState> {
    return this.#rota.states(this.#host.clock.now(), this.#places.untold);
  }

  /** The lane whose turn it is. */
  #next(): Lane<Item> | undefined {
    return this.#rota.next(this.#places.isFull(this.#running - this.#host.workers()));
  }

  /** Goes on with what was waited for until now: rests, paces and holds. */
  #advance(now: number): void {
    const { rests } = this.#host;
    for (let item = rests?.takeDue(now); item !== undefined; item = rests?.takeDue(now)) {
      const { home } = placeOf(item);
      home.enqueue(item);
      this.#rota.settle(home, now);
    }
    this.#rota.advance(now);
  }

  /** Gives a task a slot of its lane. */
  #start(lane: Lane<Item>, item: Item, now: number): Item {
    this.#dequeue(lane, item);
    lane.take(item, now);
    this.#running++;
    this.#rota.takeTurn(lane);
    this.#rota.settle(lane, now);
    return item;
  }

  /** Lets the first in line of a lane into its queue. */
  #letIn(lane: Lane<Item>, now?: number): Item {
    const item = lane.firstInLine as Item; // there is one
    this.#rota.leaveDoor(lane);
    this.#leave(lane, item);
    this.#push(lane, item, now);
    return item;
  }

  #leave(lane: Lane<Item>, item: Item): void {
    lane.leave(item);
    this.#senders--;
  }

  #push(lane: Lane<Item>, item: Item, now?: number): void {
    lane.enqueue(item);
    this.#places.count(lane, item, 1);
    this.#rota.settle(lane, now);
  }

  #dequeue(lane: Lane<Item>, item: Item): void {
    lane.dequeue(item);
    this.#places.count(lane, item, -1);
  }
}
