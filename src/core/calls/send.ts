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
    return new Promise((accepted, failed) => {
      const isPlain = signal === undefined;
      admission.standInLine(
        isPlain ? new SendTask(task, place, accepted) : new CallerTask(task, place, { signal, accepted, failed }),
      );
    });
  } catch (error) {
    return Promise.reject(error);
  }
}
