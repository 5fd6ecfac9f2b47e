/* What one process carries, and one Redis, which keeps each job on disk too: `node test/bench/capacity.ts`. src/README.md counts on from there. */
import { loadavg } from "node:os";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { RedisServer } from "../engines/stage/redis.ts";
import { runProbe } from "./child.ts";
import { machine } from "./machine.ts";
import { isRedisMissing } from "./redis.ts";
import type { Carried, Load } from "./rows/capacity.ts";
import { BodyServer } from "./server.ts";

const BODY_BYTES = 1024;
const JOBS = 20_000;

const [busy = 0] = loadavg();
// What else runs on the machine takes from the requests a second, and adds to the CPU of each.
console.log(`${machine()}, load ${busy.toFixed(1)} when it began\n\n| one process | |\n|---|---|`);
{
  await using server = await BodyServer.start();
  for (const http of ["fetch", "ky"] as const) {
    for (const workers of [10, 100]) {
      const { perSecond, cpu } = await carry({ kind: "requests", http, url: server.url + BODY_BYTES, workers });
      row(
        `requests on loopback, ${http}, ${workers} slots, ${BODY_BYTES} B read`,
        `${whole(perSecond)} a second, ${whole(cpu)} µs of CPU each`,
      );
    }
  }
}
for (const count of [1e4, 1e5, 1e6]) {
  row(`${whole(count)} tasks waiting, an address each`, memory(await carry({ kind: "waiting", count }), count));
}
row(`${whole(1e5)} lanes, a task waiting in each`, memory(await carry({ kind: "lanes", count: 1e5 }), 1e5));

if (!isRedisMissing("Redis")) {
  const server = await RedisServer.open();
  try {
    console.log("\n| one Redis | |\n|---|---|");
    const { redis, worker, memory: bytes } = await perJob(server);
    row("a job of BullMQ, added, fetched, completed: CPU of Redis", `${whole(redis)} µs`);
    row("the same, fetched, completed: CPU of the process that works on it", `${whole(worker)} µs`);
    row(`a job that waits, with ${BODY_BYTES} B of data: memory of Redis`, `${whole(bytes)} B`);
    row("an ask of a gate: CPU of Redis", `${whole(await perAsk(server))} µs`);
  } finally {
    await server.close();
  }
}

/** In a process of its own, so that what one leaves is not weighed with the next. */
function carry(load: Load): Promise<Carried> {
  return runProbe<Carried>("capacity", load);
}

/** What a job that does nothing costs: µs of CPU of Redis and of its worker, and bytes of Redis while it waits. */
async function perJob(server: RedisServer): Promise<{ redis: number; worker: number; memory: number }> {
  const connection = { host: "127.0.0.1", port: server.port };
  const queue = new Queue("capacity", { connection });
  const redisBefore = await processorTime(server);
  const bytesBefore = await ask(server, "memory", "used_memory");
  const data = { url: "https://api.example.com/hooks", body: "x".repeat(BODY_BYTES) };
  for (let added = 0; added < JOBS; added += 1000) {
    await queue.addBulk(Array.from({ length: 1000 }, () => ({ name: "hook", data, opts: { removeOnComplete: true } })));
  }
  const bytes = (await ask(server, "memory", "used_memory")) - bytesBefore;
  const done = Promise.withResolvers<void>();
  let left = JOBS;
  const before = process.cpuUsage();
  const worker = new Worker("capacity", () => Promise.resolve(), { connection, concurrency: 50 });
  worker.on("completed", () => {
    if (--left === 0) done.resolve();
  });
  await done.promise;
  const { user, system } = process.cpuUsage(before);
  const redis = (await processorTime(server)) - redisBefore;
  await worker.close();
  await queue.close();
  return { redis: redis / JOBS, worker: (user + system) / JOBS, memory: bytes / JOBS };
}

/** µs of CPU that Redis spends on an ask of the gate of playground/examples, of a limit that is never reached. */
async function perAsk(server: RedisServer): Promise<number> {
  const redis = new Redis(server.port, "127.0.0.1");
  const limiter = new RateLimiterRedis({ storeClient: redis, points: 1e9, duration: 1 });
  const before = await processorTime(server);
  for (let asked = 0; asked < JOBS; asked += 50) {
    await Promise.all(Array.from({ length: 50 }, () => limiter.consume("lane")));
  }
  const after = await processorTime(server);
  redis.disconnect();
  return (after - before) / JOBS;
}

/** µs of CPU that Redis has spent. */
async function processorTime(server: RedisServer): Promise<number> {
  return ((await ask(server, "cpu", "used_cpu_user")) + (await ask(server, "cpu", "used_cpu_sys"))) * 1e6;
}

/** A figure that Redis tells of itself. */
async function ask(server: RedisServer, section: string, field: string): Promise<number> {
  const info = String(await server.ask("INFO", section));
  return Number(new RegExp(`^${field}:([\\d.]+)`, "m").exec(info)?.[1]);
}

function memory({ heap = Number.NaN, resident = Number.NaN }: Carried, count: number): string {
  return `${megabytes(heap)} MB of heap, ${whole(heap / count)} B each; the process ${megabytes(resident)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

function whole(value = Number.NaN): string {
  return Math.round(value).toLocaleString("en");
}

function row(what: string, measured: string): void {
  console.log(`| ${what} | ${measured} |`);
}
