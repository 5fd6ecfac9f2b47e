import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";
import type { Admission } from "../admission.ts";
import { CallerTask, QueuedTask, SendTask } from "../queued-task.ts";
import { callOptionsOf } from "../settings.ts";

const QUEUED = Promise.resolve();

/** Queues a task, after a wait in line if need be. */
export function send(admission: Admission, task: Task, options: SendOptions | undefined): Promise<void> {
  try {
    const call = callOptionsOf(options);
    const place = admission.check(task, call, call?.signal);
    const signal = call?.signal;
    if (admission.hasRoom(place)) {
      admission.accept(signal === undefined ? new QueuedTask(task, place) : new CallerTask(task, place, { signal }));
      return QUEUED;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    admission.standInLine(
      signal === undefined
        ? new SendTask(task, place, resolve)
        : new CallerTask(task, place, { signal, accepted: resolve, failed: reject }),
    );
    return promise;
  } catch (error) {
    return Promise.reject(error);
  }
}
