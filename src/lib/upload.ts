import type { Task } from "../api/task.ts";
import { isObject } from "./checks.ts";
import { guard } from "./guard.ts";

/** On a task: what has the body that it will send. Known to every copy of this package. */
const UPLOAD: unique symbol = Symbol.for("httppool.upload") as never;

/** A request that has a body, or a body alone. */
type Upload = object;

type Marked = Task & { [UPLOAD]?: Upload };

/** Marks a task with what it will send, so that this is known without calling it. */
export function markUpload(task: Marked, upload: Upload | undefined): void {
  if (upload !== undefined) task[UPLOAD] = upload;
}

/** What a task is marked with, if it is. */
export function uploadOf(task: Marked): Upload | undefined {
  return task[UPLOAD];
}

/**
 * Cancels a body that will not be sent, as plain `fetch` does: its source is told. What the source then throws is its own
 * affair, as it is with `fetch`.
 */
export function cancelUpload(upload: Upload | undefined, reason: unknown): void {
  if (upload !== undefined) guard(cancel, () => undefined)(upload, reason);
}

function cancel(upload: Upload, reason: unknown): unknown {
  const body = "body" in upload ? upload.body : upload;
  // Only a stream has a source. One that somebody else reads refuses to be cancelled.
  return isObject(body) && "getReader" in body ? (body as ReadableStream).cancel(reason) : undefined;
}
