import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";
import type { Admission } from "../admission.ts";
import { CallerTask, QueuedTask } from "../queued-task.ts";
import { callOptionsOf } from "../settings.ts";

/** Queues a task, or rejects it for want of room, now. */
export function offer(admission: Admission, task: Task, options: SendOptions | undefined): boolean {
  const call = callOptionsOf(options);
  const place = admission.check(task, call, call?.signal);
  if (!admission.hasRoom(place)) {
    admission.rejectFull(place);
    return false;
  }
  const signal = call?.signal;
  admission.accept(signal === undefined ? new QueuedTask(task, place) : new CallerTask(task, place, { signal }));
  return true;
}
