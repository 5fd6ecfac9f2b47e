import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";
import type { Admission } from "../admission.ts";
import { CallerTask, QueuedTask, SendTask } from "../queued-task.ts";
import { callerSignalOf } from "../settings.ts";

const QUEUED = Promise.resolve();

/** Queues a task, after a wait in line if need be. */
export function send(admission: Admission, task: Task, options: SendOptions | undefined): Promise<void> {
  try {
    const signal = callerSignalOf(options);
    admission.check(task, signal);
    if (admission.hasRoom()) {
      admission.accept(signal === undefined ? new QueuedTask(task) : new CallerTask(task, { signal }));
      return QUEUED;
    }
    return new Promise((accepted, failed) => {
      const isPlain = signal === undefined;
      admission.standInLine(
        isPlain ? new SendTask(task, accepted) : new CallerTask(task, { signal, accepted, failed }),
      );
    });
  } catch (error) {
    return Promise.reject(error);
  }
}
