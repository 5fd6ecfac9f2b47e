import type { FinishEvent } from "../api/events.ts";
import { originOf } from "../lib/shapes.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is told of a task that had started. Property by property, since spreads of what may be absent are dear. */
export function finishEvent(
  pool: string,
  id: number,
  slot: number,
  durationMs: number,
  request: Request | undefined,
  response: Response | undefined,
  ok: boolean,
  error: unknown,
): FinishEvent {
  const event: Writable<FinishEvent> = { type: "finish", pool, id, attempt: 1, slot, durationMs, ok: true };
  if (!ok) Object.assign(event, { ok, error });
  if (request !== undefined) {
    event.method = request.method;
    event.origin = originOf(request);
  }
  if (response !== undefined) event.status = response.status;
  return event;
}
