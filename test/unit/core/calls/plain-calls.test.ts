import { expect, test } from "vitest";
import type { Admission } from "../../../../src/core/admission.ts";
import { offer } from "../../../../src/core/calls/offer.ts";
import { run } from "../../../../src/core/calls/run.ts";
import { send } from "../../../../src/core/calls/send.ts";
import { CallerTask, QueuedTask, RunTask, SendTask } from "../../../../src/core/queued-task.ts";

/** A door that keeps what comes. */
class Door {
  readonly tasks: QueuedTask[] = [];
  readonly #hasRoom: boolean;

  constructor(hasRoom: boolean) {
    this.#hasRoom = hasRoom;
  }

  check(): void {
    expect(this.tasks).toEqual([]);
  }

  hasRoom(): boolean {
    return this.#hasRoom;
  }

  accept(task: QueuedTask): void {
    this.tasks.push(task);
  }

  acceptInTurn(task: QueuedTask): void {
    this.tasks.push(task);
  }

  standInLine(task: QueuedTask): void {
    this.tasks.push(task);
  }
}

const task = (): null => null;
const options = { signal: new AbortController().signal };

/** What a call makes of its task. */
function made(hasRoom: boolean, call: (admission: Admission) => unknown): unknown {
  const door = new Door(hasRoom);
  void call(door as unknown as Admission); // as much of it as these calls use
  return door.tasks[0]?.constructor;
}

/* A million waiting tasks are told apart by what they keep: a call without wishes keeps nothing for them. */
test("a call without wishes makes the smallest task that will do", () => {
  expect(made(true, (admission) => offer(admission, task, undefined))).toBe(QueuedTask);
  expect(made(true, (admission) => send(admission, task, undefined))).toBe(QueuedTask);
  expect(made(false, (admission) => send(admission, task, undefined))).toBe(SendTask);
  expect(made(true, (admission) => run(admission, task, undefined))).toBe(RunTask);
});

test("a call with a signal makes one that heeds it", () => {
  expect(made(true, (admission) => offer(admission, task, options))).toBe(CallerTask);
  expect(made(true, (admission) => send(admission, task, options))).toBe(CallerTask);
  expect(made(false, (admission) => send(admission, task, options))).toBe(CallerTask);
  expect(made(true, (admission) => run(admission, task, options))).toBe(CallerTask);
});
