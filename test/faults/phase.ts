import { type DispatchCloser, requestTask, type Task } from "httppool";
import { expect } from "vitest";
import { lengthHead } from "../support/raw-answer.ts";
import type { RawServer } from "../support/raw-server.ts";
import { PATIENCE_MS, serve, stage, type Stage } from "./stage.ts";

/** A task held up at one point of its life. */
export interface Held extends Stage {
  readonly server: RawServer;
  /** The task. */
  readonly running: Promise<unknown>;
  /** Its id, undefined when it was not accepted. */
  readonly id: number | undefined;
}

/** Brings a task to one point of its life and holds it there. */
export type Hold = (signal: AbortSignal) => Promise<Held>;

const PERIOD = 60_000;

/** Where a task can be when somebody gives it up. */
export const PHASES: Readonly<Record<"line" | "queue" | "pace" | "task" | "headers" | "body" | "release", Hold>> = {
  line: async (signal) => {
    const held = await busy();
    for (let count = 0; count < 2; count++) held.pool.offer(stuck(held.server));
    const running = run(held.pool, stuck(held.server), signal);
    expect(held.pool.senders).toBe(1);
    return { ...held, running, id: undefined };
  },
  queue: async (signal) => {
    const held = await busy();
    const running = run(held.pool, stuck(held.server), signal);
    expect(held.pool.waiting).toBe(1);
    return { ...held, running, id: 2 };
  },
  pace: async (signal) => {
    const server = await serve(({ end }) => end("HTTP/1.1 204 No Content\r\n\r\n"));
    const staged = stage({ workers: 1, queueSize: 2, period: PERIOD });
    await staged.pool.run(requestTask(server.origin));
    const running = run(staged.pool, requestTask(server.origin), signal);
    expect(staged.pool).toMatchObject({ waiting: 1, running: 0 });
    return { ...staged, server, running, id: 2 };
  },
  task: async (signal) => {
    const server = await serve(() => undefined);
    const staged = stage({ workers: 1, queueSize: 2 });
    const running = run(staged.pool, () => new Promise<never>(() => undefined), signal);
    await expect.poll(() => staged.log.of("start").length).toBe(1);
    return { ...staged, server, running, id: 1 };
  },
  headers: async (signal) => {
    const server = await serve(() => undefined);
    const staged = stage({ workers: 1, queueSize: 2 });
    const running = run(staged.pool, stuck(server), signal);
    await expect.poll(() => server.requests.length, { timeout: PATIENCE_MS }).toBe(1);
    return { ...staged, server, running, id: 1 };
  },
  body: async (signal) => {
    const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
    const staged = stage({ workers: 1, queueSize: 2 });
    let isReading = false;
    const task = requestTask(server.origin, (response) => {
      isReading = true;
      return response.text();
    });
    const running = run(staged.pool, task, signal);
    await expect.poll(() => isReading, { timeout: PATIENCE_MS }).toBe(true);
    return { ...staged, server, running, id: 1 };
  },
  release: async (signal) => {
    const server = await serve(({ write }) => write(`${lengthHead(100)}x`));
    const staged = stage({ workers: 1, queueSize: 2, drain: { ms: 60_000 } });
    const running = run(staged.pool, requestTask(server.origin), signal);
    await expect.poll(() => staged.log.of("headers").length, { timeout: PATIENCE_MS }).toBe(1);
    return { ...staged, server, running, id: 1 };
  },
};

/** A pool whose only slot is taken by a task that gets no answer. */
async function busy(): Promise<Stage & { readonly server: RawServer }> {
  const server = await serve(() => undefined);
  const staged = stage({ workers: 1, queueSize: 2 });
  staged.pool.offer(stuck(server));
  await expect.poll(() => server.requests.length, { timeout: PATIENCE_MS }).toBe(1);
  return { ...staged, server };
}

function stuck(server: RawServer): Task {
  return requestTask(server.origin);
}

/** @returns Rejects only when somebody looks. */
function run(pool: DispatchCloser, task: Task, signal: AbortSignal): Promise<unknown> {
  const running = pool.run(task, { signal });
  running.catch(() => undefined);
  return running;
}
