import { DispatcherClosedError } from "../api/errors.ts";
import type { Backlog, Place, Wish } from "../api/policies.ts";
import type { Task } from "../api/task.ts";
import { expect, isFunction } from "../lib/checks.ts";
import { RequestScope } from "../lib/runtime/request-scope.ts";
import { cancelUpload, uploadOf } from "../lib/task-mark.ts";
import { WaitGroup } from "../lib/wait-group.ts";
import { type QueuedTask, UNANSWERED } from "./queued-task.ts";
import type { Reporter } from "./reporter.ts";
import type { Scheduler } from "./scheduler/scheduler.ts";

/** The door of a pool: accepts tasks, lets them wait in line for room, or rejects them; counts what has not finished. */
export class Admission {
  readonly #backlog: Backlog<QueuedTask>;
  readonly #scheduler: Scheduler;
  readonly #reporter: Reporter;
  readonly #now: () => number;
  readonly #scope = new RequestScope();
  readonly #unfinished = new WaitGroup();
  #lastId = 0;
  #closing: Promise<void> | undefined;

  constructor(backlog: Backlog<QueuedTask>, scheduler: Scheduler, reporter: Reporter, now: () => number) {
    this.#backlog = backlog;
    this.#scheduler = scheduler;
    this.#reporter = reporter;
    this.#now = now;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves when every accepted task has finished. */
  onIdle(): Promise<void> {
    return this.#unfinished.wait();
  }

  /**
   * @returns The task's place.
   * @throws {TypeError} The task is none, its place is none, or the pool is another request's. @throws What the call is
   *   rejected with.
   */
  check(task: Task, wish: Wish | undefined, signal: AbortSignal | undefined): Place | undefined {
    expect(task, "task", "a function", isFunction);
    const place = this.#backlog.place(wish, task);
    this.#scope.check();
    if (this.closed) this.#refuse(task, place, "closed", new DispatcherClosedError());
    if (signal?.aborted) this.#refuse(task, place, "aborted", signal.reason);
    return place;
  }

  /** Whether a task may be accepted now: what a slot is about to take needs no place. */
  hasRoom(place: Place | undefined): boolean {
    return this.#backlog.hasRoom(place, 0) || this.#backlog.hasRoom(place, this.#scheduler.ready());
  }

  /** Tells that a task was rejected for want of room. */
  rejectFull(place: Place | undefined): void {
    this.#reporter.reject("full", place);
  }

  /** Accepts a task. The caller has seen that there is room. */
  accept(task: QueuedTask): void {
    task.follow(this.#leave);
    this.#backlog.push(task);
    this.#onAccept(task);
    this.#scheduler.wake();
  }

  /** Accepts a task when there is room: now, or after a wait in line. */
  acceptInTurn(task: QueuedTask): void {
    if (this.hasRoom(task.place)) this.accept(task);
    else this.standInLine(task);
  }

  /** Lets a task wait in line for room. */
  standInLine(task: QueuedTask): void {
    task.follow(this.#leave);
    this.#backlog.standInLine(task);
    // A slot may take it at once, whoever has the places.
    this.#scheduler.wake();
  }

  /** Lets in those in line for whom there is room. */
  admit(): void {
    for (let task = this.#backlog.admit(); task !== undefined; task = this.#backlog.admit()) this.letIn(task);
  }

  /** Accepts a task that the backlog has let into the queue. */
  letIn(task: QueuedTask): void {
    const signal = task.caller?.signal;
    if (signal?.aborted) {
      // One abort is ending several: who shares the signal is not let in by what it ended.
      this.#backlog.remove(task);
      this.#reject(task, "aborted", signal.reason);
    } else {
      task.runInAsyncScope(this.#onAccept, this, task);
    }
  }

  /** Takes no more tasks and rejects those in line. @returns Resolves when every accepted task has finished. */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = this.onIdle();
    for (let task = this.#backlog.leaveFirst(); task !== undefined; task = this.#backlog.leaveFirst()) {
      this.#reject(task, "closed", new DispatcherClosedError());
    }
    return this.#closing;
  }

  /** Drops all that waits. */
  drop(reason: unknown): void {
    for (let task = this.#backlog.removeFirst(); task !== undefined; task = this.#backlog.removeFirst()) {
      this.#drop(task, reason);
    }
  }

  /** Lets a task rest that will be tried again. When its slot is free, the scheduler wakes. */
  rest(task: QueuedTask, due: number): void {
    task.acceptedAt = due;
    task.onAttempt(undefined);
    this.#backlog.rest(task, due);
  }

  /** Counts a task as finished, and tells its caller. */
  finish(task: QueuedTask, ok: boolean, result: unknown): void {
    task.unfollow();
    if (!ok) task.onFailure(result);
    else if (result === UNANSWERED) task.onFailure(new TypeError("The handler gave no response"));
    else task.onSuccess(result);
    this.#unfinished.done();
  }

  #onAccept(task: QueuedTask): void {
    task.id = ++this.#lastId;
    task.acceptedAt = this.#now();
    this.#unfinished.add();
    task.onAccept();
    this.#reporter.queue(task, this.#backlog.waiting);
  }

  /** The caller's signal has aborted before the task has started. */
  readonly #leave = (task: QueuedTask, reason: unknown): void => {
    if (task.id === 0) {
      this.#backlog.leave(task);
      this.#reject(task, "aborted", reason);
    } else {
      this.#backlog.remove(task);
      this.#drop(task, reason);
      this.admit();
      this.#scheduler.wake();
    }
  };

  /** Finishes a task that has left the backlog without a start. */
  #drop(task: QueuedTask, reason: unknown): void {
    // At once: a listener of its end may abort the signal.
    task.unfollow();
    task.runInAsyncScope(() => {
      cancelUpload(uploadOf(task.task), reason);
      this.#reporter.drop(task, reason);
      this.finish(task, false, reason);
    }, undefined);
  }

  /** Rejects a task that has left the line. */
  #reject(task: QueuedTask, reason: "closed" | "aborted", error: unknown): void {
    task.unfollow();
    task.runInAsyncScope(() => {
      cancelUpload(uploadOf(task.task), error);
      this.#reporter.reject(reason, task.place, { error });
      task.onFailure(error);
    }, undefined);
  }

  /** Rejects a task at the door. @throws The error. */
  #refuse(task: Task, place: Place | undefined, reason: "closed" | "aborted", error: unknown): never {
    cancelUpload(uploadOf(task), error);
    this.#reporter.reject(reason, place, { error });
    throw error;
  }
}
