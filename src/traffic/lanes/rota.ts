import type { LaneState, Waiter } from "../../api/policies.ts";
import { Heap } from "../../lib/heap.ts";
import { Line } from "../../lib/line.ts";
import { type Lane, type LanePlace, placeOf } from "./lane.ts";

/**
 * The lanes of a pool, and whose turn it is. One that has a task that may start is in one heap, or, if that is in line still,
 * in another; one that will have by itself in a third; one that waits for a slot of its own, for its gate, or for what rests, is
 * in none. Whatever changes a lane, {@link settle} puts it
 * where it belongs.
 */
export class Rota<Item extends Waiter<Item>> {
  readonly #lanes = new Map<string, Lane<Item>>();
  /** Lanes that have a task queued that may start now: by its priority, then those whose turn is longest ago. */
  readonly #ready = new Heap<Lane<Item>>();
  /** Lanes that have none queued, but one in line that may start now: in turn at the door, whatever the priority. */
  readonly #inLine = new Heap<Lane<Item>>();
  /** Lanes that may start a task when a hold or a pace is over. */
  readonly #timed = new Heap<Lane<Item>>();
  /** Idle lanes, which are forgotten when a hold or a pace is over. */
  readonly #fading = new Heap<Lane<Item>>();
  /** Lanes whose first in line may have a place as far as they are concerned, in turn. */
  readonly #doors = new Line<Lane<Item>>();
  #turns = 0;
  /** While all tasks are taken out: the lane that is emptied, and those to be looked at then. */
  #emptied: Lane<Item> | undefined;
  #others: Iterator<Lane<Item>> | undefined;

  /** The lanes that may start a task now. */
  *ready(): Generator<Lane<Item>, void> {
    yield* this.#ready.items;
    yield* this.#inLine.items;
  }

  /** Whether a lane may start a task now. */
  isReady(lane: Lane<Item>): boolean {
    return lane.heap === this.#ready || lane.heap === this.#inLine;
  }

  /** The lanes that are up. */
  get all(): Iterable<Lane<Item>> {
    return this.#lanes.values();
  }

  /** When the first lane that may not start a task yet may. Infinity: not before something happens. */
  get due(): number {
    return this.#timed.first?.rank ?? Infinity;
  }

  /**
   * The lane whose turn it is to start a task, of those that may: from a line only when no queue has one. undefined: none may.
   *
   * @param isFull Nobody in line may start.
   */
  next(isFull: boolean): Lane<Item> | undefined {
    return this.#ready.first ?? (isFull ? undefined : this.#inLine.first);
  }

  get(name: string): Lane<Item> | undefined {
    return this.#lanes.get(name);
  }

  /** The lane whose turn it is to let somebody in, of those that may have a place as far as they are concerned. */
  get door(): Lane<Item> | undefined {
    return this.#doors.first;
  }

  /** The lane of its name that has come up meanwhile, or the place's own. */
  homeOf(place: LanePlace<Item>): Lane<Item> {
    if (!place.home.isUp) place.home = this.#lanes.get(place.lane) ?? place.home;
    return place.home;
  }

  /** The lane of a task, which comes up now if it has not. */
  up(item: Item): Lane<Item> {
    const lane = this.homeOf(placeOf(item));
    if (!lane.isUp) {
      lane.isUp = true;
      this.#lanes.set(lane.name, lane);
      this.takeTurn(lane);
      this.#takeDoorTurn(lane);
    }
    return lane;
  }

  takeTurn(lane: Lane<Item>): void {
    lane.turn = ++this.#turns;
  }

  /** Somebody in line is let in, for a place or for a slot. */
  leaveDoor(lane: Lane<Item>): void {
    // If there is room for another, it stands at the end when it is settled.
    if (this.#doors.has(lane)) this.#doors.remove(lane);
    this.#takeDoorTurn(lane);
  }

  #takeDoorTurn(lane: Lane<Item>): void {
    lane.doorTurn = ++this.#turns;
  }

  /**
   * Finds any task, in one lane after another.
   *
   * @param count How many there are to be found.
   */
  any(count: number, firstOf: (lane: Lane<Item>) => Item | undefined): Item | undefined {
    // Nothing that is forgotten may be kept by it.
    if (count === 0) {
      this.#emptied = undefined;
      this.#others = undefined;
      return undefined;
    }
    let item = this.#emptied && firstOf(this.#emptied);
    while (item === undefined) {
      this.#others ??= this.#lanes.values();
      const { done, value } = this.#others.next();
      this.#emptied = done ? undefined : value;
      if (done) this.#others = undefined;
      else item = firstOf(value);
    }
    return item;
  }

  /**
   * How things stand in the lanes with something waiting, in line or running.
   *
   * @param untold Tasks queued that have no place of their own, since slots are about to take so many.
   */
  states(now: number, untold: number): Map<string, LaneState> {
    const states = new Map<string, LaneState>();
    let rest = untold;
    // Slots take from lanes that are ready.
    for (const lane of new Set([...this.ready(), ...this.#lanes.values()])) {
      const { name, back, told, senders, running, workers, heldUntil } = lane;
      const less = Math.min(rest, told);
      rest -= less;
      const waiting = back + told - less;
      if (waiting + senders + running === 0) continue;
      states.set(name, { waiting, senders, running, workers, heldMs: Math.max(0, heldUntil - now) });
    }
    return states;
  }

  /** Goes on with what was waited for until now. */
  advance(now: number): void {
    this.#settleAll(this.#timed, now);
    this.#settleAll(this.#fading, now);
  }

  /** Puts a lane that may have changed where it belongs. Without a time, one that is paced or was held is looked at again. */
  settle(lane: Lane<Item>, now: number = -Infinity): void {
    if (lane.isOpen !== this.#doors.has(lane)) {
      if (lane.isOpen) {
        this.#doors.push(lane);
        this.#takeDoorTurn(lane);
      } else {
        this.#doors.remove(lane);
      }
    }
    const heap = this.#heapOf(lane, now);
    if (heap === lane.heap) return heap?.update(lane);
    lane.heap?.remove(lane);
    heap?.push(lane);
    lane.heap = heap;
  }

  #settleAll(heap: Heap<Lane<Item>>, now: number): void {
    for (let lane = heap.first; lane !== undefined && lane.rank <= now; lane = heap.first) this.settle(lane, now);
  }

  #heapOf(lane: Lane<Item>, now: number): Heap<Lane<Item>> | undefined {
    const { first } = lane;
    if (lane.isAsking) return undefined;
    if (first !== undefined) {
      const due = lane.startable;
      if (due > now) {
        lane.rank = due;
        return due < Infinity ? this.#timed : undefined;
      }
      const isQueued = lane.queue.length > 0;
      lane.rank = isQueued ? -placeOf(first).priority : lane.doorTurn;
      if (isQueued) return this.#ready;
      return lane.mayRest ? this.#inLine : undefined;
    }
    if (!lane.isIdle) return undefined;
    lane.rank = lane.restedAt;
    if (lane.rank > now) return this.#fading;
    lane.isUp = false;
    this.#lanes.delete(lane.name);
    return undefined;
  }
}
