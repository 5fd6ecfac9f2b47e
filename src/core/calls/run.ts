import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";
import type { Admission } from "../admission.ts";
import { CallerTask, RunTask } from "../queued-task.ts";
import { callOptionsOf } from "../settings.ts";

let kept: (value: unknown) => void;

/**
 * One executor for all promises: a closure for each would cost as much as the promise. A promise keeps one function, not
 * two: it is rejected by resolving it with a rejected promise.
 */
function keepResolve(resolve: (value: never) => void): void {
  kept = resolve as (value: unknown) => void; // the task's own consumer makes the value
}

/** Queues a task, after a wait in line if need be, and tells what becomes of it: what that is, the overloads say. */
export function run(admission: Admission, task: Task, options: SendOptions | undefined): Promise<never> {
  try {
    const call = callOptionsOf(options);
    const place = admission.check(task, call, call?.signal);
    const signal = call?.signal;
    if (signal === undefined) {
      const promise = new Promise<never>(keepResolve);
      admission.acceptInTurn(new RunTask(task, place, kept));
      return promise;
    }
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    const succeeded = resolve as (value: unknown) => void; // the task's own consumer makes the value
    admission.acceptInTurn(new CallerTask(task, place, { signal, succeeded, failed: reject }));
    return promise;
  } catch (error) {
    return Promise.reject(error);
  }
}
