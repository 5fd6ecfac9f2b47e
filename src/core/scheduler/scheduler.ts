import type { Clock } from "../../api/clock.ts";
import { type Alarm, Alarms } from "../../lib/alarms.ts";
import type { Attempt } from "../attempt.ts";
import type { Backlog } from "../backlog.ts";
import type { QueuedTask, RunningAttempt } from "../queued-task.ts";
import { type Pace, type Slot, Slots } from "../slots.ts";
import { type EndShift, Shifts } from "./shifts.ts";

/** What the scheduler asks of the pool around it. */
export interface SchedulerHooks {
  /** Makes the attempt at a task that has left the backlog. */
  attempt(task: QueuedTask, slot: Slot<RunningAttempt>): Attempt;
  /** A task has left the backlog: there may be room for others. */
  onTake(): void;
}

/**
 * Says which slot runs what, and when. While tasks wait and a slot may start, it puts shifts to work; while none may yet,
 * it sets one alarm for the first that will.
 *
 * The way round: {@link wake} → a shift → {@link #serve} takes a slot and a task, and starts an attempt → the attempt ends
 * later → {@link free} gives the slot back and goes on with the same shift → when no task may start, the shift lingers and
 * ends. `wake()` is called whenever something may start that could not before: after an accept, after a take, when the
 * alarm rings, on resume. Nobody counts shifts.
 */
export class Scheduler {
  readonly #backlog: Backlog<QueuedTask>;
  readonly #slots: Slots<RunningAttempt>;
  readonly #shifts: Shifts;
  readonly #alarms: Alarms;
  /** Rings when the first slot may start again. */
  #pace: Alarm | undefined;
  readonly #clock: Clock;
  readonly #isPaced: boolean;
  readonly #hooks: SchedulerHooks;
  /** The shift that waits for each attempt that is not over, by the number of its slot. */
  readonly #ends: EndShift[] = [];
  #paused = false;
  #waking = false;

  constructor(pace: Pace & { readonly clock: Clock }, backlog: Backlog<QueuedTask>, hooks: SchedulerHooks) {
    this.#backlog = backlog;
    this.#slots = new Slots(pace);
    this.#shifts = new Shifts(pace.workers, (end) => this.#serve(end));
    this.#alarms = new Alarms(pace.clock);
    this.#clock = pace.clock;
    this.#isPaced = pace.period > 0;
    this.#hooks = hooks;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Slots taken. */
  get running(): number {
    return this.#slots.taken;
  }

  /** The attempts that have a slot. */
  attempts(): RunningAttempt[] {
    return this.#slots.occupants();
  }

  /** How many slots may start now: what they will take needs no waiting place. */
  ready(): number {
    return this.#paused ? 0 : this.#slots.ready(this.#clock.now());
  }

  /** Starts nothing more, and leaves no alarm behind that would keep the process. */
  pause(): void {
    this.#paused = true;
    this.#wakeAt(undefined);
  }

  resume(): void {
    this.#paused = false;
    this.wake();
  }

  /** Puts shifts to work while tasks wait and slots may start. If none may yet, sets the alarm for the first that will. */
  wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    try {
      this.#wakeUp();
    } finally {
      this.#waking = false;
    }
  }

  #wakeUp(): void {
    while (!this.#paused && !this.#backlog.isEmpty) {
      const { due } = this.#slots;
      if (due > this.#now()) {
        this.#wakeAt(due);
        break;
      }
      if (this.#shifts.isComing) break;
      this.#shifts.add();
    }
    if (this.#backlog.isEmpty) this.#wakeAt(undefined);
  }

  /** Sets the alarm, in the place of what it was set to. undefined: to none. */
  #wakeAt(due: number | undefined): void {
    if (this.#pace?.due === due) return;
    this.#alarms.clear(this.#pace);
    this.#pace =
      due === undefined
        ? undefined
        : this.#alarms.set(due, () => {
            this.#pace = undefined;
            this.wake();
          });
  }

  /** The attempt in a slot starts only now, after who heard of it: the pace counts from here. */
  start(slot: Slot<RunningAttempt>): void {
    if (this.#isPaced) this.#slots.start(slot, this.#clock.now());
  }

  /** The attempt in a slot is over, some time after it was started. */
  free(slot: Slot<RunningAttempt>): void {
    const end = this.#ends[slot.number] as EndShift;
    this.#slots.release(slot);
    this.#serve(end);
  }

  /** A shift's work: takes task after task, until one keeps its slot or none may start. */
  #serve(end: EndShift): void {
    for (let attempt = this.#take(end); attempt !== undefined; attempt = this.#take(end)) {
      const isOver = attempt.start();
      this.#hooks.onTake();
      if (!isOver) {
        // Whom that let in may have to be waited for.
        this.wake();
        return;
      }
      this.#slots.release(attempt.slot);
    }
    this.#shifts.linger(end);
    this.wake();
  }

  /** First the pace, then the task: nothing leaves the backlog before its slot may start it. */
  #take(end: EndShift): Attempt | undefined {
    if (this.#paused || this.#backlog.isEmpty) return undefined;
    const now = this.#now();
    if (this.#slots.due > now) return undefined;
    const task = this.#backlog.take() as QueuedTask; // it is not empty
    const slot = this.#slots.take(now);
    const attempt = this.#hooks.attempt(task, slot);
    slot.occupant = attempt;
    this.#ends[slot.number] = end;
    task.onStart(attempt);
    return attempt;
  }

  /** An unpaced slot may start always or not now: it needs no clock. */
  #now(): number {
    return this.#isPaced ? this.#clock.now() : 0;
  }
}
