import queue from "async/queue.js";
import fastq from "fastq";
import pLimit from "p-limit";
import PQueue from "p-queue";
import { Client, type DispatchCloser } from "httppool/lean";
import { handler, task, work, WORKERS } from "./work.ts";

/** A way to have many no-op tasks done, ten at a time. */
export interface Dispatcher {
  readonly name: string;
  /** Has so many done and waits for the last. */
  dispatch(tasks: number): Promise<void>;
}

/** The ways in of a pool whose queue holds `most` tasks. */
export function ours(most: number): readonly Dispatcher[] {
  const wide = startPool(most);
  const heard = startPool(most);
  const narrow = startPool(QUEUE_SIZE);
  let finished = 0;
  heard.on("finish", () => finished++);
  return [
    { name: "offer", dispatch: (tasks) => offerAll(wide, tasks) },
    { name: "run", dispatch: (tasks) => runAll(wide, tasks) },
    { name: "send, awaited", dispatch: (tasks) => sendAll(narrow, tasks) },
    { name: "offer, finish heard", dispatch: (tasks) => offerAll(heard, tasks) },
  ];
}

function startPool(queueSize: number): DispatchCloser {
  return new Client({ handler, queueSize, workers: WORKERS }).start();
}

/** What others do, and a loop without any queue. */
export function peers(): readonly Dispatcher[] {
  return [fastqPromise(), pQueue(), boundedPQueue(), pLimited(), asyncQueue(), { name: "bare loop", dispatch: loop }];
}

/** Places of the queue of whoever awaits one. */
const QUEUE_SIZE = 100;

async function offerAll(pool: DispatchCloser, tasks: number): Promise<void> {
  for (let i = 0; i < tasks; i++) pool.offer(task);
  await pool.onIdle();
}

async function runAll(pool: DispatchCloser, tasks: number): Promise<void> {
  for (let i = 0; i < tasks; i++) void pool.run(task);
  await pool.onIdle();
}

/** Sends one after the other, each awaited. */
export async function sendAll(pool: DispatchCloser, tasks: number): Promise<void> {
  for (let i = 0; i < tasks; i++) await pool.send(task);
  await pool.onIdle();
}

function fastqPromise(): Dispatcher {
  const tasks = fastq.promise((make: typeof task) => handler(make()), WORKERS);
  return {
    name: "fastq.promise",
    async dispatch(count) {
      for (let i = 0; i < count; i++) void tasks.push(task);
      await tasks.drained();
    },
  };
}

function pQueue(): Dispatcher {
  const tasks = new PQueue({ concurrency: WORKERS });
  return {
    name: "PQueue.add",
    async dispatch(count) {
      for (let i = 0; i < count; i++) void tasks.add(work);
      await tasks.onIdle();
    },
  };
}

function boundedPQueue(): Dispatcher {
  const tasks = new PQueue({ concurrency: WORKERS });
  return {
    name: "PQueue.add, bounded",
    async dispatch(count) {
      for (let i = 0; i < count; i++) {
        await tasks.onSizeLessThan(QUEUE_SIZE);
        void tasks.add(work);
      }
      await tasks.onIdle();
    },
  };
}

function pLimited(): Dispatcher {
  const limit = pLimit(WORKERS);
  return {
    name: "p-limit",
    async dispatch(count) {
      let last: Promise<unknown> | undefined;
      for (let i = 0; i < count; i++) last = limit(work);
      await last;
    },
  };
}

function asyncQueue(): Dispatcher {
  const tasks = queue<typeof task>(async (make) => handler(make()), WORKERS);
  return {
    name: "async.queue",
    async dispatch(count) {
      for (let i = 0; i < count; i++) tasks.push(task, noop);
      await tasks.drain();
    },
  };
}

const noop = (): void => undefined;

async function loop(tasks: number): Promise<void> {
  let left = tasks;
  const drain = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: WORKERS }, drain));
}
