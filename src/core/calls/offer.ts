import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";
import type { Admission } from "../admission.ts";
import { CallerTask, QueuedTask } from "../queued-task.ts";
import { callerSignalOf } from "../settings.ts";

/** Queues a task, or rejects it for want of room, now. */
export function offer(admission: Admission, task: Task, options: SendOptions | undefined): boolean {
  const signal = callerSignalOf(options);
  admission.check(task, signal);
  if (!admission.hasRoom()) {
    admission.rejectFull();
    return false;
  }
  admission.accept(signal === undefined ? new QueuedTask(task) : new CallerTask(task, { signal }));
  return true;
}
