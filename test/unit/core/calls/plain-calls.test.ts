import { expect, test } from "vitest";
import type { Admission } from "../../../../src/core/admission.ts";
import { offer } from "../../../../src/core/calls/offer.ts";
import { run } from "../../../../src/core/calls/run.ts";
import { send } from "../../../../src/core/calls/send.ts";
import type { Place, Wish } from "../../../../src/api/policies.ts";
import type { Task } from "../../../../src/api/task.ts";
import { CallerTask, QueuedTask, RunTask, SendTask } from "../../../../src/core/queued-task.ts";

/** A door that keeps what comes. */
class Door {
  readonly tasks: QueuedTask[] = [];
  readonly #hasRoom: boolean;

  constructor(hasRoom: boolean) {
    this.#hasRoom = hasRoom;
  }

  check(_task: Task, wish: Wish | undefined): Place | undefined {
    expect(this.tasks).toEqual([]);
    return wish?.lane === undefined ? undefined : { lane: String(wish.lane), priority: Number(wish.priority) };
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

test("the task of a call has the place that the door has found for it", () => {
  const { signal } = options;
  for (const wish of [
    { lane: "a", priority: 5 },
    { lane: "a", priority: 5, signal },
  ]) {
    for (const call of [offer, send, run]) {
      for (const hasRoom of call === offer ? [true] : [true, false]) {
        const door = new Door(hasRoom);
        void call(door as unknown as Admission, task, wish);
        expect(door.tasks.map(({ place }) => place)).toEqual([{ lane: "a", priority: 5 }]);
      }
    }
  }
});
