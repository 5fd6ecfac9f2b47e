/* Has listeners raise very many events, most by an abort() with many tasks waiting, and prints what that costs. Needs
   --expose-gc. */
import { Client } from "httppool";

/** What it costs to abort so many waiting tasks. */
export interface AbortCost {
  readonly count: number;
  /** Tasks whose end was told. */
  readonly told: number;
  /** CPU time. */
  readonly ms: number;
  /** What the heap has grown by when `abort()` has returned and its events are still to be told, for each task. */
  readonly bytesEach: number;
}

const FEW = 25_000;
const MANY = 200_000;

const task = (): null => null;

async function measure(count: number, isHeard: boolean): Promise<AbortCost> {
  const pool = new Client({ queueSize: count, workers: 1, handler: () => new Promise(() => undefined) }).start();
  let told = 0;
  let bytesEach = 0;
  if (isHeard) pool.on("finish", () => told++);
  pool.pause();
  for (let index = 0; index < count; index++) pool.offer(task);
  let ms = 0;
  let startedAt = process.cpuUsage();
  pool.once("start", () => {
    const before = heap();
    startedAt = process.cpuUsage();
    void pool.abort(null);
    const returnedAt = process.cpuUsage();
    bytesEach = (heap() - before) / count;
    ms -= since(returnedAt);
  });
  pool.resume();
  await pool.close();
  ms += since(startedAt);
  return { count, told, ms, bytesEach };
}

/** Each event is raised by a listener of the one before. @returns What each leaves on the heap, in bytes. */
function chain(count: number): number {
  const pool = new Client({ queueSize: 1, workers: 1 }).start();
  pool.pause();
  pool.offer(task);
  const before = heap();
  let bytesEach = Number.NaN;
  let told = 0;
  pool.on("reject", () => {
    if (++told < count) pool.offer(task);
    else bytesEach = (heap() - before) / count;
  });
  pool.offer(task);
  void pool.abort();
  return bytesEach;
}

/** CPU time, in ms: what others do on the machine is no part of it. */
function since(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function heap(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

await measure(FEW, true); // the first is slow, whatever it is
const few = await measure(FEW, true);
const many = await measure(MANY, true);
const unheard = await measure(MANY, false);
console.log(JSON.stringify({ few, many, unheard, chained: chain(MANY) }));
