import type { Submit } from "../queued-task.ts";
import type { Task } from "../../api/task.ts";
import { Subscription } from "../../lib/follower.ts";

/** Makes a sink for tasks. */
export function pooledWritable(submit: Submit): WritableStream<Task> {
  return new WritableStream<Task>({
    write: (task, controller) =>
      new Promise<void>((resolve, failed) => {
        // Aborting the stream takes a task out of the line, but leaves alone what is in the queue.
        const signal: AbortSignal | undefined = controller.signal; // older runtimes have none
        const line = new AbortController();
        const subscription = signal && new Subscription(signal, (reason) => line.abort(reason));
        const accepted = (): void => {
          subscription?.unfollow();
          resolve();
        };
        submit(task, { signal: line.signal, accepted, failed });
      }),
  });
}
