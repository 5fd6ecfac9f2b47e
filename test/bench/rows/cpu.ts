import ky from "ky";
import pLimit from "p-limit";
import PQueue from "p-queue";
import { Client } from "httppool";
import { Client as LeanClient, type DispatchCloser, fetchHandler, requestTask } from "httppool/lean";
import { type Probe, runProbe } from "../child.ts";
import { lineOf } from "../line.ts";
import { processorTime } from "../processor.ts";
import { type Contender, interleave, type Samples } from "../rounds.ts";
import type { Line, Row } from "../row.ts";
import { BodyServer } from "../server.ts";

const isOurs = (name: string): boolean => name.startsWith("offer") || name.startsWith("pool");

const SLOTS = 10;
const BYTES = 1024;
/** Rounds until the compilers have done most of their work. */
const WARM_UPS = 6;

/** What the client's process spends on a request that the server answers at once. */
export const cpu: Row = {
  name: "cpu",
  title: "Client CPU of a loopback request, 1 KiB body, 10 slots",
  async measure({ short, rounds }) {
    await using server = await BodyServer.start();
    const lines: Line[] = [];
    for (const [http, most] of [
      ["fetch", 1.1],
      ["ky", 1.12],
    ] as const) {
      const floor = `loops of ${http}`;
      const input = { http, url: server.url + BYTES, requests: short ? 200 : 300, rounds: rounds(41) };
      const samples = await runProbe<Samples>("cpu", input);
      for (const name of Object.keys(samples)) {
        lines.push(lineOf(samples, name, floor, "µs", isOurs(name) ? { of: "ratio", most } : undefined));
      }
    }
    return lines;
  },
};

interface Input {
  readonly http: "fetch" | "ky";
  readonly url: string;
  readonly requests: number;
  readonly rounds: number;
}

/** One process for all of them: what it has learnt to do fast is the same for each. */
export const probe: Probe<Input, Samples> = ({ http, url, requests, rounds }) => {
  const read = http === "ky" ? readByKy : readByFetch;
  const contenders = [
    contender(`loops of ${http}`, () => loops(() => read(url), requests), requests),
    ...ours(http, url, requests),
    ...peers(http, () => read(url), requests),
  ];
  return interleave(contenders, rounds, WARM_UPS);
};

function ours(http: "fetch" | "ky", url: string, requests: number): readonly Contender[] {
  const options = { queueSize: requests, workers: SLOTS };
  const pool = (): DispatchCloser =>
    http === "ky" ? new Client(options).start() : new LeanClient({ ...options, handler: fetchHandler }).start();
  const [unread, consumed, fetched] = [pool(), pool(), pool()];
  return [
    contender(`offer (${http}), body unread`, () => offerAll(unread, () => requestTask(url), requests), requests),
    contender(
      `offer (${http}), body read`,
      () => offerAll(consumed, () => requestTask(url, readBody), requests),
      requests,
    ),
    contender(`pool.fetch (${http}), body read`, () => fetchAll(fetched, url, requests), requests),
  ];
}

function peers(http: string, read: () => Promise<unknown>, requests: number): readonly Contender[] {
  const limit = pLimit(SLOTS);
  const queue = new PQueue({ concurrency: SLOTS });
  const all = (add: () => Promise<unknown>): Promise<unknown> => Promise.all(Array.from({ length: requests }, add));
  return [
    contender(`p-limit + ${http}`, () => all(() => limit(read)), requests),
    contender(`p-queue + ${http}`, () => all(() => queue.add(read)), requests),
  ];
}

function contender(name: string, work: () => Promise<unknown>, requests: number): Contender {
  return { name, sample: async () => (await processorTime(work)) / requests };
}

async function offerAll(
  pool: DispatchCloser,
  make: () => ReturnType<typeof requestTask>,
  requests: number,
): Promise<void> {
  for (let i = 0; i < requests; i++) pool.offer(make());
  await pool.onIdle();
}

function fetchAll(pool: DispatchCloser, url: string, requests: number): Promise<unknown> {
  return Promise.all(Array.from({ length: requests }, async () => readBody(await pool.fetch(url))));
}

/** As many loops as there are slots, and nothing else: the floor. */
async function loops(work: () => Promise<unknown>, times: number): Promise<void> {
  let left = times;
  const drain = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: SLOTS }, drain));
}

const readBody = (response: Response): Promise<ArrayBuffer> => response.arrayBuffer();

const readByFetch = async (url: string): Promise<ArrayBuffer> => readBody(await fetch(url));

const readByKy = (url: string): Promise<ArrayBuffer> =>
  ky(url, { retry: 0, throwHttpErrors: false, timeout: false }).arrayBuffer();
