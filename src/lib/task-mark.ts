import type { Task } from "../api/task.ts";
import { isObject } from "./checks.ts";
import { guard } from "./guard.ts";
import { originOfUrl } from "./request.ts";

/** On a task: where it will send to. Known to every copy of this package. */
const TARGET: unique symbol = Symbol.for("httppool.target") as never;

/** On a task: the body that it will send, where it is not the target's own. */
const BODY: unique symbol = Symbol.for("httppool.body") as never;

type Target = string | Request;
type Marked = Task & { [TARGET]?: Target | undefined; [BODY]?: unknown };

/** Marks a task with what it will send, so that this is known without calling it. */
export function markTask(task: Marked, target: Target, body?: unknown): void {
  task[TARGET] = target;
  if (body !== undefined && body !== null) task[BODY] = body;
}

/** Marks a task that wraps another one like that. */
export function copyMark(from: Marked, to: Marked): void {
  if (from[TARGET] !== undefined) markTask(to, from[TARGET], from[BODY]);
}

/** What has the body that a task is known to send: a body, or a request that may have one. */
export function uploadOf(task: Marked): unknown {
  return task[BODY] ?? task[TARGET];
}

/** The http(s) origin that a task is known to send to. */
export function originOfTask(task: Marked): string | undefined {
  const target = task[TARGET];
  return target === undefined ? undefined : originOfUrl(isObject(target) ? target.url : target);
}

/**
 * Cancels a body that will not be sent, as plain `fetch` does: its source is told. What the source then throws is its own
 * affair, as it is with `fetch`.
 *
 * @param upload A body, or a request that may have one.
 */
export function cancelUpload(upload: unknown, reason: unknown): void {
  if (isObject(upload)) guard(cancel, () => undefined)(upload, reason);
}

function cancel(upload: object, reason: unknown): unknown {
  const body = "body" in upload ? upload.body : upload;
  // Only a stream has a source. One that somebody else reads refuses to be cancelled.
  return isStream(body) ? body.cancel(reason) : undefined;
}

/** Whether the value is a stream, which can be read once only. */
export const isStream = (value: unknown): value is ReadableStream => isObject(value) && "getReader" in value;
