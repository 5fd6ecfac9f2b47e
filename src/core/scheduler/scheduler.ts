import type { Clock } from "../../api/clock.ts";
import type { Backlog } from "../../api/policies.ts";
import { type Alarm, Alarms } from "../../lib/alarms.ts";
import type { Attempt } from "../attempt.ts";
import type { QueuedTask, RunningAttempt } from "../queued-task.ts";
import type { Slot, Slots } from "../slots.ts";
import type { Settings } from "../settings.ts";
import { type EndShift, Shifts } from "./shifts.ts";

/** What the scheduler asks of the pool around it. */
export interface SchedulerHooks {
  /** Makes the attempt at a task that has left the backlog. */
  attempt(task: QueuedTask, slot: Slot<RunningAttempt>): Attempt;
  /** A task has left the backlog: there may be room for others. */
  onTake(): void;
  /** A task was let into the queue, since a slot is about to take it. */
  letIn(task: QueuedTask): void;
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
  /** Whether anything here depends on the time. */
  readonly #isTimed: boolean;
  readonly #hooks: SchedulerHooks;
  /** The shift that waits for each attempt that is not over, by the number of its slot. */
  readonly #ends: EndShift[] = [];
  #paused = false;
  #waking = false;
  /** A task is being taken. Whoever is asked or told meanwhile may bring others: they must not take the slot that it gets. */
  #taking = false;

  constructor(
    settings: Pick<Settings, "clock" | "lanes" | "logger" | "period" | "retry">,
    slots: Slots<RunningAttempt>,
    backlog: Backlog<QueuedTask>,
    hooks: SchedulerHooks,
  ) {
    this.#backlog = backlog;
    this.#slots = slots;
    // As many as there may ever be: which of them work, the slots say.
    this.#shifts = new Shifts(slots, (end) => this.#serve(end));
    this.#alarms = new Alarms(settings.clock, settings.logger);
    this.#clock = settings.clock;
    this.#isTimed = settings.period > 0 || settings.lanes !== undefined || settings.retry !== undefined;
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
    this.#wakeAt(Infinity);
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
    while (!this.#taking) {
      const now = this.#now();
      const due = this.#due(now);
      if (due > now) return this.#wakeAt(due);
      if (this.#shifts.isComing) return;
      this.#shifts.add();
    }
  }

  /** When a slot may start a task: the later of when a slot may start, and when a task may. */
  #due(now: number): number {
    if (this.#paused) return Infinity;
    const { due } = this.#slots;
    // Who asks the backlog has a slot to give.
    return due === Infinity ? due : Math.max(due, this.#backlog.due(now));
  }

  /** Sets the alarm, in the place of what it was set to. Infinity: to none. */
  #wakeAt(due: number): void {
    if ((this.#pace?.due ?? Infinity) === due) return;
    this.#alarms.clear(this.#pace);
    this.#pace = due === Infinity ? undefined : this.#alarms.set(due, this.#onPace);
  }

  readonly #onPace = (): void => {
    this.#pace = undefined;
    this.wake();
  };

  /** The attempt in a slot starts only now, after who heard of it: the pace counts from here. */
  start({ slot, task }: RunningAttempt): void {
    if (!this.#isTimed) return;
    const now = this.#clock.now();
    this.#slots.start(slot, now);
    this.#backlog.onStart(task, now);
  }

  /** The attempt in a slot is over, some time after it was started. */
  free(attempt: RunningAttempt): void {
    const end = this.#ends[attempt.slot.number] as EndShift;
    this.#release(attempt);
    this.#serve(end);
  }

  #release({ slot, task }: RunningAttempt): void {
    this.#slots.release(slot);
    this.#backlog.onEnd(task);
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
      this.#release(attempt);
    }
    this.#shifts.linger(end);
    this.wake();
  }

  /** First the pace, then the task: nothing leaves the backlog before its slot may start it. */
  #take(end: EndShift): Attempt | undefined {
    if (this.#taking) return undefined;
    this.#taking = true;
    const now = this.#now();
    let task: QueuedTask | undefined;
    try {
      while (this.#due(now) <= now) {
        task = this.#backlog.take(now);
        if (task?.id !== 0) break;
        // Who hears of it may pause the pool.
        this.#hooks.letIn(task);
        task = undefined;
      }
    } finally {
      this.#taking = false;
    }
    if (task === undefined) return undefined;
    const slot = this.#slots.take(now);
    const attempt = this.#hooks.attempt(task, slot);
    slot.occupant = attempt;
    this.#ends[slot.number] = end;
    task.onAttempt(attempt);
    return attempt;
  }

  /** Where nothing is paced, a slot may start always or not now: it needs no clock. */
  #now(): number {
    return this.#isTimed ? this.#clock.now() : 0;
  }
}
