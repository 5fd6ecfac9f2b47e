import { Client, type ClientOptions, type DispatchCloser, type PoolEvent, requestTask, type Task } from "httppool";
import { afterEach, expect } from "vitest";
import { EventLog } from "../support/event-log.ts";
import { LogBook } from "../support/log-book.ts";
import { type RawScript, RawServer } from "../support/raw-server.ts";

/** A pool of the built package, with its events and its log. */
export interface Stage {
  readonly pool: DispatchCloser;
  readonly log: EventLog;
  readonly book: LogBook;
}

/** How long something may take on a busy machine that should be there at once, in ms. */
export const PATIENCE_MS = 30_000;

const servers: RawServer[] = [];
const stages: Stage[] = [];
const escaped: unknown[] = [];

process.on("unhandledRejection", (reason) => escaped.push(reason));
process.on("uncaughtException", (error) => escaped.push(error));

/* Whatever a test is about, nothing may be lost and nothing may escape. */
afterEach(async () => {
  for (const { pool, log } of stages.splice(0)) {
    await pool.abort();
    expectNothingLost(log.events);
  }
  for (const server of servers.splice(0)) await server.close();
  expect(escaped.splice(0)).toEqual([]);
});

/** Opens a server for this test. */
export async function serve(script: RawScript): Promise<RawServer> {
  const server = await RawServer.open(script);
  servers.push(server);
  return server;
}

/** Starts a pool for this test. */
export function stage(options: ClientOptions = {}): Stage {
  const log = new EventLog();
  const book = new LogBook();
  const pool = new Client({ listeners: [log.listener], logger: book, ...options }).start();
  const staged = { pool, log, book };
  stages.push(staged);
  return staged;
}

/** Runs a task to its end. @returns What it failed with, undefined when it did not. */
export async function failureOf(pool: DispatchCloser, task: Task, signal?: AbortSignal): Promise<unknown> {
  try {
    await pool.run(task, { signal });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A task that reads its response as text. */
export function reading(url: string): Task<string> {
  return requestTask(url, (response) => response.text());
}

/** Each `queue` has one `finish`, and nothing else has. */
function expectNothingLost(events: readonly PoolEvent[]): void {
  const queued = events.flatMap((event) => (event.type === "queue" ? [event.id] : []));
  const finished = events.flatMap((event) => (event.type === "finish" ? [event.id] : []));
  expect(finished.toSorted((a, b) => a - b)).toEqual(queued);
}
