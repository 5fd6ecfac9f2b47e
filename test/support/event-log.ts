import type { PoolEvent, PoolEvents } from "../../src/api/events.ts";

/** Keeps every event that it hears. */
export class EventLog {
  readonly events: PoolEvent[] = [];

  readonly listener = (event: PoolEvent): void => {
    this.events.push(event);
  };

  of<Type extends PoolEvent["type"]>(type: Type): PoolEvents[Type][] {
    return this.events.filter((event): event is PoolEvents[Type] => event.type === type);
  }

  /** The finish of a task, of which there must be exactly one. */
  finish(id: number): PoolEvents["finish"] {
    const [event, ...more] = this.of("finish").filter((finish) => finish.id === id);
    if (event === undefined || more.length > 0) throw new Error(`Task ${id} has not exactly one finish`);
    return event;
  }

  /** What task `id` failed with. */
  failure(id: number): unknown {
    const event = this.finish(id);
    if (event.ok) throw new Error(`Task ${id} has not failed`);
    return event.error;
  }

  /** A line an event, those for headers left out. */
  get lines(): string[] {
    return this.events.filter(({ type }) => type !== "headers").map(lineOf);
  }
}

function lineOf(event: PoolEvent): string {
  if (event.type === "reject") return `reject ${event.reason}`;
  if (event.type === "hold") return `hold ${event.lane}`;
  if (event.type === "limit") return `limit ${event.workers}`;
  if (event.type === "finish") return `finish ${event.id} ${event.ok ? "ok" : "failed"}`;
  return `${event.type} ${event.id}`;
}
