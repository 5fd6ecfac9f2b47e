import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import Bottleneck from "bottleneck";
import ky from "ky";
import PQueue from "p-queue";
import { Client, fetchHandler, requestTask } from "httppool/lean";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";
import type { Line, Row } from "../row.ts";

const WORKERS = 10;
const LATENCY_MS = 5;
const LEAST_SHARE = 0.95;
const MOST_REQUESTS = 1.25;
const LIMIT = 3;

/** What one angry host costs the others, and how many requests a sick one gets. */
export const traffic: Row = {
  name: "traffic",
  title: "Traffic, on a loopback server",
  async measure({ short }) {
    return [...(await heldHost(short ? 0.5 : 2)), ...(await sickHost(short ? 1 : 5))];
  },
};

/** Gets a URL, with whatever somebody does around it. */
type Get = (url: string, signal: AbortSignal) => Promise<unknown>;

/** Two hosts, of which one asks for quiet: how many tasks of the other are done meanwhile. */
async function heldHost(seconds: number): Promise<Line[]> {
  const ways: Readonly<Record<string, () => Get>> = { ours, "p-queue, ky's retry": kyInOneQueue, Bottleneck: grouped };
  const counts: Record<string, { readonly alone: number; readonly beside: number; readonly early: number }> = {};
  for (const [name, make] of Object.entries(ways)) {
    const alone = await throughput(make(), seconds, false);
    const beside = await throughput(make(), seconds, true);
    counts[name] = { alone: alone.done, beside: beside.done, early: beside.early };
  }
  return Object.entries(counts).flatMap(([name, { alone, beside, early }]) => [
    {
      work: `${name}: another host's tasks while one is held for ${seconds} s`,
      unit: "",
      measured: beside,
      peer: { name: "alone", value: alone },
      ratio: beside / alone,
      ...(name === "ours" && { target: { of: "ratio" as const, least: LEAST_SHARE } }),
    },
    { work: `${name}: requests that came to the held one`, unit: "", measured: early },
  ]);
}

interface Throughput {
  /** Tasks of the calm host that are done. */
  readonly done: number;
  /** Requests that came to the other one after it had asked for quiet, those under way left out. */
  readonly early: number;
}

async function throughput(get: Get, seconds: number, hasOther: boolean): Promise<Throughput> {
  let early = 0;
  let quietFrom = Number.POSITIVE_INFINITY;
  const calm = await serve(() => ({ status: 200 }));
  const angry = await serve(() => {
    const now = performance.now();
    if (now > quietFrom) early++;
    // What is under way by then comes within this time.
    if (quietFrom === Number.POSITIVE_INFINITY) quietFrom = now + 100;
    return { status: 429, retryAfter: Math.ceil(seconds) };
  });
  let done = 0;
  const end = performance.now() + seconds * 1000;
  const over = new AbortController();
  const send = (origin: string): Promise<unknown> => get(`${origin}/`, over.signal).catch(() => undefined);
  const produce = async (): Promise<void> => {
    for (; performance.now() < end; await pause(20)) void send(angry.origin);
  };
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      await Promise.race([send(calm.origin), pause(Math.max(0, end - performance.now()))]);
      if (performance.now() < end) done++;
    }
  };
  await Promise.all([hasOther && produce(), ...Array.from({ length: WORKERS }, loop)]);
  over.abort();
  await Promise.all([calm.close(), angry.close()]);
  return { done, early };
}

function ours(): Get {
  const policies = { lanes: lanes({ workers: WORKERS }), retry: retry({ limit: LIMIT }) };
  const pool = new Client({ handler: fetchHandler, workers: 2 * WORKERS, ...policies }).start();
  return (url, signal) => pool.run(requestTask(url), { signal });
}

function kyInOneQueue(): Get {
  const queue = new PQueue({ concurrency: WORKERS });
  return (url, signal) => queue.add(async () => (await ky(url, { retry: LIMIT, signal })).text());
}

function grouped(): Get {
  const group = new Bottleneck.Group({ maxConcurrent: WORKERS });
  return (url, signal) => group.key(new URL(url).origin).schedule(async () => (await fetch(url, { signal })).text());
}

/** A host that fails for a while under a steady load: how many requests it gets for each task. */
async function sickHost(seconds: number): Promise<Line[]> {
  const pooled = (): Get => {
    const pool = new Client({
      handler: fetchHandler,
      workers: 100,
      queueSize: 1000,
      retry: retry({ limit: LIMIT }),
    }).start();
    return (url, signal) => pool.run(requestTask(url), { signal });
  };
  const queued = (): Get => {
    const queue = new PQueue({ concurrency: 100 });
    return (url, signal) => queue.add(async () => (await ky(url, { retry: LIMIT, signal })).text());
  };
  const ratios: Record<string, number> = {};
  for (const [name, make] of Object.entries({ ours: pooled, "p-queue, ky's retry": queued })) {
    const get = make();
    const { signal } = new AbortController();
    const failsUntil = performance.now() + seconds * 1000;
    const host = await serve(() => ({ status: performance.now() < failsUntil ? 500 : 200 }));
    const all: Promise<unknown>[] = [];
    while (performance.now() < failsUntil) {
      all.push(get(`${host.origin}/`, signal).catch(() => undefined));
      await pause(10);
    }
    await Promise.all(all);
    ratios[name] = host.requests() / all.length;
    await host.close();
  }
  const { ours: measured = Number.NaN, "p-queue, ky's retry": value = Number.NaN } = ratios;
  return [
    {
      work: `requests a task to a host that fails for ${seconds} s, limit ${LIMIT}`,
      unit: "",
      measured,
      peer: { name: "p-queue, ky's retry", value },
      ratio: measured / value,
      target: { of: "value", most: MOST_REQUESTS },
    },
  ];
}

interface Served {
  readonly origin: string;
  requests(): number;
  close(): Promise<void>;
}

async function serve(answer: () => { readonly status: number; readonly retryAfter?: number }): Promise<Served> {
  let count = 0;
  const server: Server = createServer((_request, response) => {
    count++;
    const { status, retryAfter } = answer();
    response.statusCode = status;
    if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
    setTimeout(() => response.end("done"), LATENCY_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
