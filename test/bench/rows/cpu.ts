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

/** What must not be dearer than the floor. Who leaves a body unread has no peer: loops don't give the connection back. */
const isJudged = (name: string): boolean => name.startsWith("pool") || name.endsWith(READ);

const READ = "body read by its consumer";
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
      ["fetch", 1.05],
      ["ky", 1.06],
    ] as const) {
      const floor = floorOf(http);
      const input = { http, url: server.url + BYTES, requests: short ? 200 : 300, rounds: rounds(41) };
      const samples = await runProbe<Samples>("cpu", input);
      for (const name of Object.keys(samples)) {
        lines.push(lineOf(samples, name, floor, "µs", isJudged(name) ? { of: "ratio", most } : undefined));
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
  const send = http === "ky" ? sendByKy : sendByFetch;
  const contenders = [
    contender(floorOf(http), () => loops(() => send(url), requests), requests),
    contender(`loops of ${http}(url)`, () => loops(() => read(url), requests), requests),
    ...ours(http, url, requests),
    ...peers(http, () => read(url), requests),
  ];
  return interleave(contenders, rounds, WARM_UPS);
};

/** Nobody can send what can be aborted without a request and a signal. */
const floorOf = (http: string): string => `loops of ${http}(new Request(url), { signal })`;

function ours(http: "fetch" | "ky", url: string, requests: number): readonly Contender[] {
  const options = { queueSize: requests, workers: SLOTS };
  const pool = (): DispatchCloser =>
    http === "ky" ? new Client(options).start() : new LeanClient({ ...options, handler: fetchHandler }).start();
  const [unread, consumed, fetched] = [pool(), pool(), pool()];
  return [
    contender(`offer (${http}), body unread`, () => offerAll(unread, () => requestTask(url), requests), requests),
    contender(
      `offer (${http}), ${READ}`,
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

const sendByFetch = async (url: string): Promise<ArrayBuffer> =>
  readBody(await fetch(new Request(url), { signal: new AbortController().signal }));

const sendByKy = (url: string): Promise<ArrayBuffer> =>
  ky(new Request(url), { ...PLAIN, signal: new AbortController().signal }).arrayBuffer();

const readByKy = (url: string): Promise<ArrayBuffer> => ky(url, PLAIN).arrayBuffer();

const PLAIN = { retry: 0, throwHttpErrors: false, timeout: false } as const;
