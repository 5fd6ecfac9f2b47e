import {
  Client,
  type DispatchCloser,
  type LeanClientOptions,
  type Task,
  type TaskContext,
  type Transaction,
} from "../../src/lean.ts";
import { EventLog } from "./event-log.ts";
import { VirtualClock } from "../../src/lab.ts";
import { LogBook } from "./log-book.ts";
import { ScriptedHandler } from "./scripted-handler.ts";

/** A pool in a glass case: its time, its answers, its events and its log are in the test's hands. */
export interface Lab {
  readonly pool: DispatchCloser;
  readonly clock: VirtualClock;
  readonly handler: ScriptedHandler;
  readonly log: EventLog;
  readonly book: LogBook;
}

export type LabOptions = Partial<LeanClientOptions> & { readonly manners?: "polite" | "deaf" };

/** Starts a pool on a fake clock with a scripted handler. `options` win over what the lab brings. */
export function lab({ manners, ...options }: LabOptions = {}): Lab {
  const clock = new VirtualClock({ start: 1000 });
  const handler = new ScriptedHandler(manners);
  const log = new EventLog();
  const book = new LogBook();
  const pool = new Client({
    handler: handler.handle,
    listeners: [log.listener],
    logger: book,
    clock,
    ...options,
  }).start();
  return { pool, clock, handler, log, book };
}

/** A request to a path of an example host. */
export function request(path = "/", init?: RequestInit): Request {
  return new Request(`https://example.com${path}`, init);
}

/** A task for a path, which keeps how often it was called, and in what context. */
export interface CountedTask {
  (context: TaskContext): Request;
  readonly contexts: TaskContext[];
}

export function counted(path = "/"): CountedTask {
  const contexts: TaskContext[] = [];
  return Object.assign(
    (context: TaskContext) => {
      contexts.push(context);
      return request(path);
    },
    { contexts },
  );
}

/** A task whose response is read by `consumer`. */
export function consumed<T>(consumer: NonNullable<Transaction<T>["consumer"]>, path = "/"): Task<T> {
  return () => ({ request: request(path), consumer });
}
