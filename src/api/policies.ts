/* The seams of a pool: what a policy of traffic, as `httppool/lanes` and `httppool/retry` make them, is asked and told. */
import type { Clock } from "./clock.ts";
import type { Adaptive } from "./limit.ts";
import type { Logger } from "./logger.ts";
import type { Task } from "./task.ts";

/** Where a task stands while it waits. Resolved once, when the call's types are checked. */
export interface Place {
  /** The name of its lane. */
  readonly lane: string;
  /** Higher first. */
  readonly priority: number;
}

/** What a call says of the place that it wants. Nothing is checked. */
export interface Wish {
  readonly lane?: unknown;
  readonly priority?: unknown;
}

/** A task that waits, as a backlog sees it. It is its own link in the line it stands in: one at a time. */
export interface Waiter<Self> {
  previous: Self | undefined;
  next: Self | undefined;
  /** undefined in a pool without lanes. */
  readonly place: Place | undefined;
  /** Attempts begun. More than 0 while it waits: it comes back from a rest. */
  readonly attempts: number;
}

/** How things stand in a lane. */
export interface LaneState {
  /** Tasks in the queue, those at rest included. */
  readonly waiting: number;
  /** Senders in line for a place. */
  readonly senders: number;
  /** Slots of the pool that it has. */
  readonly running: number;
  /** How many slots it may have at once, as things are now. */
  readonly workers: number;
  /** ms until its hold ends. 0: it is not held. */
  readonly heldMs: number;
}

/**
 * What waits, and what may start next: tasks in their places, tasks at rest, and the senders in line before the door.
 * What a slot takes at once needs no place.
 */
export interface Backlog<Item> {
  /** Tasks in the queue and at rest. What a slot is about to take is not told of. */
  readonly waiting: number;
  /** Tasks in line before the door. */
  readonly senders: number;
  /**
   * The place that a call asks for.
   *
   * @throws {TypeError} The wish is of a wrong type, or can't be fulfilled. @throws What `limits` throws.
   */
  place(wish: Wish | undefined, task: Task): Place | undefined;
  /** Whether a task may be queued there now, where so many slots are `ready` to take one. */
  hasRoom(place: Place | undefined, ready: number): boolean;
  /** Queues a task. The caller has seen that there is room. */
  push(item: Item): void;
  /** Puts a task into the line before the door. */
  standInLine(item: Item): void;
  /** Lets the next in line in, if there is room for it. */
  admit(): Item | undefined;
  /** When the next task may start, as far as the backlog is concerned: `<= now` for now, Infinity for not before something happens. */
  due(now: number): number;
  /**
   * Takes out the task that is to start now. undefined: none may. One that was in line before the door is only let into the
   * queue by that: when it has been accepted, this is asked again.
   */
  take(now: number): Item | undefined;
  /** Lets a task that ran rest until a time. It keeps a waiting place, and then comes back ahead of those that never ran. */
  rest(item: Item, due: number): void;
  /** Takes a task out of the queue, or out of its rest. */
  remove(item: Item): void;
  /** Takes a task out of the line before the door. */
  leave(item: Item): void;
  /** Takes any task out of the queue or its rest, undefined when none is left. */
  removeFirst(): Item | undefined;
  /** Takes any task out of the line before the door, undefined when none is left. */
  leaveFirst(): Item | undefined;
  /** A task that was taken starts only now: its pace counts from here. */
  onStart(item: Item, now: number): void;
  /** The slot of a task that was taken is free again. */
  onEnd(item: Item): void;
  /** A task that was taken has its answer. */
  onResponse(item: Item, response: Response): void;
  /** What a limit is to know of a request of a task that was taken: when it was sent, its status (0: none), its error. */
  onSample?(item: Item, sentAt: number, status: number, error: unknown): void;
  /** The pool has another number of slots. */
  onResize?(): void;
  /** The lanes with something waiting, in line or running. */
  lanes(): ReadonlyMap<string, LaneState>;
}

