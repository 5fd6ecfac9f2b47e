import type { Submit } from "../queued-task.ts";
import type { Task } from "../../api/task.ts";

/** Makes a sink for tasks. */
export function pooledWritable(submit: Submit): WritableStream<Task> {
  return new WritableStream<Task>({
    write: (task, controller) =>
      new Promise<void>((resolve, failed) => {
        // Aborting the stream takes a task out of the line, but leaves alone what is in the queue.
        const signal: AbortSignal | undefined = controller.signal; // older runtimes have none
        const line = new AbortController();
        const leave = (): void => line.abort(signal?.reason);
        const accepted = (): void => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        signal?.addEventListener("abort", leave);
        submit(task, { signal: line.signal, accepted, failed });
      }),
  });
}