/** How slots are paced. */
export interface Pace<Workers = number | Adaptive> {
  readonly workers: Workers;
  /** ms between two starts of a slot. 0: unpaced. */
  readonly period: number;
  /** Whether two starts of any slots are also never closer than a period's share for each slot. */
  readonly spread: boolean;
}

/** A slot of {@link PacedSlots}. */
export interface PacedSlot {
  /** Its number, from 0. */
  readonly number: number;
}

/** Slots with a pace, as a pool has them, for whoever has slots of its own. */
export interface PacedSlots {
  /** How many there are now. */
  readonly workers: number;
  /** Slots that are not free. */
  readonly taken: number;
  /** When the next free slot may start: -Infinity for at once, Infinity when none is free. */
  readonly due: number;
  /** How many free slots may start now. */
  ready(now: number): number;
  /** Takes the free slot that may start soonest. The caller has seen that one is due. */
  take(now: number): PacedSlot;
  /** A slot that was taken starts only now. */
  start(slot: PacedSlot, now: number): void;
  /** Gives a slot back. */
  release(slot: PacedSlot): void;
  /** Changes how many there are. What is taken stays so. */
  resize(workers: number): void;
  /** Tells the limit, where there is one, of a request: when it was sent, its status (0: none), its error. */
  sample(sentAt: number, status: number, error: unknown): void;
}

/** Tasks at rest. */
export interface Rests<Item> {
  /** When the first rest ends. Infinity: there is none. */
  readonly due: number;
  add(item: Item, due: number): void;
  /** Takes out a task whose rest has ended, undefined when there is none. */
  takeDue(now: number): Item | undefined;
  /** Takes a task out of its rest. @returns Whether it was at rest. */
  remove(item: Item): boolean;
}

/** The pool, as its policies see it. */
export interface PolicyHost {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wall time in ms. */
  date(): number;
}

/** The pool, as its backlog sees it. */
export interface BacklogHost<Item> extends PolicyHost {
  readonly queueSize: number;
  /** Where tasks rest. undefined: none ever does. */
  readonly rests: Rests<Item> | undefined;
  /** Slots of the pool now. */
  workers(): number;
  /** Makes the slots of a lane. @param onChange Their limit has another number. */
  slots(pace: Pace, lane: string, onChange: () => void): PacedSlots;
  /** How many slots of the pool may start now. */
  ready(): number;
  /** A task may start that could not before. */
  wake(): void;
  /** Tells that a lane is held for so many ms from now. */
  hold(lane: string, ms: number, status: number | undefined): void;
  /** Tells how many slots a lane has now. */
  limit(lane: string, workers: number): void;
}

/** Lanes for a client: what `lanes()` of `httppool/lanes` gives. */
export interface Lanes {
  /** Makes the backlog of one pool. */
  backlog<Item extends Waiter<Item>>(host: BacklogHost<Item>): Backlog<Item>;
}

/** What became of an attempt whose response nobody has seen yet. */
export interface Outcome {
  /** undefined in a pool without lanes. */
  readonly lane: string | undefined;
  readonly request: Request;
  /** Absent when there is an `error`. */
  readonly response: Response | undefined;
  /** What the handler failed with, or the pool's timeout. */
  readonly error: unknown;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** The body that the task is known to send, or the request that has it. */
  readonly upload: unknown;
}

/** Judges the attempts of one pool. */
export interface RetryPolicy<Item> {
  readonly rests: Rests<Item>;
  /** A task begins its first attempt. */
  onFirst(lane: string | undefined): void;
  /** @returns ms to rest before the next attempt. undefined: the task is done. */
  judge(outcome: Outcome): number | undefined;
  /** The body of a `fetch` as it is now, whatever becomes of it until it is sent again. */
  keep(body: unknown): unknown;
  /** The request again, with the body that it was made with. */
  resend(request: Request, body: unknown): Request;
}

/** Retries for a client: what `retry()` of `httppool/retry` gives. */
export interface Retry {
  /** Makes the policy of one pool. */
  policy<Item extends object>(host: PolicyHost): RetryPolicy<Item>;
}
